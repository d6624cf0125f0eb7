"""The bytes of an artifact as the machine reads them: a window that slides forward, and looks back at constants."""

from typing import BinaryIO, Final

WINDOW_NBYTES: Final = 1 << 20
PAD: Final = bytes(16)
_BLOCK_NBYTES: Final = 1 << 12
_BLOCKS: Final = 256


class Source:
    """A seekable stream of `size` bytes. Offsets count from the artifact's start."""

    __slots__ = ("_blocks", "base", "buffer", "size", "stream", "valid")

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Read nothing yet."""
        self.stream = stream
        self.size = size
        self.base = 0
        self.buffer = PAD
        self.valid = 0
        self._blocks: dict[int, bytes] = {}

    def slide(self, offset: int, nbytes: int = WINDOW_NBYTES) -> None:
        """Move the window to `offset`. Behind the end of the artifact the buffer holds padding, not data.

        `valid` is the number of bytes of `buffer` that are data.
        """
        self.stream.seek(offset)
        data = self.stream.read(max(0, min(nbytes, self.size - offset)))
        self.base = offset
        self.valid = len(data)
        self.buffer = data + PAD

    def peek(self, offset: int, nbytes: int) -> bytes:
        """Return up to `nbytes` bytes at `offset`, fewer only at the end of the artifact."""
        nbytes = min(nbytes, self.size - offset)
        start = offset - self.base
        if start >= 0 and start + nbytes <= self.valid:
            return self.buffer[start : start + nbytes]
        if nbytes > _BLOCK_NBYTES:
            self.stream.seek(offset)
            return self.stream.read(nbytes)
        return self._far(offset, nbytes) if nbytes > 0 else b""

    def _far(self, offset: int, nbytes: int) -> bytes:
        first = offset - offset % _BLOCK_NBYTES
        block = self._blocks.get(first)
        if block is None:
            if len(self._blocks) >= _BLOCKS:
                self._blocks.pop(next(iter(self._blocks)))
            self.stream.seek(first)
            block = self._blocks[first] = self.stream.read(2 * _BLOCK_NBYTES)
        return block[offset - first : offset - first + nbytes]

    def newline(self, offset: int) -> int:
        """Find the next newline at or after `offset`; -1 if there is none."""
        start = offset - self.base
        if 0 <= start <= self.valid:
            found = self.buffer.find(b"\n", start, self.valid)
            if found >= 0:
                return self.base + found
            offset = self.base + self.valid
        self.stream.seek(offset)
        while offset < self.size:
            chunk = self.stream.read(min(WINDOW_NBYTES, self.size - offset))
            if not chunk:
                break
            found = chunk.find(b"\n")
            if found >= 0:
                return offset + found
            offset += len(chunk)
        return -1
