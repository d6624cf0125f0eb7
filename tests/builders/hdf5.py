"""Bytes of HDF5 files, written structure by structure: new and old groups, dense storage, every kind of link."""

import struct
from dataclasses import dataclass, field

UNDEFINED = b"\xff" * 8
SIGNATURE = b"\x89HDF\r\n\x1a\n"
FLOAT32 = bytes((0x11, 0x20, 0x1F, 0)) + struct.pack("<IHHBBBBI", 4, 0, 32, 23, 8, 0, 23, 127)
UINT8 = bytes((0x10, 0, 0, 0)) + struct.pack("<IHH", 1, 0, 8)
OPAQUE = 0x15


def u(value: int, width: int = 8) -> bytes:
    return (value & ((1 << 8 * width) - 1)).to_bytes(width, "little")


def fixed_text(size: int) -> bytes:
    return bytes((0x13, 0, 0, 0)) + u(size, 4)


def sequence_of(base: bytes, *, text: bool = False) -> bytes:
    return bytes((0x19, int(text), 0, 0)) + u(16, 4) + base


def space(*shape: int) -> bytes:
    return bytes((2, len(shape), 0, 1 if shape else 0)) + b"".join(map(u, shape))


@dataclass
class Image:
    """A file under construction. What is added gets an address; the superblock comes last."""

    userblock: int = 0
    content: bytearray = field(default_factory=lambda: bytearray(64))

    def add(self, piece: bytes) -> int:
        at = len(self.content)
        self.content += piece + bytes(-len(piece) % 8)
        return at

    def header(self, *messages: tuple[int, bytes]) -> int:
        return self.add(header(*messages))

    def heap(self, *values: bytes) -> int:
        """A collection of the global heap; its objects are numbered from 1."""
        objects = b"".join(u(n, 2) + bytes(6) + u(len(v)) + v + bytes(-len(v) % 8) for n, v in enumerate(values, 1))
        return self.add(b"GCOL\1\0\0\0" + u(16 + len(objects) + 16) + objects + bytes(16))

    def names(self, *names: bytes) -> int:
        """A local heap of texts; each starts behind the one before and its zero byte."""
        data = b"\0" * 8 + b"".join(name + b"\0" for name in names)
        at = self.add(data)
        return self.add(b"HEAP\0\0\0\0" + u(len(data)) + UNDEFINED + u(at))

    def done(self, root: int, version: int = 2) -> bytes:
        whole = u(self.userblock)
        if version == 2:
            head = SIGNATURE + bytes((2, 8, 8, 0)) + whole + UNDEFINED + u(len(self.content)) + u(root) + bytes(4)
        else:
            head = SIGNATURE + bytes((0, 0, 0, 0, 0, 8, 8, 0)) + struct.pack("<HHI", 4, 16, 0)
            head += whole + UNDEFINED + u(len(self.content)) + UNDEFINED + u(0) + u(root) + bytes(24)
            assert len(head) <= 96
        size = 64 if version == 2 else 96
        body = bytes(self.content)
        assert version == 2 or not any(body[64:96])
        return bytes(self.userblock) + head + bytes(size - len(head)) + body[size:]


def header(*messages: tuple[int, bytes]) -> bytes:
    """An object header of version 2."""
    body = b"".join(u(kind, 1) + u(len(content), 2) + b"\0" + content for kind, content in messages)
    return b"OHDR\2\2" + u(len(body), 4) + body + bytes(4)


def header_1(*messages: tuple[int, bytes]) -> bytes:
    """An object header of version 1."""
    padded = [(kind, content + bytes(-len(content) % 8)) for kind, content in messages]
    body = b"".join(u(kind, 2) + u(len(content), 2) + bytes(4) + content for kind, content in padded)
    return b"\1\0" + u(len(messages), 2) + u(1, 4) + u(len(body), 4) + bytes(4) + body


def attribute(name: str, kind: bytes, data: bytes, shape: bytes | None = None) -> bytes:
    shape = space() if shape is None else shape
    raw = name.encode() + b"\0"
    return b"\3\0" + u(len(raw), 2) + u(len(kind), 2) + u(len(shape), 2) + b"\0" + raw + kind + shape + data


def text_attribute(name: str, value: bytes) -> tuple[int, bytes]:
    return 12, attribute(name, fixed_text(len(value)), value)


def long_attribute(image: Image, name: str, value: bytes) -> tuple[int, bytes]:
    """A text of variable length in the global heap, as h5py writes them."""
    place = u(len(value), 4) + u(image.heap(value)) + u(1, 4)
    return 12, attribute(name, sequence_of(fixed_text(1), text=True), place)


def link(name: str, kind: int = 0, rest: bytes = b"") -> tuple[int, bytes]:
    return 6, b"\1\x08" + u(kind, 1) + u(len(name), 1) + name.encode() + rest


def hard(name: str, address: int) -> tuple[int, bytes]:
    return link(name, 0, u(address))


def soft(name: str, target: str) -> tuple[int, bytes]:
    return link(name, 1, u(len(target), 2) + target.encode())


