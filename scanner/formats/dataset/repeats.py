"""Texts that many rows of a column share: whole, or in their first or last characters."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.pattern import pattern

SHORTEST = 24
"""Characters of a text, without digits and punctuation, from which on it counts: labels and names repeat anyway."""

VARIED = 9
"""Different characters that it has at least: codes differ in their digits."""

PART = 64
LONG = 160
"""Characters from which on a text is compared as it is, and its first and last ones by themselves."""

KEPT = 400_000
FLOOD = 50
"""Rows from which on a text that repeats is remembered."""

_OTHER = pattern(r"[\W\d_]+")


def _plain(text: str) -> str:
    return _OTHER.sub(" ", text.lower()).strip()


@dataclass(slots=True)
class Repeats:
    """Counts of texts by a number that stands for them, and the text of those that repeat often."""

    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    shown: dict[tuple[str, int], str] = field(default_factory=dict)

    def take(self, text: str) -> None:
        """Count one text."""
        size = len(text)
        if size < SHORTEST:
            return
        if size < LONG:
            plain = _plain(text)
            if len(plain) >= SHORTEST and len(set(plain)) >= VARIED:
                self._count("whole", plain, text)
            return
        self._count("whole", text, text)
        start, end = _plain(text[:LONG])[:PART], _plain(text[-LONG:])[-PART:]
        if len(set(start)) >= VARIED:
            self._count("start", start, text)
        if len(set(end)) >= VARIED:
            self._count("end", end, text[-LONG:])

    def _count(self, part: str, plain: str, text: str) -> None:
        key = part, hash(plain)
        count = self.counts.get(key, 0) + 1
        if count == 1 and len(self.counts) >= KEPT:
            return
        self.counts[key] = count
        if count == FLOOD:
            self.shown[key] = text[:100]

    def floods(self) -> Iterator[tuple[str, int, str]]:
        """Yield the part, the rows and the text of what repeats most in each part."""
        for part in ("whole", "start", "end"):
            found = [(self.counts[key], text) for key, text in self.shown.items() if key[0] == part]
            if found:
                rows, text = max(found)
                yield part, rows, text
