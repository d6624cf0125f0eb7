"""Bytes of TensorFlow Lite models: a FlatBuffer written front to back, references filled in at the end."""

import struct
from dataclasses import dataclass, field

Value = object


@dataclass
class Writer:
    """A buffer in the making; a table's references are set once what they refer to is written."""

    content: bytearray = field(default_factory=lambda: bytearray(b"\0\0\0\0TFL3"))

    def align(self, size: int) -> None:
        self.content += bytes(-len(self.content) % size)

    def table(self, fields: dict[int, Value]) -> int:
        """Write a table. A field is bytes (a scalar), or a function that writes what it refers to."""
        self.align(4)
        count = max(fields, default=-1) + 1
        offsets, size = {}, 4
        for number, value in sorted(fields.items()):
            width = len(value) if isinstance(value, bytes) else 4
            size += -size % width
            offsets[number] = size
            size += width
        virtual = len(self.content)
        self.content += struct.pack(f"<HH{count}H", 4 + 2 * count, size, *(offsets.get(n, 0) for n in range(count)))
        self.align(8)
        at = len(self.content)
        self.content += struct.pack("<i", at - virtual) + bytes(size - 4)
        for number, value in fields.items():
            if isinstance(value, bytes):
                start = at + offsets[number]
                self.content[start : start + len(value)] = value
        for number, value in fields.items():
            if callable(value):
                self.refer(at + offsets[number], value(self))
        return at

    def refer(self, at: int, target: int) -> None:
        self.content[at : at + 4] = struct.pack("<I", target - at)

    def vector(self, elements: list[Value]) -> int:
        self.align(4)
        at = len(self.content)
        self.content += struct.pack("<I", len(elements)) + bytes(4 * len(elements))
        for index, element in enumerate(elements):
            self.refer(at + 4 + 4 * index, element(self))
        return at

    def blob(self, raw: bytes, count: int | None = None) -> int:
        self.align(4)
        at = len(self.content)
        self.content += struct.pack("<I", len(raw) if count is None else count) + raw + b"\0"
        return at


def text(value: str):
    return lambda writer: writer.blob(value.encode())


def raw(value: bytes):
    return lambda writer: writer.blob(value)


def numbers(*values: int):
    return lambda writer: writer.blob(struct.pack(f"<{len(values)}i", *values), len(values))


def listed(*elements: Value):
    return lambda writer: writer.vector(list(elements))


def table(**fields: Value):
    """A table by field numbers: `table(_0=text("a"))`."""
    return lambda writer: writer.table({int(name[1:]): value for name, value in fields.items()})


def u32(value: int) -> bytes:
    return struct.pack("<I", value)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value)


def code(builtin: int = 0, custom: str = ""):
    if custom:
        return table(_0=b"\x20", _1=text(custom), _3=struct.pack("<i", 32))
    return table(_0=bytes((min(builtin, 127),)), _3=struct.pack("<i", builtin))


def tensor(name: str = "t", shape: tuple[int, ...] = (2, 2), buffer: int = 0, kind: int = 0, **more: Value):
    return table(_0=numbers(*shape), _1=bytes((kind,)), _2=u32(buffer), _3=text(name), **more)


def node(inputs: tuple[int, ...] = (0,), outputs: tuple[int, ...] = (1,), index: int = 0, **more: Value):
    return table(_0=u32(index), _1=numbers(*inputs), _2=numbers(*outputs), **more)


def graph(tensors=None, nodes=None, inputs: tuple[int, ...] = (0,), outputs: tuple[int, ...] = (1,)):
    tensors = [tensor("x"), tensor("y"), tensor("w", buffer=1)] if tensors is None else tensors
    nodes = [node((0, 2))] if nodes is None else nodes
    return table(_0=listed(*tensors), _1=numbers(*inputs), _2=numbers(*outputs), _3=listed(*nodes), _4=text("main"))


def model(codes=None, graphs=None, buffers=None, **more: Value) -> bytes:
    """A model; by default one ADD of an input and four constants."""
    codes = [code(0)] if codes is None else codes
    graphs = [graph()] if graphs is None else graphs
    buffers = [table(), table(_0=raw(bytes(16)))] if buffers is None else buffers
    writer = Writer()
    fields = {
        "_0": u32(3),
        "_1": listed(*codes),
        "_2": listed(*graphs),
        "_3": text("made by hand"),
        "_4": listed(*buffers),
    }
    root = table(**fields, **more)(writer)
    writer.content[:4] = struct.pack("<I", root)
    return bytes(writer.content)