def external(name: str, file: str, target: str = "/x") -> tuple[int, bytes]:
    value = b"\0" + file.encode() + b"\0" + target.encode() + b"\0"
    return link(name, 64, u(len(value), 2) + value)


def contiguous(address: bytes, size: int) -> tuple[int, bytes]:
    return 8, b"\3\1" + address + u(size)


def dataset(image: Image, data: bytes, kind: bytes = FLOAT32, shape: tuple[int, ...] | None = None) -> int:
    shape = (len(data) // 4,) if shape is None else shape
    return image.header((1, space(*shape)), (3, kind), contiguous(u(image.add(data)), len(data)))


def bomb(image: Image, *shape: int) -> int:
    """A chunked dataset of which no chunk is stored (CVE-2026-0897)."""
    layout = b"\3\2" + u(len(shape) + 1, 1) + UNDEFINED + b"".join(u(4, 4) for _ in shape) + u(4, 4)
    return image.header((1, space(*shape)), (3, FLOAT32), (8, layout))


def stored_elsewhere(image: Image, file: str, size: int = 100) -> int:
    """A dataset whose bytes lie in another file (CVE-2026-1669)."""
    heap = image.names(file.encode())
    slots = b"\1\0\0\0" + u(1, 2) + u(1, 2) + u(heap) + u(8) + u(0) + u(size)
    return image.header((1, space(size)), (3, UINT8), contiguous(UNDEFINED, size), (7, slots))


def virtual(image: Image, file: str, target: str = "data", version: int = 0) -> int:
    """A dataset put together from another file's (CVE-2026-12480)."""
    everything = u(3, 4) + u(1, 4) + bytes(8)
    entry = file.encode() + b"\0" + target.encode() + b"\0" + everything + everything
    heap = image.heap(u(version, 1) + u(1) + entry + bytes(4))
    return image.header((1, space(4)), (3, FLOAT32), (8, b"\4\3" + u(heap) + u(1, 4)))


def rows(image: Image, *values: bytes) -> int:
    """A dataset of byte sequences of any length, as PyTables keeps objects."""
    heap = image.heap(*values)
    data = b"".join(u(len(value), 4) + u(heap) + u(number, 4) for number, value in enumerate(values, 1))
    return dataset(image, data, sequence_of(UINT8), (len(values),))


def dense(image: Image, kind: int, *contents: bytes) -> bytes:
    """A fractal heap of objects and the tree that names them; return what a link or attribute info message holds."""
    block, records = b"FHDB\0" + bytes(8) + bytes(4), b""
    for content in contents:
        identifier = b"\0" + u(len(block), 4) + u(len(content), 2)
        records += u(0, 4) + identifier if kind == 5 else identifier + b"\0" + b"\0" + u(0, 4) + u(0, 4)
        block += content
    at = image.add(block + bytes(max(0, 4096 - len(block))))
    size, identifiers = (11, 7) if kind == 5 else (17, 8)
    heap = b"FRHP\0" + u(identifiers, 2) + u(0, 2) + b"\0" + u(4096, 4) + u(0) + UNDEFINED + u(0) + UNDEFINED
    heap += bytes(64) + u(4, 2) + u(4096) + u(65536) + u(32, 2) + u(1, 2) + u(at) + u(0, 2) + bytes(4)
    leaf = image.add(b"BTLF\0" + u(kind, 1) + records + bytes(4))
    tree = b"BTHD\0" + u(kind, 1) + u(4096, 4) + u(size, 2) + u(0, 2) + b"\x64\x28" + u(leaf) + u(len(contents), 2)
    return b"\0\0" + u(image.add(heap)) + u(image.add(tree + u(len(contents)) + bytes(4)))


def file(
    attributes: dict[str, bytes] | None = None,
    *messages: tuple[int, bytes],
    image: Image | None = None,
    userblock: int = 0,
) -> bytes:
    """A file whose root has these attributes (long ones in the global heap) and messages."""
    image = image or Image()
    image.userblock = userblock
    held = [
        text_attribute(name, value) if len(value) < 1000 else long_attribute(image, name, value)
        for name, value in (attributes or {}).items()
    ]
    return image.done(image.header((2, b"\0\0" + UNDEFINED * 2), *held, *messages))


def old_file(attributes: dict[str, bytes] | None = None, target: str = "") -> bytes:
    """A file with superblock 0, header version 1 and a symbol table that has a group and a soft link."""
    image = Image(content=bytearray(96))
    inner = image.add(header_1(text_attribute("note", b"inside")))
    names = image.names(b"group", b"soft", target.encode() or b"/group")
    entries = u(8) + u(inner) + u(0, 4) + bytes(4) + bytes(16)
    entries += u(14) + UNDEFINED + u(2, 4) + bytes(4) + u(19, 4) + bytes(12)
    node = image.add(b"SNOD\1\0" + u(2, 2) + entries)
    tree = image.add(b"TREE\0\0" + u(1, 2) + UNDEFINED * 2 + u(0) + u(node) + u(14))
    held = [text_attribute(name, value) for name, value in (attributes or {}).items()]
    return image.done(image.add(header_1((17, u(tree) + u(names)), *held)), version=0)
