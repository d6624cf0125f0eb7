"""Characters of a text that do not show: Unicode tags, selectors in a row, changed direction, no width."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.pattern import pattern

AROUND = 40
"""Characters before and after that are quoted."""

READ = 400
"""Characters of a message that are given as read."""

KEPT = 16 * READ
"""Characters of a kind that a message is read from."""

SPELT = 3
"""Letters from which two kinds of characters spell something, and not by chance."""

NEAR = 100
"""Characters on both sides within which a text of right-to-left letters explains a change of direction."""

SELECTORS = 4
"""Variation selectors in a row from which they carry something: a character has one, seldom two."""

REGION_FLAG = pattern("\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,6}\U000e007f")
"""A flag of a region (UTS 51, emoji tag sequences): the honest use of tag characters."""

_TAG_BASE = 0xE0000
_RUN = pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e0fff]+|\x1b\\["
)
_FLAG = pattern("[a-z]{2}[a-z0-9]{1,3}\x7f")
_OVERRIDES = frozenset("\u202d\u202e")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_ZERO = frozenset(
    "\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u3164\ufeff\uffa0"
)
# Hebrew, Arabic and their kin: texts in these scripts turn the direction of words for good reason.
_RIGHT_TO_LEFT = pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


class Unseen(NamedTuple):
    """Characters of one kind. `run` is the longest run, `at` its offset, `reads` what they spell, "" for nothing."""

    kind: str
    total: int
    run: int
    at: int
    reads: str
    words: str


def unseen(text: str) -> Iterator[Unseen]:
    """Yield one entry for each kind that the text holds.

    "tags" (U+E0000 block, but not the flags of England and its like), "selectors" (`SELECTORS` variation selectors
    in a row, or those of the supplement behind no ideograph), "override" (the direction of letters forced),
    "direction" (embedding or isolate far from right-to-left letters), "zero-width" (two or more in a row,
    or one between Latin letters), "escape" (a terminal's escape sequence). Linear in the length of the text.
    """
    if text.isascii() and "\x1b" not in text:
        return
    turns = _RIGHT_TO_LEFT.search(text) is not None
    found: dict[str, _Tally] = {}
    for run in _RUN.finditer(text):
        for kind, part in _kinds(text, run.start(), run[0], turns=turns):
            tally = found.setdefault(kind, _Tally())
            tally.add(part, run.start())
    for kind, tally in found.items():
        reads = _read(kind, "".join(tally.parts))[:READ]
        yield Unseen(kind, tally.total, tally.run, tally.at, reads, _around(text, tally.at, tally.run))


class _Tally:
    """What is known of one kind so far; of millions of runs only the first characters are kept."""

    def __init__(self) -> None:
        self.total = self.run = self.at = 0
        self.parts: list[str] = []

    def add(self, part: str, at: int) -> None:
        if self.total < KEPT:
            self.parts.append(part[:KEPT])
        self.total += len(part)
        if len(part) > self.run:
            self.run, self.at = len(part), at


def _kinds(text: str, at: int, run: str, *, turns: bool) -> Iterator[tuple[str, str]]:
    """Split a run by kind, leaving out what its neighbours explain."""
    if run[0] == "\x1b":
        yield "escape", run
        return
    tags = "".join(one for one in run if _TAG_BASE <= ord(one) <= _TAG_BASE + 0x7F)
    if tags and not (text[at - 1 : at] == "\U0001f3f4" and _FLAG.fullmatch(_spell(tags))):
        yield "tags", tags
    selectors = "".join(one for one in run if _byte(one) >= 0)
    if (len(selectors) >= SELECTORS and len(set(selectors)) > 1) or (
        selectors[:1] >= "\U000e0100" and not _is_ideograph(text[at - 1 : at])
    ):
        yield "selectors", selectors
    if not _OVERRIDES.isdisjoint(run):
        yield "override", "".join(one for one in run if one in _OVERRIDES)
    if not _DIRECTIONS.isdisjoint(run) and not (turns and _RIGHT_TO_LEFT.search(text, max(0, at - NEAR), at + NEAR)):
        yield "direction", "".join(one for one in run if one in _DIRECTIONS)
    zero = "".join(one for one in run if one in _ZERO)
    if zero and not (at == 0 and run == "\ufeff") and _is_odd(text, at, len(run), zero):
        yield "zero-width", zero


def _is_odd(text: str, at: int, length: int, zero: str) -> bool:
    """Say whether characters without width stand where no script has use for them."""
    if len(zero) > 1:
        return len(set(zero)) > 1 or zero[0] not in "\u1160\u3164\u115f\uffa0\u00ad"
    if zero == "\u00ad":
        return False
    before, after = text[at - 1 : at], text[at + length : at + length + 1]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _is_ideograph(one: str) -> bool:
    return "\u2e80" <= one <= "\u9fff" or "\uf900" <= one <= "\ufaff" or "\U00020000" <= one <= "\U0003ffff"


def _byte(one: str) -> int:
    """Return what a variation selector stands for where bytes are hidden in them: 0 to 255; -1 for others."""
    number = ord(one)
    if 0xFE00 <= number <= 0xFE0F:  # noqa: PLR2004 - Unicode
        return number - 0xFE00
    return number - 0xE0100 + 16 if 0xE0100 <= number <= 0xE01EF else -1  # noqa: PLR2004 - Unicode


def _spell(tags: str) -> str:
    return "".join(chr(ord(one) - _TAG_BASE) for one in tags)


def _read(kind: str, run: str) -> str:
    if kind == "tags":
        return _plain(_spell(run))
    if kind == "selectors":
        return _text(bytes(map(_byte, run[: 4 * READ])))
    if kind == "zero-width":
        return _bits(run[: 16 * READ])
    return ""


def _bits(run: str) -> str:
    """Read two kinds of characters as bits, in either sense; a third one may part the bytes."""
    kinds = sorted(set(run), key=run.count, reverse=True)[:2]
    if len(kinds) < 2:  # noqa: PLR2004 - a bit has two values
        return ""
    for one, other in (kinds, kinds[::-1]):
        bits = "".join("1" if sign == one else "0" for sign in run if sign in (one, other))
        whole = bits[: len(bits) // 8 * 8]
        read = _text(int(whole, 2).to_bytes(len(whole) // 8, "big")) if whole else ""
        if len(read) >= SPELT:
            return read
    return ""


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if text.isprintable() or _plain(text) == text else ""


def _plain(text: str) -> str:
    return "".join(one for one in text if one.isprintable() or one in "\n\t")


def _around(text: str, at: int, length: int) -> str:
    before = text[max(0, at - AROUND) : at]
    after = text[at + length : at + length + AROUND]
    return " ".join(_RUN.sub("", f"{before}{after}").split())
