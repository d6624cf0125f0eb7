"""A tensor in pieces: whole rows where they fit, read into one buffer that is used again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from scanner.artifact import Artifact
from scanner.measures.blocks import SCALES

if TYPE_CHECKING:
    from numpy import bool_, float32, uint8
    from numpy.typing import NDArray

    from scanner.measures.views import TensorView

CHUNK_NBYTES: Final = 1 << 20
"""Bytes of a piece: it stays in the cache of a core while every measure looks at it."""

ALIGNED = 16
"""Rows of a piece come in this many, where that fits: streams of low bits then end at whole words."""

_INFINITE: Final = {"float32": ("<u4", 0x7F800000), "float16": ("<u2", 0x7C00), "bfloat16": ("<u2", 0x7F80),
                    "float64": ("<u8", 0x7FF0000000000000), "float8_e5m2": ("<u1", 0x7C)}  # fmt: skip
"""Bits of the exponent: all set in numbers that are infinite or none. IEEE 754; OCP 8-bit formats."""


class Chunk:
    """Bytes `[at, at + len(raw))` of a tensor, lowest byte of each number first. Valid until the next one is asked for.

    `row` is the first row, `rows` how many whole ones there are; 0 where a row is longer than a piece. `stored` are
    the bytes as they stand in the file.
    """

    __slots__ = ("_values", "at", "raw", "row", "rows", "stored", "view")

    def __init__(self, view: "TensorView", raw: "NDArray[uint8]", at: int, row: int, rows: int) -> None:
        """Keep what was read."""
        self.view = view
        self.stored = raw
        self.raw = turned(raw, view.unit[1]) if view.big else raw
        self.at = at
        self.row = row
        self.rows = rows
        self._values: NDArray[float32] | None = None

    def values(self) -> "NDArray[float32] | None":
        """Return the elements as float32, None where their type is none of floats or known blocks. Computed once."""
        if self._values is None:
            from scanner.measures.numbers import floats

            self._values = floats(self.view.dtype, self.raw)
        return self._values

    def unlike_numbers(self) -> "NDArray[bool_] | None":
        """Tell for each element or block whether it is infinite or no number; None where the type has no such ones."""
        import numpy as np

        dtype = self.view.dtype
        found: NDArray[bool_] | None = None
        if dtype == "float8_e4m3fn":
            found = (self.raw & np.uint8(0x7F)) == 0x7F  # noqa: PLR2004 - the one pattern that is no number
        elif dtype == "Q8_K":
            scale = np.ascontiguousarray(self.raw.reshape(-1, self.view.unit[1])[:, :4]).view("<f4")
            found = ~np.isfinite(scale).all(axis=1)
        elif dtype == "MXFP4":
            found = self.raw.reshape(-1, self.view.unit[1])[:, 0] == 0xFF  # noqa: PLR2004 - as above, of E8M0
        elif dtype in _INFINITE:
            code, exponent = _INFINITE[dtype]
            words = self.raw.view(code)
            found = (words & words.dtype.type(exponent)) == exponent
        elif dtype in SCALES:
            start, end = SCALES[dtype]
            halves = np.ascontiguousarray(self.raw.reshape(-1, self.view.unit[1])[:, start:end]).view("<u2")
            found = ((halves & np.uint16(0x7C00)) == 0x7C00).any(axis=1)  # noqa: PLR2004 - as of float16
        return found


def turned(raw: "NDArray[uint8]", width: int) -> "NDArray[uint8]":
    """Turn the bytes of each number around."""
    import numpy as np

    return np.ascontiguousarray(raw.reshape(-1, width)[:, ::-1]).reshape(-1)


def chunks(artifact: Artifact, view: "TensorView") -> Iterator[Chunk]:
    """Read a tensor from start to end. Ends early where the file does."""
    with (view.source or artifact).open() as stream:
        yield from _chunks(stream, view)


def _chunks(stream: BinaryIO, view: "TensorView") -> Iterator[Chunk]:
    import numpy as np

    rows = view.rows
    row_nbytes = view.nbytes // rows
    if row_nbytes <= CHUNK_NBYTES:
        step = CHUNK_NBYTES // row_nbytes
        step = (step - step % ALIGNED or step) * row_nbytes if rows > 1 else view.nbytes
    else:
        step = CHUNK_NBYTES - CHUNK_NBYTES % (view.unit[1] * ALIGNED)
    buffer = np.empty(min(step, view.nbytes), np.uint8)
    at = 0
    while at < view.nbytes:
        wanted = min(step, view.nbytes - at)
        stream.seek(view.start + at)
        got = _fill(stream, buffer[:wanted].data)
        got -= got % view.unit[1]
        whole = got // row_nbytes if rows > 1 or row_nbytes <= CHUNK_NBYTES else 0
        if got:
            yield Chunk(view, buffer[:got], at, at // row_nbytes, whole)
        at += got
        if got < wanted:
            return


def _fill(stream: BinaryIO, room: memoryview) -> int:
    filled = 0
    while filled < len(room):
        got = stream.readinto(room[filled:])  # type: ignore[attr-defined] # every stream of an artifact has it
        if not got:
            break
        filled += got
    return filled
