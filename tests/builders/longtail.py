"""Bytes of the rarer formats: R, manifests, tables in columns, PaddlePaddle."""

import base64
import json
import struct

XDR = b"X\n" + struct.pack(">3i", 2, 0x40300, 0x20300)


def integer(number):
    return struct.pack(">i", number)


def symbol(name):
    return integer(1) + integer(9) + integer(len(name)) + name.encode()


def call(name, argument):
    """The R call name("argument")."""
    text = integer(16) + integer(1) + integer(9) + integer(len(argument)) + argument.encode()
    return integer(6) + symbol(name) + integer(2) + text + integer(254)


UNBOUND = integer(252)


def promise(code, value=UNBOUND):
    """A promise without an environment: its value, then its expression."""
    return integer(5) + value + code


def environment(held):
    """An environment whose frame is a list of one value, tagged x."""
    frame = integer(2 | 1 << 10) + symbol("x") + held + integer(254)
    return integer(4) + integer(0) + integer(253) + frame + integer(254) + integer(254)


def closure():
    """function() NULL, of the global environment."""
    return integer(3 | 1 << 10) + integer(253) + integer(254) + integer(254)


def rds(item):
    return XDR + item


def manifest(digest="sha256:" + "a" * 64, title=None):
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": digest, "size": 3}
    if title is not None:
        layer["annotations"] = {"org.opencontainers.image.title": title}
    return json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:" + "b" * 64}, "layers": [layer]}).encode()


def _table(*fields):
    """A table of a FlatBuffer. Each field is None, (width, number) for a scalar, or bytes that an offset leads to.

    Return bytes that start with the table, its virtual table behind it, all offsets inside.
    """
    inline, spots, tails, at = b"", [], [], 4
    for one in fields:
        spots.append(0 if one is None else at)
        if one is None:
            continue
        inline += bytes(4) if isinstance(one, bytes) else one[1].to_bytes(one[0], "little")
        if isinstance(one, bytes):
            tails.append((at, one))
            at += 4
        else:
            at += one[0]
    virtual = struct.pack(f"<{2 + len(spots)}H", 4 + 2 * len(spots), at, *spots)
    body = bytearray(struct.pack("<i", -at) + inline + virtual)
    for spot, content in tails:
        struct.pack_into("<I", body, spot, len(body) - spot)
        body += content
    return bytes(body)


def _text(content):
    return struct.pack("<I", len(content)) + content


def _vector(items):
    out, rest = struct.pack("<I", len(items)), b""
    for number, item in enumerate(items):
        out += struct.pack("<I", 4 * (len(items) - number) + len(rest))
        rest += item
    return out + rest


def _pairs(pairs):
    return _vector([_table(_text(key), _text(value)) for key, value in pairs])


def schema(name=b"x", pairs=(), metadata=(), children=()):
    """A schema of one field."""
    field = _table(_text(name), None, None, None, None, _vector(list(children)), _pairs(pairs))
    return _table(None, _vector([field]), _pairs(metadata))


def nested(depth):
    """A schema whose fields nest."""
    field = _table(_text(b"x"))
    for _ in range(depth):
        field = _table(_text(b"x"), None, None, None, None, _vector([field]))
    return _table(None, _vector([field]))


def message(content):
    flat = _table(None, (1, 1), content)
    return struct.pack("<I", 4) + flat


def arrow_stream(content):
    """A stream: marker, length, a message whose header is a schema."""
    flat = struct.pack("<I", 4) + _table((2, 4), (1, 1), content)
    flat = b"\x10\0\0\0" + bytes(12) + flat[4:]
    return b"\xff\xff\xff\xff" + struct.pack("<I", len(flat)) + flat


def arrow_file(content):
    footer = struct.pack("<I", 4) + _table((2, 4), content)
    return b"ARROW1\0\0" + footer + struct.pack("<I", len(footer)) + b"ARROW1"


def _binary(content):
    return (
        bytes((len(content) & 0x7F | (0x80 if len(content) > 0x7F else 0),))
        + (bytes((len(content) >> 7,)) if len(content) > 0x7F else b"")
        + content
    )


def parquet(key=b"k", value=b"v"):
    """Version 1, a schema of two elements, 3 rows, no row groups, one pair of metadata."""
    elements = b"\x19\x2c" + b"\x48\x01r\x00" + b"\x48\x01c\x00"
    pair = b"\x18" + _binary(key) + b"\x18" + _binary(value) + b"\0"
    footer = b"\x15\x02" + elements + b"\x16\x06" + b"\x19\x0c" + b"\x19\x1c" + pair + b"\0"
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def parquet_with_schema(content):
    return parquet(b"ARROW:schema", base64.b64encode(arrow_stream(content)))


def _field(number, content):
    assert len(content) < 128
    return bytes((number << 3 | 2, len(content))) + content


def paddle(*operators):
    block = b"\x08\0\x10" + b"\xff" * 9 + b"\x01" + b"".join(_field(4, _field(3, one)) for one in operators)
    return _field(1, block) + _field(4, b"\x08\x01")


def packed(content, code=1):
    """An extension of MessagePack."""
    return b"\xc8" + struct.pack(">Hb", len(content), code) + content


def array(shape=(2, 2), dtype=b"float32", data=bytes(16)):
    sizes = bytes((0x90 | len(shape), *shape))
    return packed(b"\x93" + sizes + bytes((0xA0 | len(dtype),)) + dtype + b"\xc4" + bytes((len(data),)) + data)


def flax(**entries):
    """A map of keys to packed items."""
    out = bytes((0x80 | len(entries),))
    for key, item in entries.items():
        out += bytes((0xA0 | len(key),)) + key.encode() + item
    return out
