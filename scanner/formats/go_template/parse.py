"""From tokens of a Go template to its tree (text/template/parse/parse.go). Nothing of the template runs here."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, Union

from scanner.formats.go_template.lex import BrokenError, Token, tokens

DEPTH = 60
"""Statements inside statements, and brackets inside brackets, that are read."""

TOKENS = 100_000
"""Tokens of one template that are read: those of real models have under 3,000."""


class Constant(NamedTuple):
    """A text, a number or a truth value; `None` is nil."""

    value: str | int | float | bool | None


class Name(NamedTuple):
    """A function that is called, by its name."""

    name: str


class Path(NamedTuple):
    """Fields of `base`: "." (the dot), a variable ("$", "$x"), or an expression in brackets."""

    base: Union[str, "Pipe"]
    fields: tuple[str, ...]


class Command(NamedTuple):
    """An operand, or a function or method with its arguments."""

    operands: tuple[Union[Constant, Name, Path, "Pipe"], ...]


class Pipe(NamedTuple):
    """Commands, each given the result of the one before, and the variables that the last result is put into."""

    variables: tuple[str, ...]
    declares: bool
    commands: tuple[Command, ...]
    line: int


Operand = Constant | Name | Path | Pipe


class Text(NamedTuple):
    """What is written as it stands."""

    text: str
    line: int


class Action(NamedTuple):
    """A pipeline that prints, or puts a value into a variable."""

    pipe: Pipe
    line: int


class Block(NamedTuple):
    """A statement with a body: "if", "range", "with"; "define", "block" and "template" have a name."""

    kind: str
    name: str
    pipe: Pipe | None
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]
    line: int


Node = Text | Action | Block


def parse(text: str) -> tuple[Node, ...]:
    """Parse a template. Raises `BrokenError`; one of more than `TOKENS` tokens is refused too."""
    found = list(islice(tokens(text), TOKENS + 1))
    if len(found) > TOKENS:
        message = f"has more than {TOKENS} tokens"
        raise BrokenError(message, found[-1].line)
    reader = _Parser(found)
    body, closer = reader.body(0)
    if closer:
        reader.fail(f"unexpected {{{{{closer}}}}}")
    return body


class _Parser:
    """Reads tokens one by one; `variables` are those in sight."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._line = 1
        self._loops = 0
        self._variables = ["$"]

    def fail(self, reason: str) -> None:
        """Raise."""
        raise BrokenError(reason, self._line)

    def _next(self) -> Token:
        if self._at == len(self._tokens):
            self.fail("unexpected EOF")
        token = self._tokens[self._at]
        self._at += 1
        self._line = token.line
        return token

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "", self._line, glued=False)

    def body(self, depth: int) -> tuple[tuple[Node, ...], str]:
        """Read statements up to `end` or `else`, which is returned as well; "" where the text is over."""
        if depth > DEPTH:
            self.fail("nests deeper than can be read")
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token.kind == "text":
                nodes.append(Text(token.value, token.line))
                continue
            word = self._peek()
            if word.kind == "word" and word.value in {"end", "else"}:
                self._next()
                return tuple(nodes), word.value
            nodes.extend(self._statement(depth, token.line))
        return tuple(nodes), ""

    def _statement(self, depth: int, line: int) -> Iterator[Node]:
        word = self._peek()
        kind = word.value if word.kind == "word" else ""
        if kind in {"if", "range", "with"}:
            self._next()
            yield self._control(kind, depth, line)
        elif kind in {"define", "block"}:
            self._next()
            yield self._named(kind, depth, line)
        elif kind == "template":
            self._next()
            name = self._string()
            pipe = None if self._peek().kind == "close" else self._pipe("close", depth)
            if pipe is None:
                self._next()
            yield Block(kind, name, pipe, (), (), line)
        elif kind in {"break", "continue"}:
            self._next()
            if not self._loops:
                self.fail(f"{{{{{kind}}}}} outside {{{{range}}}}")
            self._close()
        else:
            yield Action(self._pipe("close", depth), line)

    def _control(self, kind: str, depth: int, line: int) -> Block:
        seen = len(self._variables)
        pipe = self._pipe("close", depth, ranged=kind == "range")
        self._loops += kind == "range"
        body, closer = self.body(depth + 1)
        self._loops -= kind == "range"
        otherwise: tuple[Node, ...] = ()
        if closer == "else":
            word = self._peek()
            if kind != "range" and word.kind == "word" and word.value in {"if", "with"}:
                self._next()
                otherwise, closer = (self._control(word.value, depth + 1, word.line),), "chained"
            else:
                self._close()
                otherwise, closer = self.body(depth + 1)
        if closer == "end":
            self._close()
        elif closer != "chained":
            self.fail("unexpected EOF" if not closer else f"unexpected {{{{{closer}}}}}")
        del self._variables[seen:]
        return Block(kind, "", pipe, body, otherwise, line)

    def _named(self, kind: str, depth: int, line: int) -> Block:
        name = self._string()
        outer, loops = self._variables, self._loops
        pipe = self._pipe("close", depth) if kind == "block" else None
        if pipe is None:
            self._close()
        self._variables, self._loops = ["$"], 0
        body, closer = self.body(depth + 1)
        if closer != "end":
            self.fail(f"unexpected {closer or 'EOF'} in {kind} clause")
        self._close()
        self._variables, self._loops = outer, loops
        return Block(kind, name, pipe, body, (), line)

    def _string(self) -> str:
        token = self._next()
        if token.kind != "string":
            self.fail(f"unexpected {token.value or token.kind!r} where a name is expected")
        return token.value

    def _close(self) -> None:
        token = self._next()
        if token.kind != "close":
            self.fail(f"unexpected {token.value!r} in action")

    def _pipe(self, closing: str, depth: int, *, ranged: bool = False) -> Pipe:
        if depth > DEPTH:
            self.fail("nests deeper than can be read")
        line = self._peek().line
        variables, declares = self._declared(ranged=ranged)
        commands: list[Command] = []
        operands: list[Operand] = []
        while True:
            token = self._next()
            over = token.kind == "close" or (token.kind == "sign" and token.value == ")")
            if over or (token.kind == "sign" and token.value == "|"):
                if not operands:
                    self.fail("missing value for command")
                commands.append(Command(tuple(operands)))
                operands = []
            else:
                operands.append(self._operand(token, depth))
            if over:
                if (token.kind == "close") != (closing == "close"):
                    self.fail("unclosed left paren" if closing == ")" else "unexpected right paren")
                self._variables.extend(variables if declares else ())
                return Pipe(variables, declares, tuple(commands), line)

    def _declared(self, *, ranged: bool) -> tuple[tuple[str, ...], bool]:
        """Read "$x :=", "$x =" and, of a range, "$i, $x :=" if that is what stands here."""
        names: list[str] = []
        at = self._at
        while at < len(self._tokens) and self._tokens[at].kind == "variable":
            names.append(self._tokens[at].value)
            at += 1
            if at < len(self._tokens) and self._tokens[at][:2] == ("sign", ",") and ranged:
                at += 1
                continue
            break
        if not names or at >= len(self._tokens) or self._tokens[at].kind not in {"declare", "assign"}:
            return (), False
        declares = self._tokens[at].kind == "declare"
        self._at = at + 1
        if not declares:
            for name in names:
                self._known(name)
        return tuple(names), declares

    def _known(self, name: str) -> None:
        if name not in self._variables:
            self.fail(f'undefined variable "{name}"')

    def _operand(self, token: Token, depth: int) -> Operand:
        kind, value = token.kind, token.value
        if kind in {"string", "number", "character"} or (kind == "word" and value in {"true", "false", "nil"}):
            return _constant(kind, value)
        if kind == "word":
            return Name(value)
        base: str | Pipe = "."
        fields: list[str] = []
        if kind == "field":
            fields.append(value[1:])
        elif kind == "variable":
            self._known(value)
            base = value
        elif kind == "sign" and value == "(":
            base = self._pipe(")", depth + 1)
        elif kind != "dot":
            self.fail(f"unexpected {value or kind!r} in operand")
        while self._peek().kind == "field" and self._peek().glued:
            fields.append(self._next().value[1:])
        return base if isinstance(base, Pipe) and not fields else Path(base, tuple(fields))


def _constant(kind: str, value: str) -> Constant:
    if kind == "word":
        return Constant({"true": True, "false": False}.get(value))
    if kind == "string":
        return Constant(value)
    if kind == "character":
        return Constant(ord(value[0]) if value else 0)
    digits = value.replace("_", "").lower()
    try:
        return Constant(int(digits, 0) if digits.lstrip("+-")[:2].strip("0123456789") else int(digits))
    except ValueError:
        return Constant(None)
