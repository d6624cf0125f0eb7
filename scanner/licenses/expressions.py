"""SPDX licence expressions (specification 3.0, annex B): read, with the ids in them written as the list has them."""

import re

from scanner.licenses import knowledge, names
from scanner.record import record

LONGEST = 2000
"""Characters of an expression beyond which it is none."""

DEEPEST = 32
"""Parentheses within each other that are read."""

_TOKEN = re.compile(r"\s*(?:(\()|(\))|([A-Za-z0-9][\w.+:-]*))")
_OPERATORS = {"and": "AND", "or": "OR", "with": "WITH"}


@record
class Expression:
    """One expression. `text`: normalised, "" where it breaks the grammar or holds an id that is not known.

    `licenses`: the known ids in it, in order, once; `unknown`: what stands where an id should and is none.
    `relation`: "and" or "or" of the outermost operator, "" for a single licence.
    """

    text: str
    licenses: tuple[str, ...]
    unknown: tuple[str, ...]
    relation: str


def read(text: str) -> Expression:
    """Read an expression; a name of one licence as people write it counts as its id. Raises nothing."""
    single = names.by_name(text) if text.count("(") == text.count(")") <= 1 else None
    if single is not None:
        return Expression(text=single.id, licenses=(single.id,), unknown=(), relation="")
    parser = _Parser(text)
    normal, relation = parser.whole()
    return Expression(
        text=normal if not parser.unknown else "",
        licenses=tuple(dict.fromkeys(parser.licenses)),
        unknown=tuple(dict.fromkeys(parser.unknown)),
        relation=relation,
    )


class _Parser:
    """A parser by precedence: WITH before AND before OR."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text[:LONGEST]) if len(text) <= LONGEST else []
        self.at = 0
        self.licenses: list[str] = []
        self.unknown: list[str] = []

    def whole(self) -> tuple[str, str]:
        try:
            normal, relation = self._any(0)
        except (IndexError, ValueError):
            return "", ""
        return (normal, relation) if self.at == len(self.tokens) else ("", relation)

    def _any(self, depth: int) -> tuple[str, str]:
        if depth > DEEPEST:
            raise ValueError
        parts = [self._all(depth)]
        while self._next("OR"):
            parts.append(self._all(depth))
        if len(parts) == 1:
            return parts[0]
        return " OR ".join(text for text, _ in parts), "or"

    def _all(self, depth: int) -> tuple[str, str]:
        parts = [self._one(depth)]
        while self._next("AND"):
            parts.append(self._one(depth))
        if len(parts) == 1:
            return parts[0]
        return " AND ".join(f"({text})" if inner == "or" else text for text, inner in parts), "and"

    def _one(self, depth: int) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":  # noqa: S105 - a token of a grammar
            inner = self._any(depth + 1)
            if not self._next(")"):
                raise ValueError
            return inner
        if token in {")", "AND", "OR", "WITH"}:
            raise ValueError
        name = self._license(token)
        if self._next("WITH"):
            exception = self.tokens[self.at]
            self.at += 1
            return f"{name} WITH {exception}", ""
        return name, ""

    def _license(self, token: str) -> str:
        later = f"{token[:-1]}-or-later" if token.endswith("+") else ""
        found = names.by_id(token) or names.by_id(later)
        if found or knowledge.get(token) is not None:
            self.licenses.append(found or token)
        else:
            self.unknown.append(token)
        return found or token

    def _next(self, token: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == token:
            self.at += 1
            return True
        return False


def _tokens(text: str) -> list[str]:
    """Part an expression; empty where it holds what no expression does."""
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return []
        word = token[1] or token[2] or token[3]
        found.append(_OPERATORS.get(word.lower(), word) if token[3] else word)
        at = token.end()
    return found
