"""Protocol Buffers on the wire: fields of messages in a seekable stream, payloads skipped by seeking.

Only what a field header says is read; a 2 GB tensor costs as much as a small one.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from scanner.format import MalformedError

VARINT, FIXED64, BYTES, GROUP, END_GROUP, FIXED32 = range(6)
"""Wire types. https://protobuf.dev/programming-guides/encoding/#structure"""

WINDOW_NBYTES = 16_384
"""Read-ahead: large enough for the small messages of a graph, small enough to seek over tensors."""

VARINT_NBYTES = 10
HEADER_NBYTES = 2 * VARINT_NBYTES
NESTED_GROUPS = 100
"""Groups inside groups; 100 is also the recursion limit of Google's own parsers."""

_SMALL = 0x80
_WORD = (1 << 64) - 1
_SIGN = 1 << 63


class Field(NamedTuple):
    """One field: `value` is the number itself, or the payload's length for BYTES; `start` is where that lies.

    For a GROUP `value` is the length of its content, the closing tag left out.
    """

    number: int
    wire: int
    value: int
    start: int

    @property
    def signed(self) -> int:
        """The varint as int64, as protobuf encodes int32, int64 and enum."""
        return self.value - (1 << 64) if self.value & _SIGN else self.value

    @property
    def end(self) -> int:
        """Where the payload of a BYTES field ends."""
        return self.start + self.value


class Wire:
    """A stream of `size` bytes read as protobuf messages through one window that moves.

    Iterators over several messages may be alive at once: each keeps its own position.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Start with an empty window."""
        self._stream = stream
        self._size = size
        self._buffer = b""
        self._base = 0

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """Yield the fields of the message at `[start, end)`.

        Raises `MalformedError` for a truncated or over-long varint, field number 0, a wire type that does not
        exist, a payload past the end of the message, and groups that do not close.
        """
        position = start
        while position < end:
            local = position - self._base
            if not 0 <= local <= len(self._buffer) - HEADER_NBYTES:
                local = self._move(position, HEADER_NBYTES)
            buffer = self._buffer
            tag = buffer[local] if local < len(buffer) else _SMALL
            if tag < _SMALL:
                at = local + 1
            else:
                tag, at = self._varint(local, end)
            wire = tag & 7
            if tag >> 3 == 0 or tag >> 32:
                message = f"field number {tag >> 3} does not exist"
                raise MalformedError(message, position)
            if wire in (VARINT, BYTES):
                value = buffer[at] if at < len(buffer) else _SMALL
                if value < _SMALL:
                    at += 1
                else:
                    value, at = self._varint(at, end)
                payload = self._base + at
                following = payload + value if wire == BYTES else payload
            else:
                value, payload, following = self._other(wire, tag >> 3, self._base + at, end)
            if following > end:
                message = f"field {tag >> 3} ends at byte {following}, its message at {end}"
                raise MalformedError(message, position)
            yield Field(tag >> 3, wire, value, payload)
            position = following

    def load(self, field: Field, limit: int) -> bytes:
        """Read the payload of a BYTES field, at most `limit` bytes of it."""
        size = min(field.value, limit)
        local = field.start - self._base
        if not 0 <= local <= len(self._buffer) - size:
            if size > WINDOW_NBYTES:
                self._stream.seek(field.start)
                return self._stream.read(size)
            local = self._move(field.start, size)
        return self._buffer[local : local + size]

    def text(self, field: Field, limit: int) -> str:
        """Read a string field, at most `limit` bytes of it; what is not UTF-8 is escaped."""
        return self.load(field, limit).decode("utf-8", "backslashreplace")

    def numbers(self, field: Field) -> Iterator[int]:
        """Yield the int64 values of a repeated field: one varint, or a packed run of them."""
        if field.wire == VARINT:
            yield field.signed
            return
        position = field.start
        while position < field.end:
            local = position - self._base
            if not 0 <= local <= len(self._buffer) - VARINT_NBYTES:
                local = self._move(position, VARINT_NBYTES)
            value, at = self._varint(local, field.end)
            position = self._base + at
            yield value - (1 << 64) if value & _SIGN else value

    def _move(self, position: int, wanted: int) -> int:
        """Put the window on `position`; return the position inside it. Near the end it holds less than `wanted`."""
        local = position - self._base
        if 0 <= local <= len(self._buffer) and self._base + len(self._buffer) >= self._size:
            return local
        self._stream.seek(position)
        self._buffer = self._stream.read(max(0, min(max(WINDOW_NBYTES, wanted), self._size - position)))
        self._base = position
        return 0

    def _varint(self, local: int, end: int) -> tuple[int, int]:
        """Decode a varint inside the window, which may not pass `end` (of its message)."""
        buffer, stop = self._buffer, min(len(self._buffer), end - self._base)
        value = shift = 0
        for at in range(local, min(local + VARINT_NBYTES, stop)):
            byte = buffer[at]
            value |= (byte & 0x7F) << shift
            if byte < _SMALL:
                if value > _WORD:
                    break
                return value, at + 1
            shift += 7
        reason = "a varint of more than 64 bits" if stop - local >= VARINT_NBYTES else "a varint is cut"
        raise MalformedError(reason, self._base + local)

    def _other(self, wire: int, number: int, position: int, end: int) -> tuple[int, int, int]:
        """Decode what graphs seldom use: fixed numbers and groups. Return value, payload and the next field."""
        if wire in (FIXED32, FIXED64):
            size = 4 if wire == FIXED32 else 8
            field = Field(number, wire, size, position)
            return int.from_bytes(self.load(field, size), "little"), position, position + size
        if wire == GROUP:
            inside, following = self._group(number, position, end)
            return inside - position, position, following
        reason = "a group ends that was not begun" if wire == END_GROUP else f"wire type {wire} does not exist"
        raise MalformedError(reason, position)

    def _group(self, number: int, position: int, end: int) -> tuple[int, int]:
        """Walk a group to its end tag without recursion; return where its content ends and what follows it."""
        pending = [number]
        while position < end:
            tag, at = self._varint(self._move(position, HEADER_NBYTES), end)
            here, position, wire = position, self._base + at, tag & 7
            if wire == END_GROUP:
                if pending.pop() != tag >> 3:
                    break
                if not pending:
                    return here, position
            elif wire == GROUP:
                pending.append(tag >> 3)
                if len(pending) > NESTED_GROUPS:
                    message = f"groups nest deeper than {NESTED_GROUPS}"
                    raise MalformedError(message, here)
            elif wire in (VARINT, BYTES):
                value, at = self._varint(self._move(position, HEADER_NBYTES), end)
                position = self._base + at + (value if wire == BYTES else 0)
            else:
                _, _, position = self._other(wire, number, position, end)
        message = f"group {number} has no end"
        raise MalformedError(message, min(position, end))
