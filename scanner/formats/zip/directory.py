"""Where the directory of a zip lies: every end record that some reader would believe, and every start it would try."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from scanner.formats.zip import TAIL_NBYTES
from scanner.formats.zip.records import (
    CENTRAL_SIGNATURE,
    END,
    END64,
    END64_SIGNATURE,
    LOCAL_SIGNATURE,
    LOCATOR,
    LOCATOR_SIGNATURE,
    UNKNOWN_16,
    UNKNOWN_32,
    Entry,
    central,
)
from scanner.streams import advise, costly, read_at

ENDS = 16
"""End records looked at, from the last one backwards."""


@dataclass(slots=True, eq=False, repr=False)
class End:
    """An end record, widened by its zip64 twin. `tail`: where its records start; `stop`: where its comment ends.

    `counts`: members as the two records tell it. `size` and `start` of the directory as declared.
    """

    at: int
    tail: int
    stop: int
    comment: int
    count: int
    size: int
    start: int


@dataclass(slots=True, eq=False, repr=False)
class Directory:
    """A directory that was found. `base` is added to every offset it gives; `stop` is where its entries end."""

    at: int
    end: End
    base: int
    stop: int = 0
    cut: bool = False
    entries: list[Entry] = field(default_factory=list)


def ends(stream: BinaryIO, size: int) -> Iterator[End]:
    """Yield end records from the last one backwards; a zip64 record that disagrees makes a second one."""
    first = max(0, size - TAIL_NBYTES)
    tail = read_at(stream, first, size - first)
    position = len(tail)
    for _ in range(ENDS):
        position = tail.rfind(b"PK\x05\x06", 0, position)
        if position < 0:
            return
        if len(tail) - position >= END.size:
            yield from _widened(stream, END.unpack_from(tail, position), first + position, size)


def _widened(stream: BinaryIO, record: tuple[int, ...], at: int, size: int) -> Iterator[End]:
    _, _, _, _, count, directory_nbytes, start, comment = record
    stop = min(size, at + END.size + comment)
    narrow = End(at, at, stop, comment, count, directory_nbytes, start)
    wide = _end64(stream, narrow)
    if wide is None:
        yield narrow
        return
    yield wide
    filled = count != UNKNOWN_16 and UNKNOWN_32 not in (directory_nbytes, start)
    if filled and (count, directory_nbytes, start) != (wide.count, wide.size, wide.start):
        yield End(at, wide.tail, stop, comment, count, directory_nbytes, start)


def _end64(stream: BinaryIO, end: End) -> End | None:
    """Read the zip64 end record through its locator, or right before it where the locator's offset is wrong."""
    locator = read_at(stream, end.at - LOCATOR.size, LOCATOR.size)
    if len(locator) < LOCATOR.size:
        return None
    signature, _, offset, _ = LOCATOR.unpack(locator)
    if signature != LOCATOR_SIGNATURE:
        return None
    for at in (end.at - LOCATOR.size - END64.size, offset):
        record = read_at(stream, at, END64.size) if at < end.at else b""
        if len(record) == END64.size and int.from_bytes(record[:4], "little") == END64_SIGNATURE:
            _, _, _, _, _, _, _, count, size, start = END64.unpack(record)
            return End(end.at, at, end.stop, end.comment, count, size, start)
    return None


def locate(stream: BinaryIO, end: End) -> Iterator[Directory]:
    """Yield the directories of an end record: by its size, as most readers look for it, then by its offset."""
    seen: set[int] = set()
    for at in (end.tail - end.size, end.start):
        empty = end.count == 0 and end.size == 0 and at == end.tail
        if at in seen or not 0 <= at <= end.tail or not (empty or _starts(stream, at, CENTRAL_SIGNATURE)):
            continue
        seen.add(at)
        yield Directory(at=at, end=end, base=at - end.start)


def _starts(stream: BinaryIO, at: int, signature: int) -> bool:
    return read_at(stream, at, 4) == signature.to_bytes(4, "little")


def load(stream: BinaryIO, found: Directory, bound: int, members: int) -> None:
    """Read the entries of a directory up to `bound` bytes or `members` entries; `cut` says that one was met."""
    wanted = found.end.tail - found.at
    content = read_at(stream, found.at, min(wanted, bound))
    position = 0
    while (next_ := central(content, position, found.at)) is not None:
        if len(found.entries) >= members:
            found.cut = True
            break
        entry, position = next_
        found.entries.append(entry)
    found.stop = found.at + min(position, wanted)
    found.cut = found.cut or (wanted > bound and position + CENTRAL_MAX_NBYTES > bound)
    _settle(stream, found)


CENTRAL_MAX_NBYTES = 46 + 3 * 0xFFFF


def _settle(stream: BinaryIO, found: Directory) -> None:
    """Shift the offsets by what lies before the archive, unless they already count from the artifact's start."""
    first = next(iter(found.entries), None)
    if found.base and first is not None:
        shifted = _starts(stream, first.offset + found.base, LOCAL_SIGNATURE)
        if not shifted and _starts(stream, first.offset, LOCAL_SIGNATURE):
            found.base = 0
    for entry in found.entries:
        entry.offset += found.base


def directories(stream: BinaryIO, size: int, bound: int, members: int) -> list[Directory]:
    """Return every distinct directory, the one that zipfile, miniz and Info-ZIP use first."""
    found: dict[int, Directory] = {}
    for end in ends(stream, size):
        for directory in locate(stream, end):
            if directory.at not in found:
                load(stream, directory, bound, members)
                found[directory.at] = directory
    if found and costly(stream):
        from scanner.formats.zip import soon

        advise(stream, soon.ranges(next(iter(found.values())).entries, size))
    return list(found.values())
