"""A seekable stream over the first bytes of a file or a memory map, and never past them."""

import io
import mmap
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from scanner.limits import HEAD_NBYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# A FIFO put in the file's place between listing and opening must not make us wait for a writer.
READ_ONLY |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def open_file(path: str, size: int) -> BinaryIO:
    """Open a regular file, not through a link, as a stream of `size` bytes whatever it grows to.

    A small one is read at once: its stream is in memory.

    Raises `OSError` if it is no regular file any more, or shorter than `size` bytes.
    """
    descriptor = os.open(path, READ_ONLY)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise OSError(0, "it was replaced by something that is no file", path)
    if found.st_size < size:
        os.close(descriptor)
        raise OSError(0, f"it was cut from {size} to {found.st_size} bytes since it was listed", path)
    if size <= HEAD_NBYTES:
        try:
            return io.BytesIO(os.read(descriptor, size))
        finally:
            os.close(descriptor)
    return _buffered(_FileWindow(descriptor, size))


def open_map(memory: mmap.mmap) -> BinaryIO:
    """Open a memory map; streams of one map do not move each other."""
    return _buffered(_MapWindow(memory))


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return io.BufferedReader(raw)


class Window(io.RawIOBase):
    """A raw stream of a fixed size, at a position of its own that is never before the start."""

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
        """Move as `io.IOBase.seek` does. Raises `ValueError` for a position before the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            message = "a stream has no bytes before its start"
            raise ValueError(message)
        self._position = base + offset
        return self._position


class _FileWindow(Window):
    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(size)
        self._file = io.FileIO(descriptor, "rb")

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(super().seek(offset, whence))

    def readinto(self, buffer: "WriteableBuffer") -> int:
        room = max(0, self._size - self._position)
        count = self._file.readinto(memoryview(buffer)[:room]) or 0
        self._position += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _MapWindow(Window):
    def __init__(self, memory: mmap.mmap) -> None:
        super().__init__(len(memory))
        self._memory = memory

    def readinto(self, buffer: "WriteableBuffer") -> int:
        room = memoryview(buffer)
        chunk = self._memory[self._position : self._position + len(room)]
        room[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)
