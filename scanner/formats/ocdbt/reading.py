"""From a manifest or data file of OCDBT to facts: its records one after another, wherever they lie in the file."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from scanner import codec
from scanner.artifact import Artifact
from scanner.chunks import RECORD_HEADER_NBYTES, RECORDS, record_nbytes
from scanner.crc32c import crc32c
from scanner.facts import Fact, LibraryMissing, LimitReached, Malformed
from scanner.facts.graph import ExternalData
from scanner.facts.store import StoreRecord
from scanner.format import MalformedError
from scanner.formats.ocdbt.records import Record, parse
from scanner.inside import kind_inside
from scanner.limits import Limits
from scanner.magic import kind_of
from scanner.members import Naming, leads
from scanner.streams import held, read_at
from scanner.tensors import hidden

NODE_NBYTES = 16 << 20
"""Largest record that is read, packed or unpacked. TensorStore's own bound is 8 MiB unless told otherwise."""

CHECKED_NBYTES = 16 << 20
"""Bytes of all records of one file together whose checksum is computed."""

CHUNK_NBYTES = 1 << 20
PATH_CHARACTERS = 300
NAMES = 1000

_METADATA = (b".zarray", b"zarr.json", b".zattrs", b".zgroup", b".zmetadata", b"info")
_PICKLE = b'"pickle"'
_PACKED = ("zstd", "gzip", "bzip2", "lz4", "xz")
_SEEN = 1 << 62


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of every record of a file; see `Format.read`."""
    naming = Naming(artifact.path)
    with artifact.open() as stream:
        head = read_at(stream, 0, RECORD_HEADER_NBYTES)
        if not record_nbytes(head, _SEEN):
            if kind_of(head) in _PACKED:
                return  # The reader of the compression hands on what follows it.
            yield from _search(artifact, stream, 0, limits, naming)
            return
        length = record_nbytes(head, artifact.size)
        if not length:
            message = "a record ends behind the end of the file"
            raise MalformedError(message, 0)
        yield from _record(artifact, stream, (0, length), limits, naming)
        if length == artifact.size:
            return
        if RECORDS[head[:4]] == "manifest":
            yield from hidden(artifact, stream, (length, artifact.size), "ocdbt", "after")
        else:
            yield from _search(artifact, stream, length, limits, naming)


def _search(
    artifact: Artifact, stream: BinaryIO, start: int, limits: Limits, naming: Naming
) -> Iterator[Fact | Artifact]:
    """Find records behind values, which are as long as only the tree knows: each must have its checksum right."""
    checked, at = 0, start
    while at < artifact.size:
        chunk = read_at(stream, at, CHUNK_NBYTES + RECORD_HEADER_NBYTES)
        if not chunk:
            return
        found = _first(chunk, artifact.size - at)
        if found < 0:
            at += CHUNK_NBYTES
            continue
        at += found
        length = record_nbytes(chunk[found : found + RECORD_HEADER_NBYTES], artifact.size - at)
        checked += min(length, NODE_NBYTES)
        if checked > CHECKED_NBYTES:
            yield LimitReached(where=artifact.at(at), limit="records", bound=CHECKED_NBYTES, unit="bytes")
            return
        if length > NODE_NBYTES or _sound(read_at(stream, at, length)):
            yield from _record(artifact, stream, (at, length), limits, naming)
            at += length
        else:
            at += 1


def _first(chunk: bytes, room: int) -> int:
    """Find the first place that looks like a record's header; -1 where none does."""
    at = chunk.find(b"\x0c\xdb")
    while 0 <= at < CHUNK_NBYTES:
        if record_nbytes(chunk[at : at + RECORD_HEADER_NBYTES], room - at):
            return at
        at = chunk.find(b"\x0c\xdb", at + 1)
    return -1


def _sound(raw: bytes) -> bool:
    return crc32c(raw[:-4]).to_bytes(4, "little") == raw[-4:]


def _record(
    artifact: Artifact, stream: BinaryIO, place: tuple[int, int], limits: Limits, naming: Naming
) -> Iterator[Fact | Artifact]:
    at, length = place
    if length > NODE_NBYTES:
        yield LimitReached(where=artifact.at(at, length), limit="record", bound=NODE_NBYTES, unit="bytes")
        return
    raw = read_at(stream, at, length)
    if not _sound(raw):
        yield Malformed(where=artifact.at(at, length), format="ocdbt", reason="a record with a wrong checksum")
    body = raw[RECORD_HEADER_NBYTES:-4]
    if raw[13]:
        zstd = codec.zstd()
        if zstd is None:
            yield LibraryMissing(where=artifact.at(at), format="ocdbt", library="backports.zstd", extra="")
            return
        decoder = zstd.new()
        bound = min(NODE_NBYTES, limits.header_nbytes)
        try:
            body = decoder.decompress(body, bound)
        except zstd.errors as error:
            message = "a record that does not decompress"
            raise MalformedError(message, at) from error
        if not decoder.eof and len(body) >= bound:
            yield LimitReached(where=artifact.at(at, length), limit="record", bound=bound, unit="bytes")
            return
    kind = RECORDS[raw[:4]]
    try:
        record = parse(kind, body)
    except MalformedError as error:
        raise MalformedError(error.reason, at) from error
    yield StoreRecord(where=artifact.at(at, length), kind=kind, entries=record.entries, files=len(record.files))
    yield from _files(artifact, at, kind, record)
    yield from _values(artifact, record, naming)


def _files(artifact: Artifact, at: int, kind: str, record: Record) -> Iterator[Fact]:
    """State the data files. Those of a manifest lie beside it; of a tree's only what leads out is told."""
    ends: Counter[int] = Counter()
    uses: Counter[int] = Counter()
    for slot in record.slots:
        uses[slot.file] += 1
        if slot.end < _SEEN:
            ends[slot.file] = max(ends[slot.file], slot.end)
    told = 0
    for number, name in enumerate(record.files):
        location = name.decode("utf-8", "backslashreplace")
        how = "url" if "://" in location[:32] else leads(location)
        if not how and kind != "manifest":
            continue
        told += 1
        if told > NAMES:
            yield LimitReached(where=artifact.at(at), limit="files", bound=NAMES, unit="names")
            return
        yield ExternalData(
            where=artifact.at(at),
            format="ocdbt",
            tensor="",
            tensors=uses[number],
            location=location[:PATH_CHARACTERS],
            how=how,
            end=ends[number],
            keys=(),
        )


def _values(artifact: Artifact, record: Record, naming: Naming) -> Iterator[Artifact]:
    """Hand on metadata and what is loadable; chunks too where an array of the record says that they are pickles."""
    pickled = any(key.endswith(_METADATA) and _PICKLE in value for key, value in record.values)
    for key, value in record.values:
        if value and (pickled or key.endswith(_METADATA) or kind_inside(value[:512])):
            path = naming.path(key.decode("utf-8", "backslashreplace"))
            yield Artifact(path=path, size=len(value), open=held(value), depth=artifact.depth + 1)
