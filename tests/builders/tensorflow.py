"""Bytes of TensorFlow files: graphs, SavedModels, checkpoint indexes, and what stands beside them."""

from scanner.crc32c import masked
from tests.builders.onnx import block, number

MAGIC = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


def attribute(key: str, value: bytes) -> bytes:
    return block(5, block(1, key) + block(2, value))


def text(key: str, value: str) -> bytes:
    return attribute(key, block(2, value))


def node(name: str, operator: str, inputs: tuple[str, ...] = (), *attributes: bytes, field: int = 1) -> bytes:
    """A NodeDef; `field` is 1 in a graph and 3 in a function."""
    held = b"".join(block(3, one) for one in inputs) + b"".join(attributes)
    return block(field, block(1, name) + block(2, operator) + held + attribute("T", number(6, 1)))


def constant(name: str, *values: str, field: int = 1) -> bytes:
    """A constant of texts."""
    tensor = number(1, 7) + block(2, b"") + b"".join(block(8, value) for value in values)
    return node(name, "Const", (), attribute("dtype", number(6, 7)), attribute("value", block(8, tensor)), field=field)


def graph(*parts: bytes) -> bytes:
    return b"".join(parts) + block(4, number(1, 1286))


def function(name: str, *nodes: bytes) -> bytes:
    """A function of the library, to be put into `graph`."""
    return block(2, block(1, block(1, block(1, name)) + b"".join(nodes)))


def meta_graph(content: bytes, extra: bytes = b"") -> bytes:
    info = block(4, "serve") + block(5, "2.17.0")
    return block(1, info) + block(2, content) + extra


def saved_model(*parts: bytes, extra: bytes = b"") -> bytes:
    return number(1, 1) + block(2, meta_graph(graph(*parts), extra))


def asset(name: str) -> bytes:
    return block(6, block(1, b"") + block(2, name))


def saver() -> tuple[bytes, ...]:
    """What every saved graph has: a saver whose path comes from the caller."""
    return (
        node("save/filename", "Placeholder"),
        constant("save/part", "_temp/part"),
        node("save/join", "StringJoin", ("save/filename", "save/part")),
        node("save/shard", "ShardedFilename", ("save/join",)),
        node("save/SaveV2", "SaveV2", ("save/shard",)),
        node("save/merge", "MergeV2Checkpoints", ("save/shard", "save/filename")),
        node("save/RestoreV2", "RestoreV2", ("save/filename",)),
    )


def plain() -> bytes:
    return saved_model(node("x", "Placeholder"), node("y", "MatMul", ("x", "x")), *saver())


def keras_metadata(*documents: bytes) -> bytes:
    return b"".join(block(1, block(3, f"root.layer-{at}") + block(5, one)) for at, one in enumerate(documents))


def index(*entries: tuple, shards: int = 1, pack=None) -> bytes:
    """A checkpoint's index: entries are name, type, shape, bytes; offset and shard too where they do not follow on.

    `pack` turns a block into its bytes and the number of its compression.
    """
    pairs = [(b"", number(1, shards))]
    end = 0
    for name, dtype, shape, size, *place in entries:
        offset, shard = place or (end, 0)
        end = offset + size
        dims = b"".join(block(2, number(1, dim)) for dim in shape)
        value = number(1, dtype) + block(2, dims) + number(3, shard) + number(4, offset) + number(5, size)
        pairs.append((name.encode(), value))
    data = _block(pairs, pack)
    listing = _block([(b"\xff", _varint(0) + _varint(len(data) - 5))], pack)
    handles = _varint(0) + _varint(0) + _varint(len(data)) + _varint(len(listing) - 5)
    return data + listing + handles + bytes(40 - len(handles)) + MAGIC


def _block(pairs: list[tuple[bytes, bytes]], pack=None) -> bytes:
    body = b"".join(b"\0" + _varint(len(key)) + _varint(len(value)) + key + value for key, value in pairs)
    held, kind = (pack or (lambda raw: (raw, 0)))(body + bytes(4) + (1).to_bytes(4, "little"))
    held += bytes((kind,))
    return held + masked(held).to_bytes(4, "little")


def literal(raw: bytes) -> tuple[bytes, int]:
    """Snappy without a copy: the length, then literals."""
    parts = b"".join(bytes(((len(raw[at : at + 60]) - 1) << 2,)) + raw[at : at + 60] for at in range(0, len(raw), 60))
    return _varint(len(raw)) + parts, 1


def _varint(value: int) -> bytes:
    return number(1, value)[1:]
