"""The bytes of one zip member: in place where stored, unpacked within bounds where compressed."""

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO

from scanner import codec
from scanner.artifact import Artifact
from scanner.facts import Encrypted, Fact, LibraryMissing, LimitReached, Malformed
from scanner.facts.archive import ArchiveDisagreement, ArchiveMember, Expansion, HiddenBytes
from scanner.formats.zip.records import ENCRYPTED, METHODS, Entry, local
from scanner.limits import Limits
from scanner.links import Links
from scanner.magic import kind_of
from scanner.members import Naming, escapes
from scanner.streams import Opener, held, read_at, window
from scanner.text import printable
from scanner.unpack import SMALL_NBYTES, Room, Unpacked, inflate, stop_bound, unpack

CHECKED_NBYTES = 1 << 20
"""Stored members up to this size are read and their checksum compared; larger ones, storages mostly, stay in place."""

UNIX = (3, 19)
"""Systems whose file mode fills the upper half of the external attributes: Unix and macOS."""

KINDS = {
    stat.S_IFLNK: "symlink", stat.S_IFCHR: "device", stat.S_IFBLK: "device",
    stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket",
}  # fmt: skip

TARGET_NBYTES = 4096


@dataclass(slots=True, eq=False, repr=False)
class Reading:
    """What reading one archive carries along. `spans`: (start, end, entry) of every member met, in bytes."""

    artifact: Artifact
    stream: BinaryIO
    limits: Limits
    room: Room
    naming: Naming
    spans: list[tuple[int, int, Entry]] = field(default_factory=list)
    links: Links = field(default_factory=Links)
    targets: dict[int, str] = field(default_factory=dict)
    told: int = 0

    @classmethod
    def of(cls, artifact: Artifact, stream: BinaryIO, limits: Limits) -> "Reading":
        """Start a reading."""
        return cls(artifact, stream, limits, Room.of(limits, artifact.depth), Naming(artifact.path))


@cache
def codecs() -> dict[int, codec.Codec | None]:
    """Map the methods that can be undone; None where a library is missing."""
    zstd = codec.zstd()
    return {8: codec.DEFLATE, 12: codec.BZIP2, 14: codec.ZIP_LZMA, 95: codec.XZ, 20: zstd, 93: zstd}


def member(reading: Reading, entry: Entry, start: int, names: tuple[str, ...]) -> Iterator[Fact | Artifact]:
    """Yield the facts of one member and one artifact a name. `entry` says how to read the data at `start`."""
    artifact, cut = reading.artifact, False
    packed = min(entry.packed, artifact.size - start)
    if packed < entry.packed:
        yield _malformed(reading, entry, start, names[0], f"{entry.packed} bytes, {packed} remain")
    for name in names:
        yield from escapes(artifact, "zip", name, entry.at)
    if entry.method == 0:
        opener, size, crc = _stored(reading, entry, start, packed)
        yield from _settled(reading, entry, start, names[0], size, crc)
    elif codecs().get(entry.method) is None:
        yield from _unknown(reading, entry, start)
        opener, size = window(artifact.open, start, packed), packed
    else:
        found = _unpack(reading, entry, start, packed)
        yield from _unpacked(reading, entry, start, names[0], found)
        opener, size, cut = found.open, found.size, bool(found.stopped)
        if found.broken and not size and packed:
            opener, size = window(artifact.open, start, packed), packed
    yield from _special(reading, entry, names[0], opener)
    for name in names:
        if size or name[-1:] not in ("/", "\\"):
            path = reading.naming.path(name)
            yield Artifact(path=path, size=size, open=opener, depth=artifact.depth + 1, cut=cut)


def _stored(reading: Reading, entry: Entry, start: int, packed: int) -> tuple[Opener, int, int | None]:
    if packed <= CHECKED_NBYTES:
        content = read_at(reading.stream, start, packed)
        return held(content), len(content), zlib.crc32(content)
    crc = None
    if entry.flags & ENCRYPTED:
        crc = 0
        for position in range(start, start + packed, CHECKED_NBYTES):
            crc = zlib.crc32(read_at(reading.stream, position, min(CHECKED_NBYTES, start + packed - position)), crc)
    return window(reading.artifact.open, start, packed), packed, crc


def _unpack(reading: Reading, entry: Entry, start: int, packed: int) -> Unpacked:
    codec_ = codecs()[entry.method] or codec.DEFLATE
    small = codec_ is codec.DEFLATE and packed <= SMALL_NBYTES
    found = inflate(read_at(reading.stream, start, packed), reading.room) if small else None
    if found is not None:
        return found
    promised = reading.room.promise(entry.size, packed)
    return unpack(window(reading.artifact.open, start, packed), codec_, reading.room, promised)


