"""One zip from end to end: its directories, its members, and whatever lies outside both."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.archive import ArchiveDisagreement, MemberEscapes
from scanner.formats.zip import layout
from scanner.formats.zip.compare import disagreements, views
from scanner.formats.zip.content import Reading, member
from scanner.formats.zip.directory import Directory, directories
from scanner.formats.zip.records import Entry, local, text
from scanner.limits import Limits
from scanner.members import Name, clashes

MOST = 1000
"""Facts of one kind kept for one archive: the first thousand say it all, and leave room for other facts."""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield facts and members: those of the first directory, of further ones, and those that no directory lists."""
    with artifact.open() as stream:
        reading = Reading.of(artifact, stream, limits)
        found = directories(stream, artifact.size, limits.header_nbytes, limits.members)
        if not found:
            yield Malformed(where=artifact.at(), format="zip", reason="no directory: no end record points to one")
            yield from layout.recover(reading)
            return
        first = found[0]
        yield from _end(artifact, first)
        for entry in first.entries:
            yield from _member(reading, entry)
        names = (Name(text(e.name, e.flags), e.at, e.name.endswith(b"/"), e.crc << 40 | e.size) for e in first.entries)
        yield from at_most(artifact, "clashes", clashes(artifact, "zip", names))
        yield from _links(reading, first)
        for other in found[1:]:
            yield from _other(reading, first, other)
        yield from layout.read(reading, found)


def at_most(artifact: Artifact, what: str, facts: Iterator[Fact]) -> Iterator[Fact]:
    """Yield the first `MOST` facts, and `LimitReached` where there are more."""
    for count, fact in enumerate(facts):
        if count == MOST:
            yield LimitReached(where=artifact.at(), limit=f"{what} of an archive", bound=MOST, unit="facts")
            return
        yield fact


def _end(artifact: Artifact, found: Directory) -> Iterator[Fact]:
    """Compare the end record with the directory it belongs to."""
    end, count = found.end, len(found.entries)
    if found.cut:
        yield LimitReached(where=artifact.at(found.at), limit="directory", bound=count, unit="members")
    elif (end.count ^ count) & 0xFFFF:  # writers without zip64 count modulo 65536
        yield ArchiveDisagreement(
            where=artifact.at(end.at), format="zip", member="", field="count", first=str(count), second=str(end.count)
        )
    if end.start + found.base != found.at or end.size != end.tail - found.at:
        yield ArchiveDisagreement(
            where=artifact.at(end.at),
            format="zip",
            member="",
            field="offset",
            first=f"directory of {found.stop - found.at} bytes at {found.at}",
            second=f"{end.size} bytes at {end.start}",
        )


def _member(reading: Reading, entry: Entry) -> Iterator[Fact | Artifact]:
    """Read a member as its directory entry and as its local header tell it."""
    header = local(reading.stream, entry.offset, len(entry.name) + 80) if entry.offset >= 0 else None
    if header is None:
        reason = f"no local header where the directory has member {text(entry.name, entry.flags)[:80]!r}"
        yield Malformed(where=reading.artifact.at(entry.at), format="zip", reason=reason)
        return
    end = min(header.start + entry.packed, reading.artifact.size)
    reading.spans.append((header.at, end, entry))
    if reading.told < MOST:
        for fact in disagreements(reading.artifact, entry, header):
            reading.told += 1
            yield fact
    elif reading.told == MOST:
        reading.told += 1
        yield LimitReached(where=reading.artifact.at(), limit="disagreements of an archive", bound=MOST, unit="facts")
    for view, names in views(entry, header):
        yield from member(reading, view, header.start, names)


def _links(reading: Reading, found: Directory) -> Iterator[Fact]:
    """State which links lead out, and which members are written through one that does."""
    if not reading.links:
        return
    for entry in found.entries:
        name = text(entry.name, entry.flags)
        target = reading.targets.get(entry.at)
        out = reading.links.escape(name)
        if target is not None and reading.links.leads_out(name, target):
            how, shown = "link", target
        elif out is not None:
            how, shown = "through-link", out
        else:
            continue
        yield MemberEscapes(
            where=reading.artifact.at(entry.at), format="zip", member=name[:300], target=shown[:300], how=how
        )


def _other(reading: Reading, first: Directory, other: Directory) -> Iterator[Fact | Artifact]:
    """Read what a further directory lists differently, unless it is that of an archive stored as a member."""
    if layout.inside(reading.spans, other.at):
        return
    known = {(entry.name, entry.offset) for entry in first.entries}
    more = [entry for entry in other.entries if (entry.name, entry.offset) not in known]
    if not more and len(other.entries) == len(first.entries):
        return
    yield ArchiveDisagreement(
        where=reading.artifact.at(other.at),
        format="zip",
        member="",
        field="directory",
        first=f"{len(first.entries)} members at {first.at}",
        second=f"{len(other.entries)} members at {other.at}",
    )
    for entry in more:
        yield from _member(reading, entry)
