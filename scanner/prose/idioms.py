"""Idioms: turns of phrase that speak to a machine or lure a person, by kind, from `known/idioms.txt`."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from scanner.known import rows
from scanner.pattern import pattern

WINDOW = 160
"""Characters on both sides of an anchor in which its pattern is looked for."""

_WORD = pattern(r"\w+")
_UNSEEN = pattern("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+")


class Idiom(NamedTuple):
    """One place where a text says something of a kind; offsets in characters of what `fold` made of it."""

    kind: str
    start: int
    end: int


class _Anchor(NamedTuple):
    """A text to look for first. `word`: its first word, where it has several: a set tells sooner that it is missing."""

    kind: str
    text: str
    word: str
    plain: bool
    shape: re.Pattern[str]


def fold(text: str) -> str:
    """Bring a text to the form that idioms are looked for in: compatible letters, lower case, nothing unseen."""
    if text.isascii():
        return text.lower()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).lower()


def idioms(folded: str) -> Iterator[Idiom]:
    """Yield what a folded text says, a place that two anchors lead to twice. Linear: patterns run around anchors."""
    words = frozenset(_WORD.findall(folded))
    plain = folded.isascii()
    for anchor in _anchors():
        if (anchor.word and anchor.word not in words) or (plain and not anchor.plain):
            continue
        at = folded.find(anchor.text)
        done = 0
        while at >= 0:
            end = at + len(anchor.text)
            found = anchor.shape.search(folded, max(done, at - WINDOW), end + WINDOW)
            if found:
                yield Idiom(anchor.kind, found.start(), found.end())
                done = found.end()
            at = folded.find(anchor.text, max(end, done))


@cache
def _anchors() -> tuple[_Anchor, ...]:
    found = []
    for row in rows("idioms"):
        kind, anchors, shape = row.split("\t")
        made = pattern(shape)
        for text in anchors.split(", "):
            first, blank, _ = text.partition(" ")
            found.append(_Anchor(kind, text, first if blank and first.isalpha() else "", text.isascii(), made))
    return tuple(found)
