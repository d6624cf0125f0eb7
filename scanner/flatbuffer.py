"""FlatBuffers: tables, vectors and texts of a buffer, each checked against its ends before it is read."""

from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO

from scanner.format import MalformedError

REREADS = 4
SPARE_NBYTES = 1 << 20
"""Bytes read of a buffer: so many times its size and so many more; only tables that overlap ask for more."""

_WINDOW = 65_536
_U16, _U32, _I32 = Struct("<H"), Struct("<I"), Struct("<i")
_FIXED = 4
"""Bytes of a virtual table before its first entry: its own size and the table's."""


class Flat:
    """A buffer of `size` bytes behind a stream (https://flatbuffers.dev/internals/)."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Start with an empty window."""
        self.size = size
        self._stream = stream
        self._buffer = b""
        self._base = 0
        self._left = REREADS * size + SPARE_NBYTES

    def read(self, offset: int, size: int) -> bytes:
        """Read exactly `size` bytes. Raises `MalformedError` past the end, and where tables overlap without end."""
        if offset < 0 or size < 0 or offset + size > self.size:
            message = f"{size} bytes at {offset} lie past the end"
            raise MalformedError(message, min(max(offset, 0), self.size))
        self._left -= size
        if self._left < 0:
            message = "tables overlap: the buffer refers to more bytes than it has"
            raise MalformedError(message, offset)
        local = offset - self._base
        if not 0 <= local <= len(self._buffer) - size:
            self._stream.seek(offset)
            self._buffer = self._stream.read(max(_WINDOW, size))
            self._base, local = offset, 0
        return self._buffer[local : local + size]

    def u32(self, offset: int) -> int:
        """Read an unsigned number of 4 bytes."""
        return int(_U32.unpack(self.read(offset, 4))[0])

    def root(self) -> "Table":
        """Return the root table."""
        return Table(self, self.u32(0))


class Table:
    """A table: its fields by number, as the schema lists them."""

    __slots__ = ("_fields", "at", "flat")

    def __init__(self, flat: Flat, at: int) -> None:
        """Read the virtual table. Raises `MalformedError` where it does not fit."""
        self.flat = flat
        self.at = at
        virtual = at - int(_I32.unpack(flat.read(at, 4))[0])
        size = int(_U16.unpack(flat.read(virtual, 2))[0])
        if size < _FIXED or size % 2:
            message = f"a virtual table of {size} bytes"
            raise MalformedError(message, min(max(virtual, 0), flat.size))
        entries = flat.read(virtual, size)
        self._fields = Struct(f"<{size // 2}H").unpack(entries)[2:]

    def field(self, number: int) -> int:
        """Return where a field lies, 0 where it is left out."""
        offset = self._fields[number] if number < len(self._fields) else 0
        return self.at + offset if offset else 0

    def number(self, number: int, width: int, *, signed: bool = False, default: int = 0) -> int:
        """Read a number of `width` bytes."""
        at = self.field(number)
        return int.from_bytes(self.flat.read(at, width), "little", signed=signed) if at else default

    def _target(self, number: int) -> int:
        at = self.field(number)
        return at + self.flat.u32(at) if at else 0

    def table(self, number: int) -> "Table | None":
        """Follow a field to another table."""
        at = self._target(number)
        return Table(self.flat, at) if at else None

    def text(self, number: int, limit: int) -> str:
        """Read a text, at most `limit` bytes of it."""
        at = self._target(number)
        if not at:
            return ""
        length = self.flat.u32(at)
        if at + 4 + length > self.flat.size:
            message = f"a text of {length} bytes ends past the end"
            raise MalformedError(message, at)
        return self.flat.read(at + 4, min(length, limit)).decode("utf-8", "backslashreplace")

    def vector(self, number: int, width: int) -> tuple[int, int]:
        """Return where the elements of a vector start, and how many there are. Raises `MalformedError`."""
        at = self._target(number)
        if not at:
            return 0, 0
        count = self.flat.u32(at)
        if at + 4 + count * width > self.flat.size:
            message = f"a vector of {count} elements ends past the end"
            raise MalformedError(message, at)
        return at + 4, count

    def numbers(self, number: int, limit: int) -> tuple[int, ...]:
        """Read a vector of signed numbers of 4 bytes, at most `limit` of them."""
        at, count = self.vector(number, 4)
        count = min(count, limit)
        return Struct(f"<{count}i").unpack(self.flat.read(at, 4 * count)) if count else ()

    def tables(self, number: int) -> Iterator["Table"]:
        """Yield the tables of a vector."""
        at, count = self.vector(number, 4)
        for index in range(count):
            here = at + 4 * index
            yield Table(self.flat, here + self.flat.u32(here))
