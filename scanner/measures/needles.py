"""How files start, as words of 16 bits at every place that a stream of bits can put them.

A stream of low bits is searched as it is packed, sixteen bits at a time. Wherever a needle of at least 31 bits begins,
it covers one whole word: for each of the sixteen places the best such word goes into a table, and its neighbours into
masks.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy import bool_, uint16
    from numpy.typing import NDArray

NEEDLES: tuple[tuple[str, bytes, int], ...] = (
    ("elf", b"\x7fELF\x02\x01\x01", 0), ("elf", b"\x7fELF\x01\x01\x01", 0), ("elf", b"\x7fELF\x02\x02\x01", 0),
    ("elf", b"\x7fELF\x01\x02\x01", 0), ("pe", b"PE\0\0\x64\x86", 0), ("pe", b"PE\0\0\x4c\x01", 0),
    ("pe", b"PE\0\0\x64\xaa", 0), ("macho", b"\xcf\xfa\xed\xfe\x07\0\0\x01", 0),
    ("macho", b"\xcf\xfa\xed\xfe\x0c\0\0\x01", 0), ("wasm", b"\0asm\x01\0\0\0", 0), ("zip", b"PK\x03\x04\x14\0", 0),
    ("zip", b"PK\x03\x04\x0a\0", 0), ("zip", b"PK\x03\x04\x2d\0", 0), ("gzip", b"\x1f\x8b\x08\0", 0),
    ("gzip", b"\x1f\x8b\x08\x08", 0), ("bzip2", b"1AY&SY", 4), ("xz", b"\xfd7zXZ\0", 0),
    ("7z", b"7z\xbc\xaf\x27\x1c\0", 0), ("rar", b"Rar!\x1a\x07", 0), ("script", b"#!/bin/", 0),
    ("script", b"#!/usr/", 0), ("python", b"import ", 0),
)  # fmt: skip
"""Kind, bytes, and where in the file they stand. Those of a PE stand where its first bytes say."""

WORD = 16
FRAME = 6
"""Words of a frame: the longest needle and the farthest place."""


class Entry(NamedTuple):
    """One needle at one place. `lead`: bits from the start of the marked word back to the start of the needle."""

    kind: str
    before: int
    value: str
    byte: str
    lead: int


class Table(NamedTuple):
    """Where to look, and for what.

    `marked` words are in a needle; each of `layers` gives the number of an entry by word. By that number `before` and
    `after` give mask and value of the neighbours.
    """

    marked: "NDArray[bool_]"
    layers: "tuple[NDArray[uint16], ...]"
    before: "tuple[NDArray[uint16], NDArray[uint16]]"
    after: "tuple[NDArray[uint16], NDArray[uint16]]"
    entries: tuple[Entry, ...]


@cache
def table(bits: int) -> Table:
    """Build the table for streams of so many bits a number: both orders in a number, both in a byte, every place."""
    import numpy as np

    rows: list[tuple[int, tuple[int, int], tuple[int, int], Entry]] = []
    seen: set[tuple[object, ...]] = set()
    for kind, content, before in NEEDLES:
        for value in ("msb", "lsb") if bits > 1 else ("msb",):
            for byte in ("big", "little"):
                for place in range(WORD):
                    row = _row(kind, content, before, (value, byte), place, bits)
                    if row[:3] + row[3][:2] + row[3][4:] not in seen:
                        seen.add(row[:3] + row[3][:2] + row[3][4:])
                        rows.append(row)
    layers: list[NDArray[uint16]] = []
    for number, row in enumerate(rows, 1):
        layer = next((one for one in layers if not one[row[0]]), None)
        if layer is None:
            layer = np.zeros(1 << WORD, np.uint16)
            layers.append(layer)
        layer[row[0]] = number
    entries = (Entry("", 0, "", "", 0), *(row[3] for row in rows))
    sides = [_side([row[1] for row in rows]), _side([row[2] for row in rows])]
    return Table(layers[0] != 0, tuple(layers), sides[0], sides[1], entries)


def _side(words: list[tuple[int, int]]) -> "tuple[NDArray[uint16], NDArray[uint16]]":
    """Return the masks and the values of neighbours by the number of their entry; nothing masked is what 0 asks for."""
    import numpy as np

    return np.array([0, *(mask for mask, _ in words)], np.uint16), np.array([1, *(one for _, one in words)], np.uint16)


def _row(  # noqa: PLR0913, PLR0917 - a needle, and how it is put where
    kind: str, content: bytes, before: int, order: tuple[str, str], place: int, bits: int
) -> tuple[int, tuple[int, int], tuple[int, int], Entry]:
    import numpy as np

    value, byte = order
    needle = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="big" if byte == "big" else "little")
    frame = np.zeros((2, FRAME * WORD), np.uint8)
    frame[0, place : place + len(needle)] = 1
    frame[1, place : place + len(needle)] = needle
    if (
        value == "lsb"
    ):  # a stream is packed highest bit first: what was put lowest first is turned around in each number
        frame = frame.reshape(2, -1, bits)[:, :, ::-1].reshape(2, -1)
    words = np.packbits(frame, axis=1).view("<u2")
    full = [at for at in range(FRAME) if words[0, at] == 0xFFFF]  # noqa: PLR2004 - every bit is known
    best = min(full, key=lambda at: abs(int(words[1, at]).bit_count() - WORD // 2))
    around = [(int(words[0, at]), int(words[1, at])) if at >= 0 else (0, 0) for at in (best - 1, best + 1)]
    return int(words[1, best]), around[0], around[1], Entry(kind, before, value, byte, best * WORD - place)
