"""The bytes of a zip that no directory accounts for, and those that two members share."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.archive import HiddenBytes
from scanner.formats.zip.content import Reading, codecs, member
from scanner.formats.zip.directory import Directory
from scanner.formats.zip.records import DESCRIPTOR, Entry, local, text
from scanner.limits import HEAD_NBYTES
from scanner.magic import kind_of
from scanner.streams import first_byte, read_at, window
from scanner.unpack import Room, unpack

CHUNK_NBYTES = 1 << 20
OVERLAPS = 100
"""Overlaps stated for one archive."""

Span = tuple[int, int, Entry]


def inside(spans: Sequence[Span], offset: int) -> bool:
    """Say whether an offset lies in a member, so that what is found there is the member's own."""
    return any(start <= offset < end for start, end, _ in spans)


def read(reading: Reading, found: Sequence[Directory]) -> Iterator[Fact | Artifact]:
    """Walk the archive from its first byte to its last; state overlaps and read every gap."""
    spans: list[tuple[int, int, Entry | None]] = [*reading.spans]
    for directory in found:
        if not inside(reading.spans, directory.at):
            spans.append((directory.at, directory.stop, None))
            spans.append((directory.end.tail, directory.end.stop, None))
            yield from _comment(reading, directory)
    spans.sort(key=lambda span: span[:2])
    reached, last = 0, None
    for start, end, entry in spans:
        if start > reached:
            yield from _gap(reading, reached, start, last, "between" if reached else "before")
        if end > reached:
            reached, last = end, entry
    if reached < reading.artifact.size:
        yield from _gap(reading, reached, reading.artifact.size, last, "after")
    yield from _overlaps(reading, spans)


def _overlaps(reading: Reading, spans: Sequence[tuple[int, int, Entry | None]]) -> Iterator[Fact]:
    """State where a member starts before the record in front of it has ended."""
    reached = count = 0
    for start, end, entry in spans:
        shared = min(reached, end) - start
        if shared > 0 and entry is not None:
            count += 1
            if count > OVERLAPS:
                where = reading.artifact.at()
                yield LimitReached(where=where, limit="overlaps of an archive", bound=OVERLAPS, unit="facts")
                return
            where = reading.artifact.at(start, shared)
            yield HiddenBytes(where=where, format="zip", place="overlap", kind="data", size=shared)
        reached = max(reached, end)


def recover(reading: Reading) -> Iterator[Fact | Artifact]:
    """Read an archive without a directory: every local header that can be found."""
    yield from _sweep(reading, 0, reading.artifact.size, "between", listed=False)


def _comment(reading: Reading, directory: Directory) -> Iterator[Fact | Artifact]:
    """Yield a comment that is no text."""
    size = directory.end.stop - directory.end.at - 22
    if size <= 0:
        return
    start = directory.end.stop - size
    kind = kind_of(read_at(reading.stream, start, min(size, HEAD_NBYTES)))
    if kind not in ("text", "zero"):
        yield from _hidden(reading, start, size, "comment", kind)


def _gap(reading: Reading, start: int, end: int, last: Entry | None, place: str) -> Iterator[Fact | Artifact]:
    """Read a gap, less the data descriptor of the member before it."""
    if last is not None:
        start += _descriptor(read_at(reading.stream, start, 24), last)
    if start < end:
        yield from _sweep(reading, start, end, place, listed=True)


def _descriptor(content: bytes, entry: Entry) -> int:
    """Return the length of a member's data descriptor, signed or not, with sizes of 4 or 8 bytes; 0 where none is.

    APPNOTE 6.3.10 §4.3.9. An unsigned one counts only where the flags announce it.
    """
    crc = entry.crc.to_bytes(4, "little")
    if content[:8] == b"PK\x07\x08" + crc:
        return 8 + _sizes(content[8:], entry)
    return 4 + _sizes(content[4:], entry) if entry.flags & DESCRIPTOR and content[:4] == crc else 0


def _sizes(content: bytes, entry: Entry) -> int:
    wide = entry.packed.to_bytes(8, "little") + entry.size.to_bytes(8, "little")
    return 16 if content[:16] == wide else 8


def _sweep(reading: Reading, start: int, end: int, place: str, *, listed: bool) -> Iterator[Fact | Artifact]:
    """Read every local header in `[start, end)` that holds a member, and state the bytes around them."""
    position = looked = start
    while (at := _find(reading, looked, end)) >= 0:
        header = local(reading.stream, at, 256)
        if header is None or not _plausible(header, end):
            looked = at + 4
            continue
        if position < at:
            yield from _loose(reading, position, at, place)
        stop, header = _bounded(reading, header, end)
        if listed:
            kind = kind_of(read_at(reading.stream, header.start, min(stop - header.start, HEAD_NBYTES)))
            where = reading.artifact.at(at, stop - at)
            yield HiddenBytes(where=where, format="zip", place="unlisted-member", kind=kind, size=stop - at)
        name = text(header.name, header.flags)
        yield from member(reading, header, header.start, (name,))
        position = looked = stop + _descriptor(read_at(reading.stream, stop, 24), header)
    if position < end:
        yield from _loose(reading, position, end, place if listed else "after")


def _find(reading: Reading, start: int, end: int) -> int:
    """Find the next local header signature; memory stays at one chunk."""
    while start < end:
        chunk = read_at(reading.stream, start, min(CHUNK_NBYTES, end - start))
        at = chunk.find(b"PK\x03\x04")
        if at >= 0:
            return start + at
        if len(chunk) < CHUNK_NBYTES:
            return -1
        start += len(chunk) - 3
    return -1


def _plausible(header: Entry, end: int) -> bool:
    return bool(header.name) and header.start <= end and min(header.name) >= 0x20 and header.method < 100  # noqa: PLR2004


def _bounded(reading: Reading, header: Entry, end: int) -> tuple[int, Entry]:
    """Find where the data of an unlisted member ends, by its header or, where that leaves it open, by the data."""
    if header.packed or not header.flags & DESCRIPTOR:
        return min(header.start + header.packed, end), header
    codec = codecs().get(header.method)
    if codec is not None:
        room = Room.of(reading.limits, reading.artifact.depth)
        room.memory = 0
        found = unpack(window(reading.artifact.open, header.start, end - header.start), codec, room)
        packed = found.end or end - header.start
        return header.start + packed, replace(header, packed=packed, size=found.size, crc=found.crc)
    following = _find(reading, header.start, end)
    packed = (following if following >= 0 else end) - header.start
    return header.start + packed, replace(header, packed=packed, size=packed)


def _loose(reading: Reading, start: int, end: int, place: str) -> Iterator[Fact | Artifact]:
    """State bytes of no record and yield them, less the zeros in front: padding."""
    start = first_byte(reading.stream, start, end)
    if start < end:
        kind = kind_of(read_at(reading.stream, start, min(HEAD_NBYTES, end - start)))
        yield from _hidden(reading, start, end - start, place, kind)


def _hidden(reading: Reading, start: int, size: int, place: str, kind: str) -> Iterator[Fact | Artifact]:
    artifact = reading.artifact
    yield HiddenBytes(where=artifact.at(start, size), format="zip", place=place, kind=kind, size=size)
    opener = window(artifact.open, start, size)
    yield Artifact(path=reading.naming.path(f"{place}@{start}"), size=size, open=opener, depth=artifact.depth + 1)
