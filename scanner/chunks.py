"""What lies behind compressed chunks in the files of array stores: an index of Zarr, a record of OCDBT.

Both are told by their own arithmetic and checksum, never by the name of the file.
"""

import struct
from typing import BinaryIO

from scanner.crc32c import crc32c
from scanner.streams import read_at

RECORDS = {b"\x0c\xdb\x3a\x2a": "manifest", b"\x0c\xdb\x12\x34": "versions", b"\x0c\xdb\x20\xde": "tree"}
"""First four bytes of an OCDBT record. tensorstore/kvstore/ocdbt/index.rst"""

RECORD_HEADER_NBYTES = 14
"""Magic, length (uint64le), version (0) and compression (0 or 1)."""

_SMALLEST = RECORD_HEADER_NBYTES + 4
_CHUNKS = 1 << 16
"""Chunks of one shard whose index is looked for."""

_PAIR = struct.Struct("<QQ")
_EMPTY = (1 << 64) - 1


def record_nbytes(head: bytes, room: int) -> int:
    """Return the length of the OCDBT record that starts here, 0 where none does. `room`: bytes up to the end."""
    if head[:4] not in RECORDS or head[12:13] != b"\0" or head[13:14] not in (b"\0", b"\1"):
        return 0
    length = int.from_bytes(head[4:12], "little")
    return length if _SMALLEST <= length <= room else 0


def past_index(stream: BinaryIO, start: int, here: int, end: int) -> int:
    """Return where the index of a shard ends that starts `here`; `here` itself where there is none.

    The shard's chunks lie in `[start, here)`. The index has an offset and a length for each, which add up to just
    those bytes, then a CRC-32C. Zarr, sharding-indexed codec v1.0 (ZEP 2), index at the end, codecs bytes and crc32c.
    """
    raw = read_at(stream, here, min(_CHUNKS * _PAIR.size + 4, end - here))
    covered = checksum = 0
    for at in range(0, len(raw) - _PAIR.size - 3, _PAIR.size):
        offset, size = _PAIR.unpack_from(raw, at)
        if (offset, size) != (_EMPTY, _EMPTY):
            covered += size
            if offset + size > here - start or covered > here - start:
                return here
        checksum = crc32c(raw[at : at + _PAIR.size], checksum)
        following = at + _PAIR.size
        if covered == here - start and raw[following : following + 4] == checksum.to_bytes(4, "little"):
            return here + following + 4
    return here
