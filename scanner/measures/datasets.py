"""The datasets of an HDF5 file as rows; those in chunks as streams of their own, put together slab by slab."""

import io
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import TYPE_CHECKING, BinaryIO, Final

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.measures.views import Beside, Stored
from scanner.streams import Positioned, read_at
from scanner.tensors import Row

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from scanner.formats.hdf5.datasets import Chunk, Dataset
    from scanner.formats.hdf5.file import Hdf5

SLAB_NBYTES: Final = 64 << 20
"""Bytes of as many rows as one chunk is high; wider datasets are left."""

_DEFLATE, _SHUFFLE, _FLETCHER = 1, 2, 3
_BUFFER_NBYTES = 1 << 16
_SUM_NBYTES = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Chunked:
    """A dataset in chunks: shapes in elements, `size` bytes of one, chunks by the number of their slab."""

    shape: tuple[int, ...]
    chunk: tuple[int, ...]
    size: int
    filters: tuple[int, ...]
    base: int
    slabs: "dict[int, list[Chunk]]"

    @property
    def slab_nbytes(self) -> int:
        """Bytes of one slab."""
        return self.chunk[0] * prod(self.shape[1:]) * self.size


def stored(artifact: Artifact, limits: Limits, beside: Beside) -> Iterator[Stored]:
    """Yield the datasets of numbers. Raises `MalformedError` as the reader does."""
    del beside
    from scanner.formats.hdf5.file import Hdf5
    from scanner.formats.hdf5.listing import walk
    from scanner.formats.hdf5.types import FIXED, FLOAT

    with artifact.open() as stream:
        file = Hdf5(artifact, stream)
        row = Row("tensor", "")
        for item in walk(file, limits):
            if isinstance(item, Row):
                row = item
            elif item.kind.kind in (FIXED, FLOAT):
                yield _numbers(artifact, file, item, row)
            elif row.offset >= 0:
                yield Stored(row._replace(dtype=""))  # texts and records: their bytes are looked at
            else:
                yield Stored(row, left="objects")


def _numbers(artifact: Artifact, file: "Hdf5", made: "Dataset", row: Row) -> Stored:
    from scanner.formats.hdf5.types import CHUNKED

    here, big = made.layout, made.kind.big
    if here is None:
        return Stored(row, left="layout")
    if here.kind == CHUNKED and not made.storage:
        try:
            chunked = _chunked(file, made)
        except MalformedError:
            chunked = None
        if chunked is None:
            return Stored(row, left="compressed" if made.filters else "layout")
        if not chunked.slabs:
            return Stored(row, left="unwritten")
        opener = partial(_open, artifact, chunked)
        source = Artifact(path=f"{artifact.path}!{made.name}", size=made.declared, open=opener)
        return Stored(row._replace(offset=0), source, big)
    if row.offset < 0:
        unwritten = not made.storage and here.address == file.undefined
        return Stored(row, left="unwritten" if unwritten else "elsewhere")
    return Stored(row, None, big, "layout" if made.filters else "")


def _chunked(file: "Hdf5", made: "Dataset") -> _Chunked | None:
    """Find the chunks of a dataset; None for an index, a filter or a shape not read. Raises `MalformedError`."""
    from scanner.formats.hdf5.datasets import chunks

    here = made.layout
    filters = tuple(number for number, _ in made.filters)
    if here is None or here.tree or not made.shape or len(here.chunk) != len(made.shape) + 1:
        return None
    if set(filters) - {_DEFLATE, _SHUFFLE, _FLETCHER} or not all(here.chunk):
        return None
    chunked = _Chunked(made.shape, here.chunk[:-1], made.kind.size, filters, file.base, defaultdict(list))
    if chunked.slab_nbytes > SLAB_NBYTES:
        return None
    # Of chunks in one place the last one counts: else a short file could ask for the same work for ever.
    for chunk in {chunk.offset: chunk for chunk in chunks(file, here, set())}.values():
        chunked.slabs[chunk.offset[0] // chunked.chunk[0]].append(chunk)
    return chunked


def _open(artifact: Artifact, chunked: _Chunked) -> BinaryIO:
    return io.BufferedReader(_Slabs(artifact.open(), chunked), _BUFFER_NBYTES)


class _Slabs(Positioned):
    """The numbers of a dataset in row-major order. Ends where a chunk does not unpack."""

    def __init__(self, stream: BinaryIO, chunked: _Chunked) -> None:
        super().__init__(prod(chunked.shape) * chunked.size)
        self._stream = stream
        self._chunked = chunked
        self._nbytes = chunked.slab_nbytes
        self._order = sorted(chunked.slabs)
        self._number = -1
        self._slab = b""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io hands over a memoryview
        """Read from the slab at the position."""
        number, at = divmod(self._position, self._nbytes)
        if number not in self._chunked.slabs:
            return self._zeros(buffer, number)
        if number != self._number:
            self._slab = self._made(number)
            self._number = number
        end = min(len(self._slab), at + len(buffer), at + self._size - self._position)
        count = max(0, end - at)
        buffer[:count] = self._slab[at:end]
        self._position += count
        return count

    def _zeros(self, buffer: memoryview, number: int) -> int:
        """Fill up to the next slab that is stored: what no chunk covers reads as zero, as the library has it."""
        place = bisect_left(self._order, number)
        end = self._order[place] * self._nbytes if place < len(self._order) else self._size
        count = max(0, min(len(buffer), min(end, self._size) - self._position))
        buffer[:count] = bytes(count)
        self._position += count
        return count

    def _made(self, number: int) -> bytes:
        """Put the chunks of one slab together."""
        import numpy as np

        one = self._chunked
        slab: NDArray[uint8] = np.zeros((one.chunk[0], *one.shape[1:], one.size), np.uint8)
        for chunk in one.slabs[number]:
            raw = self._unpacked(chunk)
            astray = any(start % size for start, size in zip(chunk.offset, one.chunk, strict=True))
            if astray or len(raw) != prod(one.chunk) * one.size:
                return b""
            table = np.frombuffer(raw, np.uint8).reshape(*one.chunk, one.size)
            places = list(zip(chunk.offset[1:], one.chunk[1:], one.shape[1:], strict=True))
            if any(start >= whole for start, _, whole in places):
                continue
            there = tuple(slice(start, min(start + size, whole)) for start, size, whole in places)
            here = tuple(slice(0, min(size, whole - start)) for start, size, whole in places)
            slab[(slice(None), *there)] = table[(slice(None), *here)]
        return slab.tobytes()

    def _unpacked(self, chunk: "Chunk") -> bytes:
        """Undo the filters of one chunk, the last one first; b"" where that fails."""
        import numpy as np

        one = self._chunked
        nbytes = prod(one.chunk) * one.size
        raw = read_at(self._stream, one.base + chunk.address, min(chunk.size, nbytes + (nbytes >> 3) + _BUFFER_NBYTES))
        for place, number in reversed(list(enumerate(one.filters))):
            if chunk.mask >> place & 1:
                continue
            if number == _FLETCHER:
                raw = raw[:-_SUM_NBYTES]
            elif number == _DEFLATE:
                try:
                    raw = zlib.decompressobj().decompress(raw, nbytes + _SUM_NBYTES)
                except zlib.error:
                    return b""
            elif len(raw) == nbytes:
                raw = np.frombuffer(raw, np.uint8).reshape(one.size, -1).T.tobytes()
        return raw

    def close(self) -> None:
        """Close the file as well."""
        if not self.closed:
            self._stream.close()
        super().close()
