"""TorchScript expressions: each call and operator becomes a node of the body's graph."""

from collections.abc import Callable
from functools import partial

from scanner.formats.torch.body import Body, Value
from scanner.formats.torch.words import MUTATES, SYMBOLS

NEST = 48
"""Brackets and operators inside each other; a deeper expression is one unknown operator of all its names."""

_RANKS = {
    mark: rank
    for rank, marks in enumerate((
        "or", "and", "== != < > <= >= in is", "|", "^", "&", "<< >>", "+ -", "* / // % @",
    ))
    for mark in marks.split()
}  # fmt: skip
"""Operators of two sides, the loosest first."""

_COMPARES = _RANKS["=="]
_TWO_WORDS = {"not in": "in", "is not": "is"}

_PLAIN = frozenset(("None", "True", "False", "inf", "nan"))
_TYPED = frozenset(("annotate", "unchecked_cast"))
_CLOSES = {"(": ")", "[": "]", "{": "}"}


class _DeepError(Exception):
    """An expression nests too deep, or is none."""


def read(body: Body, tokens: list[str]) -> Value:
    """Read an expression, or several with commas between."""
    reader = _Reader(body, tokens)
    try:
        value = reader.listed()
        if reader.at >= len(tokens):
            return value
    except (_DeepError, IndexError):
        pass
    known = [body.names[name] for name in dict.fromkeys(tokens) if name in body.names]
    return body.node("unknown", known)[0]


class _Reader:
    """Tokens read from left to right; each level of brackets and operators is one call deeper."""

    def __init__(self, body: Body, tokens: list[str]) -> None:
        self.body = body
        self.tokens = tokens
        self.at = 0
        self._depth = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, mark: str) -> None:
        if self.peek() != mark:
            raise _DeepError
        self.at += 1

    def listed(self) -> Value:
        values = self.items("")
        return values[0] if len(values) == 1 else self.body.together(values) if values else Value()

    def items(self, close: str) -> list[Value]:
        """Read values up to a closing bracket; names of arguments and what they are keys of are passed over."""
        values = []
        while self.at < len(self.tokens) and self.peek() != close:
            if self.peek() in (",", ":", "*", "**"):
                self.at += 1
                continue
            if self.tokens[self.at + 1 : self.at + 2] == ["="]:
                self.at += 2
            values.append(self.deeper(self.ternary))
        if close:
            self.take(close)
        return values

    def deeper(self, read_one: Callable[[], Value]) -> Value:
        self._depth += 1
        if self._depth > NEST:
            raise _DeepError
        value = read_one()
        self._depth -= 1
        return value

    def ternary(self) -> Value:
        value = self.binary(0)
        if self.peek() != "if":
            return value
        self.at += 1
        condition = self.binary(0)
        self.take("else")
        return self.body.node("ifelse", [condition, value, self.deeper(self.ternary)])[0]

    def binary(self, least: int) -> Value:
        """Read a value and the operators behind it that bind at least so tightly."""
        value = self.unary()
        while True:
            two = " ".join(self.tokens[self.at : self.at + 2])
            mark = _TWO_WORDS.get(two) or self.peek()
            rank = _RANKS.get(mark, -1)
            if rank < least:
                return value
            self.at += 2 if two in _TWO_WORDS else 1
            value = self.body.node(SYMBOLS[mark], [value, self.deeper(partial(self.binary, rank + 1))])[0]

    def unary(self) -> Value:
        mark = self.peek()
        if mark == "not":
            self.at += 1
            return self.body.node(SYMBOLS[mark], [self.deeper(partial(self.binary, _COMPARES))])[0]
        if mark in ("-", "+", "~"):
            self.at += 1
            value = self.deeper(self.unary)
            text = self.body.graph.constants.get(value.name)
            if mark == "-" and text and not text.startswith("-"):
                return self.body.constant(f"-{text}")
            return self.body.node(SYMBOLS["~"] if mark == "~" else "torch.neg", [value])[0]
        value = self.postfix()
        if self.peek() == "**":
            self.at += 1
            value = self.body.node(SYMBOLS["**"], [value, self.deeper(self.unary)])[0]
        return value

    def postfix(self) -> Value:
        value = self.atom()
        while True:
            mark = self.peek()
            if mark == ".":
                name = self.tokens[self.at + 1]
                self.at += 2
                value = self.method(value, name) if self.peek() == "(" else self.attribute(value, name)
            elif mark == "[":
                self.at += 1
                value = self.body.node("index", [value, *self.items("]")])[0]
            elif mark == "(":
                value = self.call(value.path, [])
            else:
                return value

    def atom(self) -> Value:
        word = self.peek()
        self.at += 1
        if word in _CLOSES:
            values = self.items(_CLOSES[word])
            if word == "(" and len(values) == 1:
                return values[0]
            return self.body.together(values) if word == "(" else self.body.node("list", values)[0]
        if word[-1:] in ("'", '"') or word in _PLAIN or word.lstrip(".")[:1].isdigit():
            return self.body.constant(_number(word))
        if not word.isidentifier():
            raise _DeepError
        return self.body.names.get(word, Value(path=word))

    def attribute(self, value: Value, name: str) -> Value:
        """Look at a part: of `self`, of a module, or of a value."""
        if value.name:
            return self.body.node(f".{name}", [value])[0]
        path = f"{value.path}.{name}"
        known = self.body.names.get(path)
        return known or Value(path=path, kind=self.body.script.kinds.get(value.kind, {}).get(name, ""))

    def method(self, value: Value, name: str) -> Value:
        """Call a method of a class of the archive, a function of a module, or a method of a tensor."""
        if value.kind:
            return self.call(f"{value.kind}.{name}", [], own=True)
        if value.name or not value.path:
            return self.call(f"torch.{name}", [value])
        return self.call(f"{value.path}.{name}", [])

    def call(self, path: str, values: list[Value], *, own: bool = False) -> Value:
        """Read the arguments of a call; add its node."""
        self.take("(")
        start = self.at
        if path in _TYPED or path == "uninitialized":
            self.skip_type()
        values = [*values, *self.items(")")]
        if path in _TYPED:
            return values[0] if values else Value()
        if path == "uninitialized":
            return Value(never=True)
        if path == "getattr" and values and not values[0].name:
            return self.attribute(values[0], self.tokens[self.at - 2].strip("\"'"))
        known = path in self.body.script.functions
        operator = (
            path
            if known or path.startswith(("torch.", "ops.")) or "." not in path
            else f"torch.{path.rpartition('.')[2]}"
        )
        if known and not own and path.rpartition(".")[2] == "__new__":
            return Value(kind=path.rpartition(".")[0])
        several = self.body.node(operator, values, self.body.script.functions.get(operator, 1))
        made = several[0] if len(several) == 1 else self.body.together(several)
        if operator in MUTATES or (operator.endswith("_") and not operator.endswith("__")):
            changed = next((one for one in self.tokens[start : self.at] if one in self.body.names), "")
            if changed:
                self.body.mutate(changed, made)
        return made

    def skip_type(self) -> None:
        """Pass over the type that stands first among the arguments."""
        depth = 0
        while self.at < len(self.tokens):
            word = self.peek()
            if not depth and word in (",", ")"):
                return
            depth += (word in _CLOSES) - (word in _CLOSES.values())
            self.at += 1


def _number(text: str) -> str:
    """Show a number as other formats show theirs."""
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text
