"""The words of a text as licences are compared by: what a copy changes without changing the licence is left out."""

import re
from collections import Counter
from itertools import accumulate
from zlib import crc32

GRAM = 4
"""Words in one shingle."""

# Lines that name a holder or a file: they differ from copy to copy.
_HOLDER = re.compile(
    r"(?im)^[^\w\n]*(?:copyright\b(?=[^\n]*(?:\d{4}|\(c\)|©|[\[<{]))|\(c\)|©|portions copyright"
    r"|all rights reserved\.?\s*$|spdx-license-identifier|begin license block|end license block)[^\n]{0,200}$"
)
# One letter and bare numbers of one digit are marks of lists; "4.0" and "mit" are words.
_WORD = re.compile(r"[^\W_]{2,}(?:\.\d+)*|\d(?:\.\d+)+")
_SPELLINGS = {"licence": "license", "licences": "licenses", "licenced": "licensed", "https": "http", "www": "http"}
_TYPED = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00ad": None, "\u200b": None, "\ufeff": None})


def fold(text: str) -> str:
    """Lower the case and leave out holders; every other character stays where it is."""
    folded = _without_margin(text.lower())
    if len(folded) != len(text):  # the dotted capital I becomes two
        folded = _without_margin("".join(one.lower()[:1] for one in text))
    return _HOLDER.sub(lambda line: " " * len(line[0]), folded)


_MARGIN = re.compile(r"(?m)^[^\w\n]*(\w+):?[ \t]")
_OFTEN = 0.6


def _without_margin(text: str) -> str:
    """Leave out the word that begins most lines: the mark of a comment in some language, the key of a field."""
    some = Counter(_MARGIN.findall(text[:8192]))
    word, count = some.most_common(1)[0] if some else ("", 0)
    if count < 6 or count < _OFTEN * text[:8192].count("\n"):  # noqa: PLR2004 - lines that make a margin
        return text
    return re.sub(rf"(?m)^([^\w\n]*){re.escape(word)}(?=:?[ \t])", lambda found: found[1] + " " * len(word), text)


def words(folded: str) -> list[str]:
    """List the words of a folded text."""
    return [_SPELLINGS.get(word, word) for word in _WORD.findall(folded)]


def places(folded: str) -> list[tuple[int, int]]:
    """Say where each of `words` stands, in characters."""
    return [found.span() for found in _WORD.finditer(folded)]


def shingles(some: list[str]) -> list[int]:
    """Digest each row of four words (CRC-32), by the place of its first word."""
    if len(some) < GRAM:
        return []
    joined = " ".join(some).encode("utf-8", "replace")
    if len(joined) != sum(map(len, some)) + len(some) - 1:  # letters of more than one byte
        parts = [word.encode("utf-8", "replace") for word in some]
    else:
        parts = some  # type: ignore[assignment]
    ends = list(accumulate(len(part) + 1 for part in parts))
    starts = [0, *ends]
    return [crc32(joined[start : end - 1]) for start, end in zip(starts, ends[GRAM - 1 :], strict=False)]


def title_text(text: str) -> str:
    """Write a text as titles are compared: lower case, words and numbers parted by one blank, blanks at both ends."""
    return f" {' '.join(_TITLE.findall(text.lower().translate(_TYPED)))} "


_TITLE = re.compile(r"[^\W_]+(?:\.\d+)*(?:\+\+)?")
