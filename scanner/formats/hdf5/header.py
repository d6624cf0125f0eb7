"""Object headers, versions 1 and 2: the messages of a group, dataset or named datatype (IV.A)."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.format import MalformedError
from scanner.formats.hdf5.file import Cursor, Hdf5

DATASPACE, LINK_INFO, DATATYPE, LINK, STORAGE, LAYOUT, FILTERS, ATTRIBUTE = 1, 2, 3, 6, 7, 8, 11, 12
CONTINUATION, SYMBOL_TABLE, ATTRIBUTE_INFO = 16, 17, 21

_SHARED = 2
_TIMES, _PHASE, _ORDER = 0x20, 0x10, 0x04
_PREFIX_1 = 8
_CHECKSUM = 4
_BLOCKS = 1000
"""Continuation blocks of one header."""


class Message(NamedTuple):
    """One message of a header. `address` is where its content lies; `shared`: it only points to the content."""

    kind: int
    content: bytes
    address: int
    shared: bool


def messages(file: Hdf5, address: int, seen: set[int]) -> Iterator[Message]:
    """Yield the messages of the header at an address. `seen` has the blocks read for any header so far.

    Raises `MalformedError` where there is no header, or it does not fit.
    """
    start = file.ahead(address)
    if start[:4] == b"OHDR":
        blocks = [_second(file, address, start)]
        version = 2
    elif start[:1] == b"\x01":
        cursor = Cursor(file, start, address, 8)
        blocks = [(address + 16, cursor.number(4), 0)]
        version = 1
    else:
        message = "no object header"
        raise MalformedError(message, min(file.size, file.base + address))
    for number in range(_BLOCKS):
        if number >= len(blocks):
            return
        at, size, flags = blocks[number]
        if at in seen:
            continue
        seen.add(at)
        for found in _block(file, at, file.read(at, size), version, flags):
            if found.kind == CONTINUATION:
                blocks.append(_continued(file, found, version, flags))
            else:
                yield found


def _second(file: Hdf5, address: int, start: bytes) -> tuple[int, int, int]:
    """Read the prefix of a version 2 header; return its first block of messages."""
    cursor = Cursor(file, start, address, 4)
    version, flags = cursor.number(1), cursor.number(1)
    if version != 2:  # noqa: PLR2004 - the version of the format
        message = f"object header version {version} is not known"
        raise MalformedError(message, file.base + address + 4)
    cursor.take((16 if flags & _TIMES else 0) + (4 if flags & _PHASE else 0))
    size = cursor.number(1 << (flags & 3))
    return address + cursor.position, size, flags


def _continued(file: Hdf5, found: Message, version: int, flags: int) -> tuple[int, int, int]:
    cursor = Cursor(file, found.content, found.address)
    at, size = cursor.address(), cursor.length()
    if version == 1:
        return at, size, flags
    if file.read(at, 4) != b"OCHK":
        message = "a continuation of an object header has no signature"
        raise MalformedError(message, min(file.size, file.base + at))
    return at + 4, size - 4 - _CHECKSUM, flags


def _block(file: Hdf5, at: int, content: bytes, version: int, flags: int) -> Iterator[Message]:
    prefix = _PREFIX_1 if version == 1 else 6 if flags & _ORDER else 4
    cursor = Cursor(file, content, at)
    while cursor.left >= prefix:
        kind = cursor.number(2 if version == 1 else 1)
        size, marks = cursor.number(2), cursor.number(1)
        cursor.take(prefix - (5 if version == 1 else 4))
        address = at + cursor.position
        yield Message(kind, cursor.take(size), address, bool(marks & _SHARED))