def glimpse(stream: BinaryIO, entry: Entry, bound: int) -> bytes:
    """Return up to `bound` bytes of a member, for readers that know what they look for; empty where it is broken."""
    header = local(stream, entry.offset, len(entry.name) + 80) if entry.offset >= 0 else None
    if header is None:
        return b""
    content = read_at(stream, header.start, min(entry.packed, bound))
    if entry.method == 0:
        return content
    codec_ = codecs().get(entry.method)
    if codec_ is None:
        return b""
    decoder = codec_.new()
    try:
        return decoder.decompress(content, bound)
    except codec_.errors:
        return b""


def _settled(  # noqa: PLR0913, PLR0917 - what was promised and what was found
    reading: Reading, entry: Entry, start: int, name: str, size: int, crc: int | None
) -> Iterator[Fact]:
    """Compare what was read with what the entry promised: encryption, size, checksum."""
    plain = crc == entry.crc and size == entry.size
    if entry.flags & ENCRYPTED:
        yield from _encryption(reading, entry, start, name, plain=plain)
        if not plain:
            return
    where = reading.artifact.at(start, entry.packed)
    if size != entry.size:
        yield ArchiveDisagreement(
            where=where, format="zip", member=printable(name), field="size", first=str(size), second=str(entry.size)
        )
    elif crc is not None and crc != entry.crc:
        yield ArchiveDisagreement(
            where=where,
            format="zip",
            member=printable(name),
            field="checksum",
            first=f"{crc:08x}",
            second=f"{entry.crc:08x}",
        )


def _encryption(reading: Reading, entry: Entry, start: int, name: str, *, plain: bool) -> Iterator[Fact]:
    """State real encryption, or a flag that stops strict readers alone (CVE-2025-1945)."""
    where = reading.artifact.at(start, entry.packed)
    if plain:
        yield ArchiveDisagreement(
            where=where,
            format="zip",
            member=printable(name),
            field="encryption",
            first="plain data",
            second="marked as encrypted",
        )
    else:
        yield Encrypted(where=where, method="aes" if METHODS.get(entry.method) == "aes" else "zip")


def _unknown(reading: Reading, entry: Entry, start: int) -> Iterator[Fact]:
    method = METHODS.get(entry.method, str(entry.method))
    where = reading.artifact.at(start, entry.packed)
    if method == "aes" or entry.flags & ENCRYPTED:
        yield Encrypted(where=where, method=method)
    else:
        library = "backports.zstd" if method == "zstd" else ""
        yield LibraryMissing(where=where, format=f"zip method {method}", library=library, extra="")


def _unpacked(reading: Reading, entry: Entry, start: int, name: str, found: Unpacked) -> Iterator[Fact | Artifact]:
    """State how unpacking ended; yield what lies behind the compressed stream but inside the member."""
    artifact = reading.artifact
    where = artifact.at(start, entry.packed)
    if found.stopped:
        yield Expansion(
            where=where,
            format="zip",
            member=printable(name),
            packed=entry.packed,
            size=found.size,
            bound=found.stopped,
        )
        limit, bound, unit = stop_bound(found.stopped, reading.limits)
        yield LimitReached(where=where, limit=limit, bound=bound, unit=unit)
        return
    if found.broken and not entry.flags & ENCRYPTED:
        yield _malformed(reading, entry, start, name, found.broken)
        return
    yield from _settled(reading, entry, start, name, found.size, None if found.broken else found.crc)
    rest = min(entry.packed, artifact.size - start) - found.end
    if rest > 0 and not found.broken:
        head = read_at(reading.stream, start + found.end, min(rest, 8192))
        place = artifact.at(start + found.end, rest)
        yield HiddenBytes(where=place, format="zip", place="inside-member", kind=kind_of(head), size=rest)
        opener = window(artifact.open, start + found.end, rest)
        yield Artifact(path=reading.naming.path(f"{name}@{found.end}"), size=rest, open=opener)


def _malformed(reading: Reading, entry: Entry, start: int, name: str, reason: str) -> Malformed:
    where = reading.artifact.at(start, entry.packed)
    return Malformed(where=where, format="zip", reason=f"member {printable(name)}: {reason}")


def _special(reading: Reading, entry: Entry, name: str, opener: Opener) -> Iterator[Fact]:
    """State members that are links, devices or pipes on the system they come from."""
    kind = KINDS.get(stat.S_IFMT(entry.attributes >> 16)) if entry.system in UNIX and entry.attributes >> 16 else None
    if kind is None:
        return
    target = ""
    if kind == "symlink":
        with opener() as stream:
            target = stream.read(TARGET_NBYTES).decode("utf-8", "replace")
        reading.links.add(name, target)
        reading.targets[entry.at] = target
    yield ArchiveMember(
        where=reading.artifact.at(entry.at), format="zip", member=name[:300], kind=kind, target=target[:300]
    )
