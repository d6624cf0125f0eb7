"""The rows of a vocabulary, read off the bytes without a JSON object for each: texts with ids, or with scores."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from scanner.format import MalformedError
from scanner.formats.tokenizer.outline import WrongError, step
from scanner.formats.tokenizer.strings import behind, blocks

POINTER = "/model/vocab"

_BLANK = b" \t\r\n"

Rows = tuple[list[bytes], list[float]]
"""Texts as UTF-8, and their numbers, in the order of the file; ids are whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a table is written, white space left out: `opens TEXT lead NUMBER between TEXT lead NUMBER closes`.

    `opens` follows the table's first bracket. `wrong` is said of a row that is written otherwise; ids of the library
    have 32 bits.
    """

    opens: str
    lead: str
    number: str
    between: str
    closes: str
    of: Callable[[str], float]
    highest: float
    wrong: str

    def all(self) -> re.Pattern[str]:
        """What stands around texts, from one row's lead to another row's end."""
        row, between, closes = re.escape(self.lead) + self.number, re.escape(self.between), re.escape(self.closes)
        return re.compile(f"(?:{row}{between})*+(?:{row}{closes})?")

    def one(self) -> re.Pattern[str]:
        """What stands behind one text."""
        row, between, closes = re.escape(self.lead) + self.number, re.escape(self.between), re.escape(self.closes)
        return re.compile(f"{row}(?:{between}|{closes})")


IDS = Shape(
    opens="", lead=":", number="[0-9]{1,10}", between=",", closes="}", of=int, highest=(1 << 32) - 1,
    wrong="an id that is no number of an id",
)  # fmt: skip
"""`{"a": 0, "b": 1}`."""

SCORES = Shape(
    opens="[", lead=",", number=r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?", between="],[", closes="]]", of=float,
    highest=float("inf"),     wrong="a piece that is no text with a score",
)  # fmt: skip
"""`[["a", 0.0], ["b", -1.5]]`."""


def read(raw: bytes, start: int, shape: Shape, most: int) -> tuple[Rows, int]:
    """Read the table that opens at an offset; return its rows and its end.

    Raises `WrongError` for a row that is none, `MalformedError` for what is no JSON, and `OverflowError` for more than
    `most` rows.
    """
    names: list[bytes] = []
    numbers: list[float] = []
    pattern, ahead = shape.all(), shape.opens
    for at, marks, texts in blocks(raw, start + 1):
        text, close = _marks(marks, shape.closes)
        if at == start + 1:
            if text == shape.closes[0]:
                return (names, numbers), raw.index(text.encode(), at) + 1
            if not text.startswith(ahead):
                raise WrongError(shape.wrong, at, f"{POINTER}/0")
            text = text[len(ahead) :]
        told = len(numbers)
        following = marks if len(names) > told else marks[1:]
        names += texts[:close]
        found = _numbers(text, shape, closed=close is not None) if pattern.fullmatch(text) else []
        if len(names) - (close is None) != told + len(found):
            raise _wrong(following, names[told:], told, at, shape)
        _check(names[told:], found, at, shape)
        numbers += found
        if len(numbers) > most:
            raise OverflowError
        if close is not None:
            return (names, numbers), closed(raw, behind(raw, at, close), shape.closes)
    message = "the vocabulary has no end"
    raise MalformedError(message, start)


def _marks(marks: list[bytes], closes: str) -> tuple[str, int | None]:
    """Join what stands between texts, up to where the table closes; say behind how many texts that is, if it does."""
    text = b"".join(marks).translate(None, _BLANK).decode("latin-1")
    if closes not in text:
        return text, None
    bare = [one.translate(None, _BLANK).decode("latin-1") for one in marks]
    close = next((number for number, one in enumerate(bare) if closes in one), None)
    if close is None:
        return text, None
    return "".join(bare[:close]) + bare[close].partition(closes)[0] + closes, close


def _numbers(text: str, shape: Shape, *, closed: bool) -> list[float]:
    end = len(shape.closes if closed else shape.between)
    written = text[len(shape.lead) : -end] if text else ""
    return list(map(shape.of, written.split(shape.between + shape.lead))) if written else []


def _check(names: list[bytes], numbers: list[float], at: int, shape: Shape) -> None:
    highest = max(numbers, default=0)
    if highest > shape.highest:
        message = "an id above 32 bits"
        key = names[numbers.index(highest)].decode("utf-8", "replace")
        raise WrongError(message, at, step(POINTER, key))


def _wrong(following: list[bytes], names: list[bytes], before: int, at: int, shape: Shape) -> MalformedError:
    """Find the first row that is none by what is `following` each text."""
    pattern = shape.one()
    for number, (name, mark) in enumerate(zip(names, following, strict=False)):
        if not pattern.match(mark.translate(None, _BLANK).decode("latin-1")):
            key = name.decode("utf-8", "replace") if shape is IDS else before + number
            return WrongError(shape.wrong, at, step(POINTER, key))
    return MalformedError("a vocabulary with rows that are none", at)


def closed(raw: bytes, at: int, closes: str) -> int:
    """Find the end of a table from behind its last text on."""
    found = re.compile(rb"[ \t\r\n]*+".join(re.escape(one.encode()) for one in closes)).search(raw, at)
    return found.end() if found else len(raw)
