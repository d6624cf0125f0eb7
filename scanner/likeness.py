"""Names that lie one slip of a hand or of an eye away from a well-known one.

Packages and publishers are squatted on in this way: https://arxiv.org/abs/2003.03471 (names of packages).
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from scanner.known import rows
from scanner.pattern import pattern

NAME_CHARACTERS = 100
"""Longest name that is compared; the index allows fewer."""

EDITED = 5
SWAPPED = 4
"""Shortest well-known name that one edit, or two letters exchanged, may lead to: shorter ones lie near everything."""

_SEPARATORS = pattern(r"[-_.]+")
# Signs that stand for a letter at a glance; the Cyrillic and Greek ones are letters to Python, and pip refuses them.
_GLYPHS = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "5": "s", "\u0430": "a", "\u0435": "e", "\u043e": "o", "\u0440": "p", "\u0441": "c",
     "\u0443": "y", "\u0445": "x", "\u0456": "l", "\u0458": "j", "\u0455": "s", "\u04bb": "h", "\u0501": "d",
     "\u051b": "q", "\u0261": "g", "\u03bf": "o", "\u03b1": "a", "\u03bd": "v", "\u0131": "l", "\u217c": "l",
     "\u0585": "o", "\u057d": "u", "\u043a": "k", "\u043c": "m", "\u0442": "t", "\u043d": "h", "\u0432": "b"}
)  # fmt: skip


class Near(NamedTuple):
    """A well-known name that another one lies near. `how`: "edit", "swap", "separator", "glyph"."""

    name: str
    how: str


def canonical(name: str) -> str:
    """Write a name as the index compares it (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


class Neighbours:
    """Well-known names by what becomes of each when one letter is left out, so that a look-up compares few."""

    def __init__(self, names: frozenset[str]) -> None:
        """Index the names."""
        self._names = names
        self._joined = {name.replace("-", ""): name for name in names if "-" in name}
        self._folded = {_fold(name): name for name in sorted(names, reverse=True)}
        self._shorter: dict[str, list[str]] = {}
        for name in sorted(names):
            if len(name) >= SWAPPED:
                for short in _shorter(name):
                    self._shorter.setdefault(short, []).append(name)

    def of(self, name: str) -> Near | None:
        """Find the well-known name that a canonical name lies near; None for one of them and for one near none."""
        if name in self._names or len(name) > NAME_CHARACTERS:
            return None
        joined = name.replace("-", "")
        separated = self._joined.get(joined) or (joined if joined in self._names else None)
        if separated:
            return Near(separated, "separator") if len(joined) >= EDITED else None
        folded = self._folded.get(_fold(name))
        if folded and len(folded) >= SWAPPED:
            return Near(folded, "glyph")
        found = {known for short in {name, *_shorter(name)} for known in self._shorter.get(short, ())}
        found |= {short for short in _shorter(name) if short in self._names}
        hows = [(how, known) for known in found if (how := _how(name, known))]
        return Near(*reversed(max(hows))) if hows else None


def _fold(name: str) -> str:
    return name.translate(_GLYPHS).replace("rn", "m").replace("vv", "w")


def _shorter(name: str) -> Iterator[str]:
    return (name[:at] + name[at + 1 :] for at in range(len(name)))


def _how(name: str, known: str) -> str:
    """Say how a name comes from a well-known one in one step. Numbers are versions of a name, and no slip of a hand."""
    start = 0
    while start < min(len(name), len(known)) and name[start] == known[start]:
        start += 1
    left, right = name[start:], known[start:]
    if len(left) == len(right) and left[:2] == right[1::-1] and left[2:] == right[2:]:
        return "swap" if len(known) >= SWAPPED else ""
    edited = (left[1:] == right[1:]) + 2 * (left[1:] == right) + 4 * (left == right[1:])
    changed = (left[:1] if edited & 3 else "") + (right[:1] if edited & 5 else "")
    return "edit" if edited and len(known) >= EDITED and changed.isalpha() else ""


@cache
def neighbours(names: frozenset[str]) -> Neighbours:
    """Index names, once for each set."""
    return Neighbours(names)


@cache
def likeness(name: str) -> Near | None:
    """Find the well-known package that a name lies near and is not; None where it is honest, or near none."""
    return None if name in _honest() else neighbours(_popular()).of(name)


@cache
def _popular() -> frozenset[str]:
    return frozenset(rows("python_packages"))


@cache
def _honest() -> frozenset[str]:
    return frozenset(rows("python_packages_alike"))
