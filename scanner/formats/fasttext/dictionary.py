"""The dictionary of a fastText model: words and labels, each closed by a zero byte, counted in one pass."""

import re
from typing import NamedTuple

from scanner.cursor import Cursor
from scanner.format import MalformedError
from scanner.marks import marks_of

WINDOW_NBYTES = 1 << 20
"""Bytes read at once, and the longest entry; fastText itself cuts words at 1024 characters."""

LABELS = 2000
"""Labels whose texts are looked at."""

_SMALLEST = 10
"""A zero byte, a count of 8 bytes and a kind."""

_ENTRY = re.compile(rb"([^\0]*+)\0.{8}(.)", re.DOTALL)
_LABEL = b"\x01"


class Label(NamedTuple):
    """A label whose text holds more than words."""

    at: int
    text: str
    marks: tuple[str, ...]


class Dictionary(NamedTuple):
    """Counts as the header has them; `pruned` is -1 where nothing was pruned; `told`: labels to be told."""

    words: int
    labels: int
    pruned: int
    told: tuple[Label, ...]


def read(cursor: Cursor) -> Dictionary:
    """Read a dictionary to its end. Raises `MalformedError`, also where the kinds do not add up to the counts."""
    at = cursor.at
    size, words, labels = cursor.number("i"), cursor.number("i"), cursor.number("i")
    cursor.skip(8)
    pruned = cursor.number("q")
    if words < 0 or labels < 0 or size != words + labels:
        message = f"{words} words and {labels} labels are not {size} entries"
        raise MalformedError(message, at)
    cursor.room(size * _SMALLEST)
    found, told = _entries(cursor, size)
    if found != labels:
        message = f"{labels} labels are declared, there are {found}"
        raise MalformedError(message, at)
    if pruned > 0:
        cursor.room(8 * pruned)
        cursor.skip(8 * pruned)
    return Dictionary(words, labels, pruned, tuple(told))


def _entries(cursor: Cursor, size: int) -> tuple[int, list[Label]]:
    """Pass over the entries through a window; count the labels."""
    labels, told = 0, []
    left = size
    while left:
        start = cursor.at
        window = cursor.take(min(WINDOW_NBYTES, cursor.left))
        used = 0
        while left and (entry := _ENTRY.match(window, used)):
            used = entry.end()
            left -= 1
            if entry[2] == _LABEL:
                labels += 1
                if labels <= LABELS:
                    told.extend(_label(start + entry.start(), entry[1]))
        if not used:
            message = f"an entry has no end within {WINDOW_NBYTES} bytes"
            raise MalformedError(message, start)
        cursor.back(start + used)
    return labels, told


def _label(at: int, raw: bytes) -> list[Label]:
    text = raw.decode("utf-8", "backslashreplace")
    marks = tuple(mark for mark in marks_of(text) if mark != "url")
    return [Label(at, text, marks)] if marks else []
