"""The links of a group: old symbol tables, link messages, and dense storage."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.format import MalformedError
from scanner.formats.hdf5.dense import LINKS, records
from scanner.formats.hdf5.file import Cursor, Hdf5
from scanner.formats.hdf5.header import LINK, LINK_INFO, SYMBOL_TABLE, Message

HARD, SOFT, EXTERNAL = 0, 1, 64

_CACHED_SOFT = 2
_HEAP_NBYTES = 16 << 20
"""Bytes of a local heap that are read; names of a group lie there."""
_CREATION = 4
_TYPED = 8
_CHARSET = 16


class Link(NamedTuple):
    """One name of a group. `address`: the object header of a hard link; `file` and `target` of the others."""

    name: str
    kind: int
    address: int = -1
    file: str = ""
    target: str = ""


def links(file: Hdf5, message: Message, seen: set[int]) -> Iterator[Link]:
    """Yield the links that one message of a group leads to. `seen` has the tree nodes read so far."""
    cursor = Cursor(file, message.content, message.address)
    if message.kind == LINK:
        yield link(file, message.content, message.address)
    elif message.kind == SYMBOL_TABLE:
        yield from _table(file, cursor.address(), cursor.address(), seen)
    elif message.kind == LINK_INFO:
        cursor.take(1)
        flags = cursor.number(1)
        cursor.take(8 if flags & 1 else 0)
        heap, tree = cursor.address(), cursor.address()
        if heap != file.undefined:
            for content in records(file, heap, tree, LINKS, seen):
                yield link(file, content, 0)


def link(file: Hdf5, content: bytes, address: int) -> Link:
    """Read a link message (IV.A.2.g)."""
    cursor = Cursor(file, content, address)
    cursor.take(1)
    flags = cursor.number(1)
    kind = cursor.number(1) if flags & _TYPED else HARD
    cursor.take((8 if flags & _CREATION else 0) + (1 if flags & _CHARSET else 0))
    name = _text(cursor.take(cursor.number(1 << (flags & 3))))
    if kind == HARD:
        return Link(name, kind, cursor.address())
    value = cursor.take(cursor.number(2))
    if kind == EXTERNAL:
        parts = value[1:].split(b"\0")
        return Link(name, kind, file=_text(parts[0]), target=_text(parts[1]) if len(parts) > 1 else "")
    return Link(name, kind, target=_text(value))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _table(file: Hdf5, tree: int, heap: int, seen: set[int]) -> Iterator[Link]:
    """Walk the B-tree (version 1) of a group; its leaves point to symbol table nodes (III.A.1, III.B)."""
    names = _local_heap(file, heap)
    pending = [tree]
    while pending:
        at = pending.pop()
        if at in seen:
            continue
        seen.add(at)
        head = file.read(at, 8 + 2 * file.width)
        if head[:4] == b"SNOD":
            yield from _symbols(file, at, int.from_bytes(head[6:8], "little"), names)
            continue
        if head[:4] != b"TREE" or head[4] != 0:
            message = "no node of a group's tree"
            raise MalformedError(message, min(file.size, file.base + at))
        count = int.from_bytes(head[6:8], "little")
        cursor = Cursor(file, file.read(at + len(head), count * (file.length_width + file.width)), at + len(head))
        for _ in range(count):
            cursor.length()
            pending.append(cursor.address())


def _local_heap(file: Hdf5, address: int) -> bytes:
    head = Cursor(file, file.read(address, 8 + 2 * file.length_width + file.width), address)
    if head.take(4) != b"HEAP":
        message = "no local heap"
        raise MalformedError(message, min(file.size, file.base + address))
    head.take(4)
    size = head.length()
    head.length()
    return file.read(head.address(), min(size, _HEAP_NBYTES))


def _symbols(file: Hdf5, at: int, count: int, names: bytes) -> Iterator[Link]:
    cursor = Cursor(file, file.read(at + 8, count * (2 * file.width + 24)), at + 8)
    for _ in range(count):
        name, header, cached = cursor.address(), cursor.address(), cursor.number(4)
        cursor.take(4)
        scratch = cursor.take(16)
        if cached == _CACHED_SOFT:
            yield Link(_name(names, name), SOFT, target=_name(names, int.from_bytes(scratch[:4], "little")))
        else:
            yield Link(_name(names, name), HARD, header)


def _name(names: bytes, offset: int) -> str:
    end = names.find(b"\0", offset, offset + 65_536)
    return _text(names[offset : end if end >= 0 else offset + 65_536])
