"""The sorted table of a checkpoint's index, as LevelDB lays it out (tensorflow/core/lib/io/format.h and block.cc)."""

from collections.abc import Iterator

from scanner.crc32c import masked
from scanner.format import MalformedError

FOOTER_NBYTES = 48
MAGIC = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"
_TRAILER = 5
"""Behind each block: its compression (1 byte) and a masked CRC-32C of block and that byte."""

_PLAIN, _SNAPPY = 0, 1
_GROWTH = 64
"""Bytes that one byte of Snappy can become; TensorFlow itself does not compress an index."""

CHECKED_NBYTES = 16 << 20
"""Bytes of all blocks together whose checksum is computed."""


class Table:
    """A table in memory. `broken`: offsets of blocks whose checksum is wrong; `checked`: whether all were looked at."""

    def __init__(self, raw: bytes) -> None:
        """Keep the bytes."""
        self.raw = raw
        self.broken: list[int] = []
        self.checked = True
        self._left = CHECKED_NBYTES

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield keys and values: the footer leads to the index block, that to the others. Raises `MalformedError`."""
        raw = self.raw
        if len(raw) < FOOTER_NBYTES or raw[-8:] != MAGIC:
            message = "no footer of a sorted table"
            raise MalformedError(message, max(0, len(raw) - FOOTER_NBYTES))
        at = len(raw) - FOOTER_NBYTES
        for _ in range(2):  # the meta index: its offset and size
            _, at = varint(raw, at)
        for _, handle in self._block(raw, at):
            yield from self._block(handle, 0)

    def _block(self, source: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield the pairs of the block that the handle (offset and size) at `at` of `source` leads to."""
        offset, at = varint(source, at)
        size, _ = varint(source, at)
        block = self._content(offset, size)
        restarts = int.from_bytes(block[-4:], "little")
        end = len(block) - 4 - 4 * restarts
        if end < 0:
            message = "a block without its restart points"
            raise MalformedError(message, offset)
        position, key = 0, b""
        while position < end:
            shared, position = varint(block, position)
            fresh, position = varint(block, position)
            length, position = varint(block, position)
            if shared > len(key) or position + fresh + length > end:
                message = "an entry of a block does not fit"
                raise MalformedError(message, min(offset + position, len(self.raw)))
            key = key[:shared] + block[position : position + fresh]
            position += fresh
            yield key, block[position : position + length]
            position += length

    def _content(self, offset: int, size: int) -> bytes:
        following = offset + size
        if following + _TRAILER > len(self.raw):
            message = f"a block ends at byte {following}"
            raise MalformedError(message, min(offset, len(self.raw)))
        self._left -= size
        if self._left < 0:
            self.checked = False
        elif masked(self.raw[offset : following + 1]).to_bytes(4, "little") != self.raw[following + 1 : following + 5]:
            self.broken.append(offset)
        kind = self.raw[following]
        block = self.raw[offset:following]
        if kind == _SNAPPY:
            return snappy(block, offset)
        if kind != _PLAIN:
            message = f"a block of a checkpoint index with compression {kind}"
            raise MalformedError(message, following)
        return block


def snappy(packed: bytes, base: int = 0) -> bytes:
    """Decompress a Snappy block (format_description.txt). Raises `MalformedError` at an offset counted from `base`."""
    declared, at = varint(packed, 0)
    out = bytearray()
    while at < len(packed) and declared <= _GROWTH * len(packed):
        tag = packed[at]
        at += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:  # noqa: PLR2004 - the length follows in 1 to 4 bytes
                width = size - 59
                size = int.from_bytes(packed[at : at + width], "little")
                at += width
            out += packed[at : at + size + 1]
            at += size + 1
        else:
            size, distance, at = _copy(packed, tag, at)
            if not 0 < distance <= len(out) or len(out) + size > declared:
                break
            for _ in range(size):
                out.append(out[-distance])
    if len(out) != declared or at != len(packed):
        message = "a block that Snappy does not decompress"
        raise MalformedError(message, base)
    return bytes(out)


def _copy(packed: bytes, tag: int, at: int) -> tuple[int, int, int]:
    """Return size and distance of a copy, and what follows."""
    width = (1, 2, 4)[(tag & 3) - 1]
    distance = int.from_bytes(packed[at : at + width], "little")
    if width == 1:
        return (tag >> 2 & 7) + 4, distance | tag >> 5 << 8, at + 1
    return (tag >> 2) + 1, distance, at + width


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """Decode a varint at `at`; return it and what follows. Raises `MalformedError`."""
    value = shift = 0
    for position in range(at, min(at + 10, len(raw))):
        value |= (raw[position] & 0x7F) << shift
        if raw[position] < 0x80:  # noqa: PLR2004 - the last byte of a varint
            return value, position + 1
        shift += 7
    message = "a varint is cut"
    raise MalformedError(message, min(at, len(raw)))
