"""Thrift's compact protocol: the fields of one struct, everything else passed over."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.format import MalformedError

BINARY, LIST, STRUCT = 8, 9, 12
DEPTH = 64
"""Structs and lists inside each other."""

_FIXED = {3: 1, 7: 8}
_VARINTS = (4, 5, 6)
_SETS = (LIST, 10)
_LONG = 15


class Field(NamedTuple):
    """One field. `value`: a number, the length of a binary, or the count of a list; `start`: where its content is."""

    number: int
    kind: int
    value: int
    start: int


class Compact:
    """A struct in bytes (thrift-compact-protocol.md of Apache Thrift)."""

    def __init__(self, content: bytes) -> None:
        """Keep the bytes."""
        self.content = content

    def fields(self, at: int, depth: int = 0) -> Iterator[Field]:
        """Yield the fields of the struct at `at`, in the file's order. Raises `MalformedError`."""
        number = 0
        while True:
            head = self._byte(at)
            at += 1
            if not head:
                yield Field(0, 0, 0, at)
                return
            if head >> 4:
                number += head >> 4
            else:
                number, at = self._signed(at)
            field, at = self._value(number, head & 15, at, depth)
            yield field

    def items(self, field: Field) -> Iterator[int]:
        """Yield where each struct of a list starts. Raises `MalformedError`."""
        at = field.start
        for _ in range(field.value):
            yield at
            at = self._end(at, 1)

    def binary(self, field: Field) -> bytes:
        """Return the content of a binary field."""
        return self.content[field.start : field.start + field.value]

    def _end(self, at: int, depth: int) -> int:
        """Return where the struct at `at` ends."""
        if depth > DEPTH:
            message = f"structs nest deeper than {DEPTH}"
            raise MalformedError(message, at)
        end = at
        for field in self.fields(at, depth):
            end = field.start
        return end

    def _value(self, number: int, kind: int, at: int, depth: int) -> tuple[Field, int]:
        """Read or pass over one value; return it and what follows it."""
        if kind in (1, 2):
            return Field(number, kind, 2 - kind, at), at
        if kind in _FIXED:
            return Field(number, kind, 0, at), at + _FIXED[kind]
        if kind in _VARINTS:
            value, at = self._signed(at)
            return Field(number, kind, value, at), at
        if kind == BINARY:
            length, at = self._varint(at)
            self._room(length, at)
            return Field(number, kind, length, at), at + length
        if kind == STRUCT:
            return Field(number, kind, 0, at), self._end(at, depth + 1)
        if kind in _SETS:
            return self._list(number, at, depth)
        message = f"a field of type {kind}"
        raise MalformedError(message, at)

    def _list(self, number: int, at: int, depth: int) -> tuple[Field, int]:
        head = self._byte(at)
        at += 1
        count, kind = head >> 4, head & 15
        if count == _LONG:
            count, at = self._varint(at)
        self._room(count, at)
        field = Field(number, kind, count, at)
        if depth > DEPTH:
            message = f"lists nest deeper than {DEPTH}"
            raise MalformedError(message, at)
        for _ in range(count):
            # A boolean in a list is one byte; as a field it has none.
            at = at + 1 if kind in (1, 2) else self._value(0, kind, at, depth + 1)[1]
        return field, at

    def _room(self, count: int, at: int) -> None:
        if count > len(self.content) - at:
            message = f"{count} bytes or items are declared, {len(self.content) - at} bytes remain"
            raise MalformedError(message, at)

    def _byte(self, at: int) -> int:
        if at >= len(self.content):
            message = "the struct is cut"
            raise MalformedError(message, at)
        return self.content[at]

    def _varint(self, at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = self._byte(at)
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the last byte of a varint
                return value, at
            if shift > 63:  # noqa: PLR2004 - bits
                message = "a varint of more than 64 bits"
                raise MalformedError(message, at)

    def _signed(self, at: int) -> tuple[int, int]:
        value, at = self._varint(at)
        return (value >> 1) ^ -(value & 1), at
