"""The ground of an HDF5 file: bytes at addresses, and the superblock that says how addresses are written."""

from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.format import MalformedError

SIGNATURE = b"\x89HDF\r\n\x1a\n"

FIRST_USERBLOCK = 512
"""The superblock lies at 0, 512, 1024, 2048 … (HDF5 File Format 3.0, II.A)."""

REREADS = 8
SPARE_NBYTES = 64 << 20
"""Bytes read of a file: so many times its size and so many more; only structures that overlap ask for more."""

_OLD = (0, 1)
_NEW = (2, 3)
_WIDTHS = (2, 4, 8)
_READ_AHEAD = 512


class Hdf5:
    """One file. `width` and `length_width`: bytes of an address and of a length; `root`: the root group's header."""

    def __init__(self, artifact: Artifact, stream: BinaryIO) -> None:
        """Find and read the superblock. Raises `MalformedError` where there is none that can be read."""
        self.artifact = artifact
        self.stream = stream
        self.size = artifact.size
        self._left = artifact.size * REREADS + SPARE_NBYTES
        self.userblock = self._find()
        self.base = self.userblock
        self.version, self.width, self.length_width = 0, 8, 8
        self.root = self._superblock()
        self.undefined = (1 << 8 * self.width) - 1

    def _find(self) -> int:
        at = 0
        while at + len(SIGNATURE) <= self.size:
            self.stream.seek(at)
            if self.stream.read(len(SIGNATURE)) == SIGNATURE:
                return at
            at = at * 2 or FIRST_USERBLOCK
        message = "no HDF5 signature at 0, 512, 1024 or a further power of two"
        raise MalformedError(message, 0)

    def _superblock(self) -> int:
        """Read the superblock (II.A); return the address of the root group's object header."""
        head = self._bytes(self.userblock + 8, min(120, self.size - self.userblock - 8))
        if len(head) < 16:  # noqa: PLR2004 - no superblock is shorter
            message = "the superblock is cut"
            raise MalformedError(message, self.userblock)
        self.version = head[0]
        if self.version in _OLD:
            widths, addresses = head[5:7], 16 + 4 * self.version
        elif self.version in _NEW:
            widths, addresses = head[1:3], 4
        else:
            message = f"superblock version {self.version} is not known"
            raise MalformedError(message, self.userblock + 8)
        self.width, self.length_width = widths
        if self.width not in _WIDTHS or self.length_width not in _WIDTHS:
            message = f"addresses of {self.width} and lengths of {self.length_width} bytes"
            raise MalformedError(message, self.userblock + 8)
        width = self.width
        # Version 0 and 1: base, free space, end, driver, then the root's entry: name offset and header address.
        root = addresses + (5 if self.version in _OLD else 3) * width
        if len(head) < root + width:
            message = "the superblock is cut"
            raise MalformedError(message, self.userblock)
        self.base = int.from_bytes(head[addresses : addresses + width], "little")
        # Where the base address disagrees with the place of the superblock, the library takes the place.
        if self.base != self.userblock:
            self.base = self.userblock
        return int.from_bytes(head[root : root + width], "little")

    def read(self, address: int, size: int) -> bytes:
        """Read exactly `size` bytes at an address. Raises `MalformedError` past the end."""
        return self._bytes(self.base + address, size)

    def _bytes(self, offset: int, size: int) -> bytes:
        if offset < 0 or size < 0 or offset + size > self.size:
            message = f"{size} bytes at {offset} lie past the end of the file"
            raise MalformedError(message, min(max(offset, 0), self.size))
        self._left -= size
        if self._left < 0:
            message = "structures overlap: the file refers to more bytes than it can hold"
            raise MalformedError(message, offset)
        self.stream.seek(offset)
        return self.stream.read(size)

    def ahead(self, address: int, size: int = _READ_AHEAD) -> bytes:
        """Read up to `size` bytes at an address, fewer at the end of the file."""
        offset = self.base + address
        return self._bytes(offset, min(size, max(0, self.size - offset)))


class Cursor:
    """Bytes in memory, read field by field; every field past the end raises `MalformedError`."""

    def __init__(self, file: Hdf5, content: bytes, address: int = 0, position: int = 0) -> None:
        """Start at `position`. `address` is where the content lies, for errors."""
        self.file = file
        self.content = content
        self.position = position
        self._address = address

    @property
    def left(self) -> int:
        """Bytes behind the position."""
        return len(self.content) - self.position

    def take(self, size: int) -> bytes:
        """Take the next `size` bytes."""
        end = self.position + size
        if size < 0 or end > len(self.content):
            message = f"a field of {size} bytes, {self.left} remain"
            raise MalformedError(message, min(self.file.size, self.file.base + self._address + self.position))
        taken = self.content[self.position : end]
        self.position = end
        return taken

    def number(self, width: int) -> int:
        """Take an unsigned little-endian number."""
        return int.from_bytes(self.take(width), "little")

    def address(self) -> int:
        """Take an address."""
        return self.number(self.file.width)

    def length(self) -> int:
        """Take a length."""
        return self.number(self.file.length_width)

    def word(self) -> bytes:
        """Take bytes up to a zero byte, which is dropped."""
        end = self.content.find(b"\0", self.position)
        if end < 0:
            message = "a text without an end"
            raise MalformedError(message, min(self.file.size, self.file.base + self._address + self.position))
        taken = self.content[self.position : end]
        self.position = end + 1
        return taken
