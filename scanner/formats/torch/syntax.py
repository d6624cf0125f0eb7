"""TorchScript source as statements: tokens of a line, and the block that hangs on it. Nothing is refused.

The language is a part of Python's (torch/csrc/jit/frontend/lexer.cpp); what PyTorch itself writes is simpler still.
"""

import re
from dataclasses import dataclass, field

NEST = 40
"""Blocks inside blocks; deeper ones count as part of the last."""

_TOKENS = re.compile(
    r"(?P<skip>[ \t\f\r]+|\\\r?\n|#[^\n]*)|(?P<line>\n)"
    r"|(?P<text>(?:[rbf]?)(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'))"
    r"|(?P<number>\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d+)|(?P<name>[^\W\d]\w*)"
    r"|(?P<mark>->|[=!<>]=|\*\*|//|<<|>>|.)",
    re.DOTALL,
)
_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")
_BLOCKS = frozenset(("class", "def", "if", "elif", "else", "for", "while", "with", "try", "except", "finally"))


@dataclass(slots=True)
class Statement:
    """A logical line: its tokens, where it starts, and the lines indented below it."""

    number: int
    tokens: list[str]
    body: list["Statement"] = field(default_factory=list)

    @property
    def word(self) -> str:
        """The first token."""
        return self.tokens[0] if self.tokens else ""


def statements(text: str) -> list[Statement]:
    """Split source into statements; blocks by their indentation."""
    top: list[Statement] = []
    levels: list[tuple[int, list[Statement]]] = [(-1, top)]
    for indent, number, tokens in _lines(text):
        while len(levels) > 1 and levels[-1][0] >= indent:
            levels.pop()
        made = _split(number, tokens)
        levels[-1][1].append(made)
        if made.word in _BLOCKS and len(levels) < NEST:
            levels.append((indent, made.body))
    return top


def _lines(text: str) -> list[tuple[int, int, list[str]]]:
    """Put the tokens of each logical line together: brackets hold lines together."""
    found: list[tuple[int, int, list[str]]] = []
    tokens: list[str] = []
    number, start, indent, depth, begin = 1, 1, 0, 0, 0
    for token in _TOKENS.finditer(text):
        kind, word = token.lastgroup, token[0]
        if kind == "line" and depth <= 0:
            if tokens:
                found.append((indent, start, tokens))
            tokens, depth, begin = [], 0, token.end()
        elif kind not in ("skip", "line"):
            if not tokens:
                start, indent = number, token.start() - begin
            depth += (word in _OPENS) - (word in _CLOSES)
            tokens.append(word)
        number += word.count("\n")
    if tokens:
        found.append((indent, start, tokens))
    return found


def _split(number: int, tokens: list[str]) -> Statement:
    """Take what stands behind the colon of a block as its first statement."""
    if tokens[0] not in _BLOCKS:
        return Statement(number, tokens)
    end = find(tokens, ":")
    made = Statement(number, tokens[:end])
    if end + 1 < len(tokens):
        made.body.append(Statement(number, tokens[end + 1 :]))
    return made


def find(tokens: list[str], mark: str, start: int = 0) -> int:
    """Find a token outside brackets; the number of tokens where there is none."""
    depth = 0
    for at in range(start, len(tokens)):
        if tokens[at] == mark and not depth:
            return at
        depth += (tokens[at] in _OPENS) - (tokens[at] in _CLOSES)
    return len(tokens)


def parts(tokens: list[str], mark: str = ",") -> list[list[str]]:
    """Split tokens at a mark outside brackets; empty parts are left out."""
    found, start = [], 0
    while start < len(tokens):
        end = find(tokens, mark, start)
        if end > start:
            found.append(tokens[start:end])
        start = end + 1
    return found
