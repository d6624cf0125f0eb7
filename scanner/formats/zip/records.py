"""The records of a zip as they lie in the file: local header, directory entry, end record (APPNOTE 6.3.10 §4.3)."""

from dataclasses import dataclass
from struct import Struct, unpack_from
from typing import BinaryIO

from scanner.streams import read_at

LOCAL = Struct("<IHHHHHIIIHH")
CENTRAL = Struct("<IHHHHHHIIIHHHHHII")
END = Struct("<IHHHHIIH")
END64 = Struct("<IQHHIIQQQQ")
LOCATOR = Struct("<IIQI")

LOCAL_SIGNATURE = 0x04034B50
CENTRAL_SIGNATURE = 0x02014B50
END_SIGNATURE = 0x06054B50
END64_SIGNATURE = 0x06064B50
LOCATOR_SIGNATURE = 0x07064B50

UNKNOWN_32 = 0xFFFFFFFF
UNKNOWN_16 = 0xFFFF

ENCRYPTED = 0x0001
DESCRIPTOR = 0x0008
UTF8 = 0x0800

ZIP64_EXTRA = 0x0001
UNICODE_PATH_EXTRA = 0x7075

METHODS = {
    0: "stored", 1: "shrunk", 6: "imploded", 8: "deflate", 9: "deflate64", 12: "bzip2", 14: "lzma",
    20: "zstd", 93: "zstd", 94: "mp3", 95: "xz", 96: "jpeg", 97: "wavpack", 98: "ppmd", 99: "aes",
}  # fmt: skip


@dataclass(slots=True, eq=False, repr=False)
class Entry:
    """What one record says of a member. Sizes and offsets in bytes.

    `at`: where the record lies; `offset`: where the directory says the local header lies;
    `start`: where the local header says the data lies. Of the two a record has one, the other is -1.
    """

    at: int
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    extra: bytes
    offset: int = -1
    start: int = -1
    attributes: int = 0
    system: int = 0


def central(directory: bytes, position: int, base: int) -> tuple[Entry, int] | None:
    """Read the directory entry at `position` of the directory; return it and where the next one is due.

    `base`: the directory's own offset in the artifact. None where no whole entry starts.
    """
    if len(directory) - position < CENTRAL.size:
        return None
    (signature, made, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment_length,
     _, _, attributes, offset) = CENTRAL.unpack_from(directory, position)  # fmt: skip
    if signature != CENTRAL_SIGNATURE:
        return None
    name_end = position + CENTRAL.size + name_length
    extra = directory[name_end : name_end + extra_length]
    if UNKNOWN_32 in (packed, size, offset):
        size, packed, offset = wide(extra, size, packed, offset)
    return Entry(
        base + position, directory[position + CENTRAL.size : name_end], flags, method, crc, packed, size, extra,
        offset, -1, attributes, made >> 8,
    ), name_end + extra_length + comment_length  # fmt: skip


def local(stream: BinaryIO, at: int, guess: int) -> Entry | None:
    """Read the local header at `at`; None where there is none. `guess`: bytes of name and extra field to read ahead."""
    head = read_at(stream, at, LOCAL.size + guess)
    if len(head) < LOCAL.size:
        return None
    signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = LOCAL.unpack_from(head)
    if signature != LOCAL_SIGNATURE:
        return None
    missing = LOCAL.size + name_length + extra_length - len(head)
    if missing > 0:
        head += stream.read(missing)
    if len(head) < LOCAL.size + name_length + extra_length:
        return None
    name_end = LOCAL.size + name_length
    extra = head[name_end : name_end + extra_length]
    if UNKNOWN_32 in (packed, size):
        size, packed, _ = wide(extra, size, packed, 0)
    return Entry(
        at, head[LOCAL.size : name_end], flags, method, crc, packed, size, extra, -1, at + name_end + extra_length
    )


def wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Take the 64-bit values of the zip64 extra field for those that are all ones (APPNOTE 6.3.10 §4.5.3)."""
    content = fields(extra).get(ZIP64_EXTRA, b"")
    values = [size, packed, offset]
    position = 0
    for index, value in enumerate(values):
        if value == UNKNOWN_32 and position + 8 <= len(content):
            values[index] = unpack_from("<Q", content, position)[0]
            position += 8
    return values[0], values[1], values[2]


def fields(extra: bytes) -> dict[int, bytes]:
    """Split an extra field by its ids; the first of two equal ids counts, what is left over is dropped."""
    found: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(extra):
        key, length = unpack_from("<HH", extra, position)
        found.setdefault(key, extra[position + 4 : position + 4 + length])
        position += 4 + length
    return found


def text(name: bytes, flags: int) -> str:
    """Decode a name: UTF-8 where it is, else code page 437, as the format says for unflagged names."""
    if name.isascii():
        return name.decode("ascii")
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8", "surrogateescape") if flags & UTF8 else name.decode("cp437")
