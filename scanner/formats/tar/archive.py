"""One tar from its first header to what lies behind its end mark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.compressed import trailing
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.archive import ArchiveDisagreement, ArchiveMember, Expansion, MemberEscapes
from scanner.format import MalformedError
from scanner.formats.tar import BLOCK_NBYTES, checked
from scanner.formats.tar.header import EXTENSION_NBYTES, Header, Pending, parse, pax
from scanner.limits import Limits
from scanner.links import Links
from scanner.members import Name, Naming, clashes, escapes
from scanner.streams import mosaic, read_at, window
from scanner.text import printable

MOST = 1000
OCTAL_NBYTES = 8 << 30
"""Sizes from here on do not fit the 11 octal digits of a header, so that a PAX record has to carry them."""

_WHITEOUT = ".wh."
"""How a name starts that removes a file of the layers below. OCI image-spec, layer.md."""


@dataclass(slots=True)
class Reading:
    """What reading one archive carries along. `end`: where the last header or member ended."""

    artifact: Artifact
    stream: BinaryIO
    limits: Limits
    naming: Naming
    headers: list[Header] = field(default_factory=list)
    end: int = 0


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield facts and members in the order of the archive."""
    with artifact.open() as stream:
        reading = Reading(artifact, stream, limits, Naming(artifact.path))
        for item in _headers(reading):
            if isinstance(item, Header):
                reading.headers.append(item)
                yield from _member(reading, item)
            else:
                yield item
    names = (Name(h.name, h.at, h.kind == "folder", h.at) for h in reading.headers if h.kind != "label")
    for count, fact in enumerate(clashes(artifact, "tar", names)):
        if count == MOST:
            yield LimitReached(where=artifact.at(), limit="clashes of an archive", bound=MOST, unit="facts")
            break
        yield fact
    yield from _links(reading)
    if reading.end < artifact.size:
        yield from trailing(artifact, reading.end, "tar", reading.naming, block=BLOCK_NBYTES)


def _headers(reading: Reading) -> Iterator[Header | Fact]:
    """Walk the headers up to the end mark; after a broken one go on at the next that is whole, as GNU tar does."""
    at, whole = 0, True
    pending, shared = Pending(), dict[str, str]()
    size = reading.artifact.size
    while at < size:
        block = read_at(reading.stream, at, BLOCK_NBYTES)
        if not block.strip(b"\0"):
            reading.end = at
            return
        if len(block) < BLOCK_NBYTES or not checked(block):
            if whole:
                yield Malformed(where=reading.artifact.at(at), format="tar", reason="a header with a wrong checksum")
            at, whole = at + BLOCK_NBYTES, False
            continue
        whole = True
        try:
            header = parse(reading.stream, at, block, pending, shared)
            following = _extend(reading, header, block[156:157], pending, shared)
        except MalformedError as error:
            yield Malformed(where=reading.artifact.at(at), format="tar", reason=error.reason)
            at += BLOCK_NBYTES
            continue
        if following is None:
            yield header
            pending, following = Pending(), header.next
        at = following
    reading.end = size


def _extend(reading: Reading, header: Header, kind: bytes, pending: Pending, shared: dict[str, str]) -> int | None:
    """Take in a header that speaks of the next one; return where that lies, None for a member's own header."""
    if kind not in (b"x", b"g", b"X", b"L", b"K"):
        return None
    if header.packed > EXTENSION_NBYTES:
        message = f"an extension header of {header.packed} bytes"
        raise MalformedError(message, offset=header.at)
    content = read_at(reading.stream, header.start, header.packed)
    if kind == b"L":
        pending.name = content.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    elif kind == b"K":
        pending.target = content.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    elif kind == b"g":
        shared.update(pax(content))
    else:
        pending.records.update(pax(content))
    return header.next


def _member(reading: Reading, header: Header) -> Iterator[Fact | Artifact]:
    artifact = reading.artifact
    remaining = max(0, artifact.size - header.start)
    yield from escapes(artifact, "tar", header.name, header.at)
    if header.plain_size != header.packed and header.packed < OCTAL_NBYTES and not header.sparse:
        # CVE-2025-62518: of two sizes one reader takes the other and finds headers inside a member.
        yield ArchiveDisagreement(
            where=artifact.at(header.at),
            format="tar",
            member=printable(header.name),
            field="size",
            first=str(header.plain_size),
            second=str(header.packed),
        )
    if header.packed > remaining:
        reason = f"member {printable(header.name)}: {header.packed} bytes, {remaining} remain"
        yield Malformed(where=artifact.at(header.start), format="tar", reason=reason)
    if header.kind == "continued":
        yield LimitReached(where=artifact.at(header.at), limit="volumes", bound=1, unit="volumes")
    if header.kind not in ("file", "folder", "continued", "label"):
        yield ArchiveMember(
            where=artifact.at(header.at),
            format="tar",
            member=header.name[:300],
            kind=header.kind,
            target=header.target[:300],
        )
    if header.name.rpartition("/")[2].startswith(_WHITEOUT) and header.kind == "file":
        yield ArchiveMember(
            where=artifact.at(header.at), format="tar", member=header.name[:300], kind="whiteout", target=""
        )
    if header.packed or header.kind in ("file", "continued"):
        yield from _content(reading, header, min(header.packed, remaining))


def _content(reading: Reading, header: Header, packed: int) -> Iterator[Fact | Artifact]:
    artifact = reading.artifact
    size, opener = packed, window(artifact.open, header.start, packed)
    if header.sparse and header.size <= reading.limits.expanded_nbytes:
        size, opener = header.size, mosaic(artifact.open, header.pieces, header.size)
    elif header.sparse:
        yield Expansion(
            where=artifact.at(header.start, packed),
            format="tar",
            member=printable(header.name),
            packed=packed,
            size=header.size,
            bound="expanded",
        )
        yield LimitReached(
            where=artifact.at(header.start), limit="expansion", bound=reading.limits.expanded_nbytes, unit="bytes"
        )
    yield Artifact(path=reading.naming.path(header.name), size=size, open=opener, depth=artifact.depth + 1)


def _links(reading: Reading) -> Iterator[Fact]:
    """State the links that lead out, and the members written through one (CVE-2025-12060 and its relatives).

    A symbolic link counts from its own folder, a hard link from the archive's top.
    """
    links = Links()
    for header in reading.headers:
        if header.kind == "symlink":
            links.add(header.name, header.target)
    for header in reading.headers:
        start = {"symlink": header.name, "hardlink": ""}.get(header.kind)
        if start is not None and links.leads_out(start, header.target):
            how, target = "link", header.target
        elif links and (out := links.escape(header.name)) is not None:
            how, target = "through-link", out
        else:
            continue
        where = reading.artifact.at(header.at)
        yield MemberEscapes(where=where, format="tar", member=header.name[:300], target=target[:300], how=how)
