"""Change bytes as a hostile writer would: lengths that lie, words of the format, parts cut, repeated and exchanged."""

import re
from collections.abc import Callable, Sequence
from random import Random

LONGEST_NBYTES = 64 << 10
"""No input grows beyond this."""
INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (1 << 63) - 1,
               1 << 63, (1 << 64) - 1)  # fmt: skip
UNITS = (
    b"\n",
    b" ",
    b"\r\n",
    b"\t",
    b"\0",
    b"a",
    b"[",
    b"{",
    b"(",
    b'"',
    b"\\",
    b"<",
    b"- ",
    b"a: ",
    b"#\n",
    b"a\n",
    b"",
    b"",
    b"",
    b"",
)
"""What is repeated; empty stands for a part of the input itself."""
_DIGITS = re.compile(rb"-?[0-9]{1,20}")

Change = Callable[[bytearray, Random, Sequence[bytes]], None]
"""Changes its first argument; the last one holds other inputs or words to take from."""


def mutate(data: bytes, random: Random, words: Sequence[bytes], corpus: Sequence[bytes]) -> bytes:
    """Apply one to eight changes to `data`; `words` are the format's, `corpus` holds inputs to splice with."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 2, 4, 8))):
        change = random.choice(CHANGES)
        change(changed, random, words if change in WITH_WORDS else corpus)
        if len(changed) > LONGEST_NBYTES:
            del changed[LONGEST_NBYTES:]
    return bytes(changed)


def _span(data: bytearray, random: Random) -> tuple[int, int]:
    """Choose a range; short ones are likelier."""
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.randrange(1, 2 << random.randrange(10)))


def _flip(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _byte(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice((0, 1, 0x20, 0x7F, 0x80, 0xFF, random.randrange(256)))


def _insert(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    start = random.randrange(len(data) + 1)
    data[start:start] = random.randbytes(1 << random.randrange(5))


def _delete(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    start, end = _span(data, random)
    del data[start:end]


def _cut(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    del data[random.randrange(len(data) + 1) :]


def _copy(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    start, end = _span(data, random)
    at = random.randrange(len(data) + 1)
    data[at : at + random.choice((0, end - start))] = data[start:end]


def _repeat(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    start, end = _span(data, random)
    data[start:end] = bytes(data[start:end]) * min(1 << random.randrange(1, 12), LONGEST_NBYTES // max(1, end - start))


def _fill(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    """Put one short text over and over behind a start: what backtracks, recurses or counts in squares shows then."""
    start = random.randrange(len(data) + 1)
    unit = random.choice(UNITS) or bytes(data[start : start + random.randrange(1, 9)])
    data[start:] = unit * (random.choice((1 << 10, 8 << 10, LONGEST_NBYTES)) // max(1, len(unit)))


def _number(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    """Change a binary number of 1, 2, 4 or 8 bytes: a length that lies by one, by a lot, or exactly to the end."""
    width = min(random.choice((1, 2, 4, 8)), len(data))
    start = random.randrange(len(data) - width + 1)
    order = random.choice(("little", "big"))
    value = int.from_bytes(data[start : start + width], order)
    value = random.choice(
        (
            value + 1,
            value - 1,
            value * 2,
            -value,
            len(data),
            len(data) - start - width,
            start,
            random.choice(INTERESTING),
        )
    )
    data[start : start + width] = (value % (1 << 8 * width)).to_bytes(width, order)


def _digits(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    """Change a number that is written in digits."""
    found = [match.span() for match in _DIGITS.finditer(data)]
    if found:
        start, end = random.choice(found)
        value = random.choice(
            (-1, len(data), 10 ** random.randrange(25), random.choice(INTERESTING), random.randrange(10))
        )
        data[start:end] = random.choice((b"%d" % value, b"%o" % abs(value), b"%0*d" % (end - start, abs(value))))


def _varint(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    start = random.randrange(len(data) + 1)
    data[start : start + 1] = b"\xff" * random.randrange(1, 10) + bytes((random.randrange(128),))


def _word(data: bytearray, random: Random, words: Sequence[bytes]) -> None:
    if words:
        word = random.choice(words)
        start = random.randrange(len(data) + 1)
        data[start : start + random.choice((0, len(word)))] = word


def _splice(data: bytearray, random: Random, corpus: Sequence[bytes]) -> None:
    """Put a part of another input in the place of a part of this one."""
    if corpus:
        other = bytearray(random.choice(corpus))
        start, end = _span(data, random)
        first, last = _span(other, random)
        data[start : random.choice((start, end, len(data)))] = other[first : random.choice((last, len(other)))]


WITH_WORDS: tuple[Change, ...] = (_word,)
CHANGES: tuple[Change, ...] = (
    _flip, _byte, _byte, _insert, _delete, _cut, _copy, _repeat, _fill, _number, _number, _number, _digits, _varint,
    _word, _word, _splice, _splice,
)  # fmt: skip
