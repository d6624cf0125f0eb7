"""Shapes, types, layouts and filters of datasets and attributes, as far as sizes and references need them."""

from typing import NamedTuple

from scanner.format import MalformedError
from scanner.formats.hdf5.file import Cursor, Hdf5
from scanner.formats.hdf5.header import DATATYPE, Message, messages

FIXED, FLOAT, TIME, STRING, BITS, OPAQUE, COMPOUND, REFERENCE, ENUM, SEQUENCE, ARRAY = range(11)
"""Classes of datatypes (IV.A.2.d)."""

_NAMES = {FIXED: "int", FLOAT: "float", STRING: "string", BITS: "bits", OPAQUE: "opaque", COMPOUND: "compound",
          REFERENCE: "reference", ENUM: "enum", SEQUENCE: "sequence", ARRAY: "array", TIME: "time"}  # fmt: skip
_RANKS = 32
"""H5S_MAX_RANK."""

COMPACT, CONTIGUOUS, CHUNKED, VIRTUAL = range(4)

_BUILT_IN_FILTERS = 256
"""Filters from here on are plug-ins, loaded from a shared library (H5Z_FILTER_RESERVED)."""

DEFLATE = 1


class Datatype(NamedTuple):
    """A datatype: its class, the bytes of one element, and for a sequence whether it is text and of what.

    `big`: numbers have their highest byte first.
    """

    kind: int
    size: int
    text: bool = False
    base: int = -1
    base_size: int = 0
    big: bool = False

    @property
    def name(self) -> str:
        """A short name: "float32", "string"."""
        name = _NAMES.get(self.kind, "unknown")
        return f"{name}{self.size * 8}" if self.kind in (FIXED, FLOAT) else name


class Layout(NamedTuple):
    """Where data lies. `size`: bytes, for contiguous and compact; `tree`: how chunks are found (0: B-tree 1)."""

    kind: int
    address: int
    size: int
    chunk: tuple[int, ...] = ()
    tree: int = 0
    heap_index: int = 0


def datatype(cursor: Cursor) -> Datatype:
    """Read a datatype's head, and the base type of a sequence."""
    first = cursor.number(1)
    bits, size = cursor.number(3), cursor.number(4)
    kind = first & 0x0F
    if kind == SEQUENCE:
        base = cursor.number(1) & 0x0F
        cursor.take(3)
        return Datatype(kind, size, (bits & 0x0F) == 1, base, cursor.number(4))
    return Datatype(kind, size, big=kind in (FIXED, FLOAT) and bool(bits & 1))


def committed(file: Hdf5, content: bytes, address: int) -> Datatype:
    """Follow a message that points to a named datatype (shared message, IV.A.1.c)."""
    cursor = Cursor(file, content, address)
    version, kind = cursor.number(1), cursor.number(1)
    if version == 1:
        cursor.take(6)
        cursor.length()
    elif version == 3 and kind == 1:  # noqa: PLR2004 - a message in the shared heap
        return Datatype(-1, 0)
    for message in messages(file, cursor.address(), set()):
        if message.kind == DATATYPE and not message.shared:
            return datatype(Cursor(file, message.content, message.address))
    return Datatype(-1, 0)


def typed(file: Hdf5, message: Message) -> Datatype:
    """Read the datatype message of a dataset."""
    if message.shared:
        return committed(file, message.content, message.address)
    return datatype(Cursor(file, message.content, message.address))


def dataspace(cursor: Cursor) -> tuple[int, ...] | None:
    """Read a dataspace: the shape, () for a scalar, None for the null space that holds nothing."""
    version, rank, flags = cursor.number(1), cursor.number(1), cursor.number(1)
    kind = cursor.number(1)
    if version == 1:
        cursor.take(4)
    if rank > _RANKS:
        message = f"a dataspace of {rank} dimensions"
        raise MalformedError(message, None)
    del flags
    if version == 2 and kind == 2:  # noqa: PLR2004 - the null dataspace of version 2
        return None
    return tuple(cursor.length() for _ in range(rank))


def layout(cursor: Cursor) -> Layout:
    """Read a data layout message, versions 1 to 5."""
    version = cursor.number(1)
    if version < 3:  # noqa: PLR2004 - older messages have another order
        return _old_layout(cursor)
    kind = cursor.number(1)
    if kind == COMPACT:
        size = cursor.number(2)
        return Layout(kind, -1, size)
    if kind == CONTIGUOUS:
        return Layout(kind, cursor.address(), cursor.length())
    if kind == VIRTUAL:
        return Layout(kind, cursor.address(), 0, heap_index=cursor.number(4))
    if kind != CHUNKED:
        message = f"layout class {kind} is not known"
        raise MalformedError(message, None)
    if version == 3:  # noqa: PLR2004 - chunks found through a B-tree of version 1
        rank, address = cursor.number(1), cursor.address()
        return Layout(kind, address, 0, tuple(cursor.number(4) for _ in range(min(rank, _RANKS + 1))))
    cursor.take(1)
    rank, width = cursor.number(1), cursor.number(1)
    chunk = tuple(cursor.number(width) for _ in range(min(rank, _RANKS + 1)))
    return Layout(kind, -1, 0, chunk, cursor.number(1) or -1)


def _old_layout(cursor: Cursor) -> Layout:
    rank, kind = cursor.number(1), cursor.number(1)
    cursor.take(5)
    address = cursor.address() if kind != COMPACT else -1
    sizes = tuple(cursor.number(4) for _ in range(min(rank, _RANKS + 1)))
    if kind == COMPACT:
        return Layout(kind, -1, cursor.number(4))
    return Layout(kind, address, 0, sizes) if kind == CHUNKED else Layout(kind, address, -1)


def filters(cursor: Cursor) -> list[tuple[int, str]]:
    """Read a filter pipeline: number and name of each filter."""
    version, count = cursor.number(1), cursor.number(1)
    if version == 1:
        cursor.take(6)
    found = []
    for _ in range(count):
        number = cursor.number(2)
        named = version == 1 or number >= _BUILT_IN_FILTERS
        length = cursor.number(2) if named else 0
        cursor.take(2)
        values = cursor.number(2)
        name = cursor.take(length + (-length % 8 if version == 1 else 0))
        cursor.take(4 * (values + (values & 1 if version == 1 else 0)))
        found.append((number, name.partition(b"\0")[0].decode("utf-8", "backslashreplace")))
    return found


def plugins(found: list[tuple[int, str]]) -> list[str]:
    """Name the filters that a plug-in library brings."""
    return [name or str(number) for number, name in found if number >= _BUILT_IN_FILTERS]
