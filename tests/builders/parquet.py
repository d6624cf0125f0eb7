"""Small Parquet files, written from the specification: flat and repeated columns, both kinds of data page."""

import struct
import zlib

CODECS = {"none": 0, "snappy": 1, "gzip": 2, "lzo": 3, "brotli": 4, "zstd": 6, "lz4": 7}
TEXT, INT64 = 6, 2


def compress(codec, raw):
    """Compress a page; what no library here writes stays as it is."""
    import cramjam

    if codec == "gzip":
        return zlib.compress(raw, wbits=31)
    if codec == "lz4":
        return bytes(cramjam.lz4.compress_block(raw, store_size=False))
    make = {"snappy": cramjam.snappy.compress_raw, "brotli": cramjam.brotli.compress, "zstd": cramjam.zstd.compress}
    return bytes(make.get(codec, bytes)(raw))


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def struct_(fields):
    """Write a struct of Thrift's compact protocol: number -> int, bytes, list of structs, or a struct (a dict)."""
    out, before = b"", 0
    for number, value in sorted(fields.items()):
        kind, content = _value(value)
        out += bytes([(number - before) << 4 | kind]) + content
        before = number
    return out + b"\0"


def _value(value):
    if isinstance(value, bool):
        return (1 if value else 2), b""
    if isinstance(value, int):
        return 6, varint(value * 2 if value >= 0 else -value * 2 - 1)
    if isinstance(value, bytes):
        return 8, varint(len(value)) + value
    if isinstance(value, dict):
        return 12, struct_(value)
    items = [_value(one) for one in value]
    kind = items[0][0] if items else 12
    head = bytes([len(items) << 4 | kind]) if len(items) < 15 else bytes([0xF0 | kind]) + varint(len(items))
    return 9, head + b"".join(content for _, content in items)


def runs(levels, width):
    """Write levels as runs of one each."""
    size = (width + 7) // 8
    return b"".join(varint(1 << 1) + level.to_bytes(size, "little") for level in levels)


def packed(numbers, width):
    """Write numbers as one bit-packed run."""
    padded = [*numbers, *(0,) * (-len(numbers) % 8)]
    word = sum(number << width * at for at, number in enumerate(padded))
    return varint(len(padded) // 8 << 1 | 1) + word.to_bytes(len(padded) * width // 8, "little")


def plain(values):
    """Write values as they are: numbers in eight bytes, texts behind their lengths."""
    return b"".join(
        struct.pack("<q", one) if isinstance(one, int) else struct.pack("<I", len(one)) + one for one in values
    )


def parquet(columns, *, codec="none", version=1, dictionary=False, groups=1, fields=None):  # noqa: PLR0913 - choices of a writer
    """Write `columns`: name -> list of texts, numbers, None, or lists of texts (a repeated column)."""
    body, rows = b"PAR1", len(next(iter(columns.values())))
    listed = []
    step = -(-rows // groups)
    for start in range(0, rows, step):
        chunks = []
        for name, values in columns.items():
            pages, count = _chunk(values[start : start + step], codec, version, dictionary=dictionary)
            meta = {1: _kind(values), 2: [0], 3: [name.encode()], 4: CODECS[codec], 5: count, 6: 1, 7: 0, 9: 0}
            meta[9] = len(body) + (pages[0] if dictionary else 0)
            if dictionary:
                meta[11] = len(body)
            content = b"".join(pages[1:])
            meta[7] = len(content)
            body += content
            chunks.append({2: 4, 3: meta | (fields or {})})
        listed.append({1: chunks, 2: 1, 3: len(values[start : start + step])})
    schema = [{4: b"root", 5: len(columns)}]
    schema += [{1: _kind(values), 3: _repetition(values), 4: name.encode()} for name, values in columns.items()]
    footer = struct_({1: 1, 2: schema, 3: rows, 4: listed})
    return body + footer + struct.pack("<I", len(footer)) + b"PAR1"


def _kind(values):
    return INT64 if any(isinstance(one, int) for one in values) else TEXT


def _repetition(values):
    return 2 if any(isinstance(one, list) for one in values) else 1


def _chunk(values, codec, version, *, dictionary):
    """Return the size of what stands before the data page, then the pages; and how many values there are."""
    repeated = _repetition(values) == 2
    starts, defined, present = [], [], []
    for value in values:
        inner = value if isinstance(value, list) else [value]
        starts += [int(at > 0) for at in range(max(1, len(inner)))]
        defined += [int(one is not None) for one in inner] or [0]
        present += [one.encode() if isinstance(one, str) else one for one in inner if one is not None]
    pages = [0]
    if dictionary:
        known = sorted(set(present))
        pages += [_page({1: 2, 7: {1: len(known), 2: 0}}, plain(known), codec)]
        pages[0] = len(pages[1])
        width = max(1, (len(known) - 1).bit_length())
        content, encoding = bytes([width]) + packed([known.index(one) for one in present], width), 8
    else:
        content, encoding = plain(present), 0
    levels = [runs(starts, 1) if repeated else b"", runs(defined, 1)]
    if version == 1:
        before = b"".join(struct.pack("<I", len(one)) + one for one in levels if one)
        head = {1: 0, 5: {1: len(defined), 2: encoding, 3: 3, 4: 3}}
        return [*pages, _page(head, before + content, codec)], len(defined)
    head = {
        1: 3,
        8: {1: len(defined), 2: 0, 3: len(values), 4: encoding, 5: len(levels[1]), 6: len(levels[0]), 7: True},
    }
    return [*pages, _page(head, content, codec, b"".join(levels))], len(defined)


def _page(head, content, codec, before=b""):
    made = before + compress(codec, content)
    return struct_(head | {2: len(before) + len(content), 3: len(made)}) + made
