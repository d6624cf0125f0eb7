"""Pages of a Parquet column: decompressed, their levels and values decoded.

Apache Parquet: Data Pages, Encodings. Plain, dictionary and delta encodings; every size is compared with
what remains before it is used.
"""

import zlib
from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import Final

from scanner.format import MalformedError

PAGE_NBYTES = 64 << 20
"""Largest page that is decompressed."""

VALUES = 1 << 22
"""Most values of one page."""

PLAIN, PLAIN_DICTIONARY, RLE_DICTIONARY, DELTA_NUMBERS, DELTA_LENGTH, DELTA = 0, 2, 8, 5, 6, 7
_CODECS: Final = {0: "none", 1: "snappy", 2: "gzip", 4: "brotli", 5: "lz4-hadoop", 6: "zstd", 7: "lz4"}


class UnreadError(Exception):
    """A page uses what is not read here; the message is one line."""


def decompress(raw: bytes, codec: int, size: int) -> bytes:
    """Decompress one page to at most `size` bytes. Raises `UnreadError` and `MalformedError`."""
    if size > PAGE_NBYTES:
        message = f"a page of {size} bytes"
        raise UnreadError(message)
    name = _CODECS.get(codec, f"compression {codec}")
    if name == "none":
        return raw
    if name == "gzip":
        return _inflate(raw, size)
    made = bytearray(size)
    try:
        count = _into(name, raw, made)
    except (ValueError, RuntimeError) as error:
        message = f"a page is not what {name} makes: {error}"[:120]
        raise MalformedError(message) from error
    return bytes(made[:count])


def _inflate(raw: bytes, size: int) -> bytes:
    try:
        return zlib.decompressobj(wbits=47).decompress(raw, size)
    except zlib.error as error:
        message = "a page is not what gzip makes"
        raise MalformedError(message) from error


def _into(name: str, raw: bytes, made: bytearray) -> int:
    import cramjam

    take = {
        "snappy": cramjam.snappy.decompress_raw_into,
        "brotli": cramjam.brotli.decompress_into,
        "zstd": cramjam.zstd.decompress_into,
        "lz4": cramjam.lz4.decompress_block_into,
    }.get(name)
    if take is None:
        message = f"compressed with {name}"
        raise UnreadError(message)
    try:
        return int(take(raw, made))
    except cramjam.DecompressionError as error:
        raise ValueError(str(error)) from error


def plain(raw: bytes, count: int, width: int) -> list[bytes]:
    """Decode values that each follow their length in four bytes, or numbers of `width` bytes, to their texts."""
    if width:
        end = min(count, len(raw) // width) * width
        return [_number(raw[at : at + width]) for at in range(0, end, width)]
    texts, at, end = [], 0, len(raw)
    for _ in range(min(count, end // 4)):
        if at + 4 > end:
            break
        size = int.from_bytes(raw[at : at + 4], "little")
        at += 4
        if size > end - at:
            message = f"a value of {size} bytes, {end - at} remain"
            raise MalformedError(message)
        texts.append(raw[at : at + size])
        at += size
    return texts


def _number(raw: bytes) -> bytes:
    return b"%d" % int.from_bytes(raw, "little", signed=True)


def values(raw: bytes, encoding: int, count: int, dictionary: Sequence[bytes], width: int) -> Sequence[bytes]:
    """Decode `count` values. Raises `UnreadError` and `MalformedError`."""
    if encoding == PLAIN:
        return plain(raw, count, width)
    if encoding in (PLAIN_DICTIONARY, RLE_DICTIONARY):
        indices = hybrid(raw[1:], raw[0] if raw else 0, count)
        if indices and max(indices) >= len(dictionary):
            message = f"value {max(indices)} of a dictionary of {len(dictionary)}"
            raise MalformedError(message)
        return [dictionary[index] for index in indices]
    if encoding == DELTA_NUMBERS and width:
        return [b"%d" % number for number in _packed(raw, 0, count)[0]]
    if encoding in (DELTA_LENGTH, DELTA) and not width:
        return list(_delta(raw, encoding, count))
    message = f"encoding {encoding}"
    raise UnreadError(message)


def hybrid(raw: bytes, width: int, count: int) -> list[int]:
    """Decode runs and bit-packed groups of numbers of `width` bits (RLE / Bit-Packing Hybrid)."""
    if width > 32:  # noqa: PLR2004 - the format's bound
        message = f"numbers of {width} bits"
        raise MalformedError(message)
    if not width:
        return [0] * min(count, VALUES)
    found: list[int] = []
    at, size = 0, (width + 7) // 8
    while len(found) < count and at < len(raw):
        header, at = varint(raw, at)
        if header & 1:
            groups = min(header >> 1, (count - len(found) + 7) // 8)
            found += _unpacked(raw[at : at + groups * width], width)
            at += (header >> 1) * width
        else:
            run = min(header >> 1, count - len(found))
            found += [int.from_bytes(raw[at : at + size], "little") & ((1 << width) - 1)] * run
            at += size
    return found[:count]


def _unpacked(raw: bytes, width: int) -> Iterator[int]:
    """Take numbers from the low bits up, eight of them from each `width` bytes."""
    mask = (1 << width) - 1
    for at in range(0, len(raw), width):
        group = int.from_bytes(raw[at : at + width], "little")
        for _ in range(8):
            yield group & mask
            group >>= width


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """Decode a number of seven bits a byte; return it and what follows. Raises `MalformedError`."""
    value = shift = 0
    while at < len(raw) and shift < 64:  # noqa: PLR2004 - bits
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last byte
            return value, at
        shift += 7
    message = "a number is cut"
    raise MalformedError(message)


def _delta(raw: bytes, encoding: int, count: int) -> Iterator[bytes]:
    """Decode texts behind their lengths, and behind what each shares with the one before (DELTA_BYTE_ARRAY)."""
    shared: Sequence[int] = ()
    at = 0
    if encoding == DELTA:
        shared, at = _packed(raw, 0, count)
    lengths, at = _packed(raw, at, count)
    before = b""
    for number, length in enumerate(lengths):
        prefix = shared[number] if number < len(shared) else 0
        if length < 0 or length > len(raw) - at or not 0 <= prefix <= len(before):
            message = f"a value of {length} bytes, {len(raw) - at} remain"
            raise MalformedError(message)
        before = before[:prefix] + raw[at : at + length]
        at += length
        yield before


def _packed(raw: bytes, at: int, count: int) -> tuple[list[int], int]:
    """Decode numbers as differences in blocks (DELTA_BINARY_PACKED)."""
    block, at = varint(raw, at)
    minis, at = varint(raw, at)
    total, at = varint(raw, at)
    first, at = _signed(raw, at)
    if not minis or block % minis or total > max(count, VALUES) or block > VALUES:
        message = "a block of differences that cannot be"
        raise MalformedError(message)
    found, per = [first] if total else [], block // minis
    while len(found) < total:
        least, at = _signed(raw, at)
        widths = raw[at : at + minis]
        at += minis
        if len(widths) < minis:
            message = "a block of differences is cut"
            raise MalformedError(message)
        for width in widths:
            if len(found) >= total:
                break
            size = per * width // 8
            differences = islice(_unpacked(raw[at : at + size], width), per) if width else repeat(0, per)
            at += size
            for difference in islice(differences, total - len(found)):
                found.append(found[-1] + least + difference)
    return found, at


def _signed(raw: bytes, at: int) -> tuple[int, int]:
    value, at = varint(raw, at)
    return (value >> 1) ^ -(value & 1), at
