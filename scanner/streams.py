"""Seekable streams over parts of another stream: nothing is copied, nothing is held."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

Opener = Callable[[], BinaryIO]

BUFFER_NBYTES = 16_384
"""Read-ahead of a window, in bytes."""

CHUNK_NBYTES = 1 << 20

FARTHEST = 1 << 62
"""Offset that no stream reaches; zip64 records may name larger ones, which `seek` refuses."""


def window(source: Opener, start: int, size: int) -> Opener:
    """Return an opener of the bytes `[start, start + size)` of what `source` opens."""
    return lambda: io.BufferedReader(Pieces(source(), ((0, start, size),), size), BUFFER_NBYTES)


def mosaic(source: Opener, pieces: Sequence[tuple[int, int, int]], size: int) -> Opener:
    """Return an opener of `size` bytes put together from pieces; what no piece covers reads as zero.

    A piece is (offset in the result, offset in the source, length), all in bytes; pieces are sorted and disjoint.
    """
    kept = tuple(pieces)
    return lambda: io.BufferedReader(Pieces(source(), kept, size), BUFFER_NBYTES)


def held(content: bytes) -> Opener:
    """Return an opener of bytes in memory; every stream shares them."""
    return lambda: io.BytesIO(content)


def read_at(stream: BinaryIO, offset: int, size: int) -> bytes:
    """Read up to `size` bytes at `offset`; shorter at the end, empty before the start or past the end."""
    if not 0 <= offset < FARTHEST or size <= 0:
        return b""
    stream.seek(offset)
    return stream.read(size)


def costly(stream: BinaryIO) -> bool:
    """Say whether each read of a stream may cost a request, as those of remote files do."""
    return bool(getattr(getattr(stream, "raw", None), "costly", False))


def advise(stream: BinaryIO, ranges: Iterable[tuple[int, int]]) -> None:
    """Say which half-open ranges are read next, so that a remote file has them ready; other streams take no notice."""
    if costly(stream):
        getattr(stream, "raw").advise(ranges)  # noqa: B009 - not every stream has it


def first_byte(stream: BinaryIO, start: int, end: int) -> int:
    """Return where the first byte of `[start, end)` lies that is not zero; `end` where all are. One pass, in chunks."""
    while start < end:
        chunk = read_at(stream, start, min(CHUNK_NBYTES, end - start))
        if not chunk:
            return end
        rest = chunk.lstrip(b"\0")
        if rest:
            return start + len(chunk) - len(rest)
        start += len(chunk)
    return end


class Positioned(io.RawIOBase):
    """A raw stream of a fixed size that keeps its own position: seeking costs nothing until the next read."""

    def __init__(self, size: int) -> None:
        """Start at offset 0 of `size` bytes."""
        super().__init__()
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as `io.IOBase.seek` does; a position before the start is the start."""
        base = (0, self._position, self._size)[whence]
        self._position = max(0, base + offset)
        return self._position


class Pieces(Positioned):
    """The raw stream behind `window` and `mosaic`; it owns the stream it reads from."""

    def __init__(self, source: BinaryIO, pieces: Sequence[tuple[int, int, int]], size: int) -> None:
        """Keep the pieces as given to `mosaic`."""
        super().__init__(size)
        self._source = source
        self._pieces = pieces
        self._current = 0
        self.costly = costly(source)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io hands over a memoryview
        """Read from the piece at the position, or zeros up to the next one."""
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        piece = self._piece()
        if piece is None or self._position < piece[0]:
            count = wanted if piece is None else min(wanted, piece[0] - self._position)
            buffer[:count] = bytes(count)
        else:
            inside = self._position - piece[0]
            self._source.seek(piece[1] + inside)
            content = self._source.read(min(wanted, piece[2] - inside))
            count = len(content)
            buffer[:count] = content
        self._position += count
        return count

    def advise(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Pass on which ranges are read next, where one piece holds them."""
        held = [(piece, one) for one in ranges for piece in self._pieces[:1]]
        inside = [(piece, one) for piece, one in held if piece[0] <= one[0] <= one[1] <= piece[0] + piece[2]]
        advise(self._source, [(one[0] - piece[0] + piece[1], one[1] - piece[0] + piece[1]) for piece, one in inside])

    def _piece(self) -> tuple[int, int, int] | None:
        """Find the first piece that ends after the position, walking on from the last one used."""
        pieces = self._pieces
        if self._current >= len(pieces) or self._position < pieces[self._current][0]:
            self._current = 0
        while self._current < len(pieces):
            piece = pieces[self._current]
            if self._position < piece[0] + piece[2]:
                return piece
            self._current += 1
        return None

    def close(self) -> None:
        """Close the stream below as well."""
        if not self.closed:
            self._source.close()
        super().close()
