"""Attributes of groups and datasets: their names and the text they hold (IV.A.2.m)."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.formats.hdf5.dense import ATTRIBUTES, records
from scanner.formats.hdf5.file import Cursor, Hdf5
from scanner.formats.hdf5.header import ATTRIBUTE, ATTRIBUTE_INFO, Message
from scanner.formats.hdf5.heap import GlobalHeap
from scanner.formats.hdf5.types import OPAQUE, SEQUENCE, STRING, Datatype, committed, dataspace, datatype

ELEMENTS = 1000
"""Elements of an attribute looked at."""

_SHARED_TYPE = 1
_SHARED_SPACE = 2


class Attribute(NamedTuple):
    """An attribute. `values`: its texts or bytes as they are stored, the padding left out; numbers are not read."""

    name: str
    values: tuple[bytes, ...]


def attributes(file: Hdf5, heap: GlobalHeap, message: Message, seen: set[int]) -> Iterator[Attribute]:
    """Yield the attributes that one message holds or leads to. Raises `MalformedError`."""
    if message.kind == ATTRIBUTE and not message.shared:
        yield _attribute(file, heap, message.content, message.address)
    elif message.kind == ATTRIBUTE_INFO:
        cursor = Cursor(file, message.content, message.address)
        cursor.take(1)
        cursor.take(2 if cursor.number(1) & 1 else 0)
        store, tree = cursor.address(), cursor.address()
        if store != file.undefined:
            for content in records(file, store, tree, ATTRIBUTES, seen):
                yield _attribute(file, heap, content, 0)


def _attribute(file: Hdf5, heap: GlobalHeap, content: bytes, address: int) -> Attribute:
    cursor = Cursor(file, content, address)
    version, flags = cursor.number(1), cursor.number(1)
    sizes = [cursor.number(2) for _ in range(3)]
    if version == 3:  # noqa: PLR2004 - the encoding of the name
        cursor.take(1)
    fields = []
    for size in sizes:
        fields.append(cursor.take(size))
        if version == 1:
            cursor.take(min(cursor.left, -size % 8))
    name = fields[0].partition(b"\0")[0].decode("utf-8", "backslashreplace")
    shared = flags if version > 1 else 0
    kind = committed(file, fields[1], address) if shared & _SHARED_TYPE else datatype(Cursor(file, fields[1], address))
    shape = () if shared & _SHARED_SPACE else dataspace(Cursor(file, fields[2], address))
    return Attribute(name, tuple(_values(cursor, heap, kind, shape)))


def _values(cursor: Cursor, heap: GlobalHeap, kind: Datatype, shape: tuple[int, ...] | None) -> Iterator[bytes]:
    """Yield the elements of a text, opaque or variable-length attribute."""
    if shape is None or kind.kind not in (STRING, OPAQUE, SEQUENCE):
        return
    count = 1
    for size in shape:
        count = min(ELEMENTS, count * size)
    for _ in range(count):
        if kind.kind != SEQUENCE:
            yield cursor.take(kind.size).rstrip(b"\0")
            continue
        yield sequence(cursor, heap, kind)


def sequence(cursor: Cursor, heap: GlobalHeap, kind: Datatype) -> bytes:
    """Read a reference to the global heap and the bytes behind it; what has no elements is empty."""
    length, address, index = cursor.number(4), cursor.address(), cursor.number(4)
    if not length or address in (0, cursor.file.undefined):
        return b""
    return heap.fetch(address, index)[: length * max(1, 1 if kind.text else kind.base_size)]
