"""Bytes of the rarer FlatBuffers: programs of ExecuTorch and the ORT format."""

import struct

from tests.builders import tflite


def flat(identifier: bytes, root, behind: bytes = b"") -> bytes:
    """A FlatBuffer of the root table, `behind` its identifier (a header that the format puts there)."""
    writer = tflite.Writer(bytearray(b"\0\0\0\0" + identifier + behind))
    struct.pack_into("<I", writer.content, 0, root(writer))
    return bytes(writer.content)


def longs(*values: int):
    return lambda writer: writer.blob(struct.pack(f"<{len(values)}Q", *values), len(values))


def call(index: int = 0, args=(0,), kind: int = 1):
    """An instruction: kernel 1, delegate 2, move 3, jump 4, free 5."""
    held = {"_0": struct.pack("<i", index)}
    held |= {"_1": tflite.numbers(*args)} if kind in (1, 2) else {"_1": struct.pack("<i", *args)} if args else {}
    return tflite.table(_0=bytes((kind,)), _1=tflite.table(**held))


def value(kind: int = 1, **fields):
    return tflite.table(_0=bytes((kind,)), _1=tflite.table(**fields))


def delegate(backend: str, index: int = 0, *, segment: bool = False):
    where = tflite.table(_0=bytes((segment,)), _1=tflite.u32(index))
    return tflite.table(_0=tflite.text(backend), _1=where)


def method(operators=("aten::add",), calls=None, delegates=(), values=None, ends=(0,)):
    calls = [call()] if calls is None else calls
    values = [value(2), value(2)] if values is None else values
    return tflite.table(
        _0=tflite.text("forward"),
        _2=tflite.listed(*values),
        _3=tflite.numbers(*ends),
        _4=tflite.numbers(*ends),
        _5=tflite.listed(tflite.table(_2=tflite.listed(*calls))),
        _6=tflite.listed(*(tflite.table(_0=tflite.text(one), _1=tflite.text("out")) for one in operators)),
        _7=tflite.listed(*delegates),
    )


def executorch(*methods, inline=(), blocks=(), named=(), offsets=(), segments=None) -> bytes:
    """A program; `blocks` are the segments behind it, `segments` their places if they are to lie."""
    places, at = [], 0
    for one in blocks:
        places.append((at, len(one)))
        at += len(one)
    fields = {
        "_0": tflite.u32(0),
        "_1": tflite.listed(*(methods or (method(),))),
        "_3": tflite.listed(*(tflite.table(_0=tflite.raw(one)) for one in inline)),
        "_4": tflite.listed(
            *(
                tflite.table(_0=tflite.u64(start), _1=tflite.u64(size))
                for start, size in (segments if segments is not None else places)
            )
        ),
        "_7": tflite.listed(*(tflite.table(_0=tflite.text(key), _1=tflite.u32(index)) for key, index in named)),
    }
    if offsets:
        fields["_5"] = tflite.table(_0=tflite.u32(0), _1=longs(*offsets))
    content = flat(b"ET12", tflite.table(**fields), b"eh00" + struct.pack("<IQQQ", 32, 0, 0, 0))
    content += bytes(-len(content) % 16)
    head = struct.pack("<QQ", len(content), len(content))
    return content[:16] + head + content[32:] + b"".join(blocks)


def bundle(program: bytes) -> bytes:
    return flat(b"BP08", tflite.table(_0=tflite.u32(0), _2=tflite.raw(program)))


def ort_tensor(name: str = "w", shape=(2,), code: int = 1, raw: bytes | None = None, words=()):
    size = 4
    for dimension in shape:
        size *= max(0, dimension)
    raw = bytes(size) if raw is None else raw
    fields = {"_0": tflite.text(name), "_2": longs(*(one % (1 << 64) for one in shape)), "_3": struct.pack("<i", code)}
    fields |= {"_5": tflite.listed(*map(tflite.text, words))} if words else {"_4": tflite.raw(raw)}
    return tflite.table(**fields)


def ort_attribute(name: str, **fields):
    """A text `_5`, a number `_4`, a tensor `_6`, a graph `_7`, lists of texts `_10`, of tensors `_11`, graphs `_12`."""
    return tflite.table(_0=tflite.text(name), **fields)


def ort_node(operator: str = "Relu", domain: str = "", attributes=(), note: str = ""):
    return tflite.table(
        _0=tflite.text("n"),
        _1=tflite.text(note),
        _2=tflite.text(domain),
        _3=struct.pack("<i", 1),
        _5=tflite.text(operator),
        _10=tflite.listed(*attributes),
    )


def ort_graph(*nodes, tensors=(), most: int = 1):
    return tflite.table(
        _0=tflite.listed(*tensors),
        _2=tflite.listed(*nodes),
        _3=tflite.u32(most),
        _5=tflite.listed(tflite.text("x")),
        _6=tflite.listed(tflite.text("y")),
    )


def ort(graph=None, pairs=(), producer: str = "test", note: str = "") -> bytes:
    model = tflite.table(
        _0=tflite.u64(8),
        _2=tflite.text(producer),
        _6=tflite.text(note),
        _7=graph or ort_graph(ort_node(), tensors=[ort_tensor()]),
        _9=tflite.listed(*(tflite.table(_0=tflite.text(key), _1=tflite.text(one)) for key, one in pairs)),
    )
    return flat(b"ORTM", tflite.table(_0=tflite.text("6"), _1=model))
