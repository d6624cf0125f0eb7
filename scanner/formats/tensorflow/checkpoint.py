"""The index of a checkpoint: a sorted table of BundleEntryProto (tensor_bundle.proto, table/format.h)."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO, NamedTuple

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.graph import ExternalData
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.facts.tensorflow import TensorflowCheckpoint
from scanner.formats.tensorflow.table import CHECKED_NBYTES, Table
from scanner.limits import Limits
from scanner.protobuf import BYTES, VARINT, Wire
from scanner.streams import read_at
from scanner.tensors import Span, bounded, collisions, digest, product

ENTRIES = 1_000_000
NAME_CHARACTERS = 300
SHARDS = 10_000
_STRING = 7

_NBYTES = {
    1: ("float32", 4), 2: ("float64", 8), 3: ("int32", 4), 4: ("uint8", 1), 5: ("int16", 2), 6: ("int8", 1),
    8: ("complex64", 8), 9: ("int64", 8), 10: ("bool", 1), 11: ("qint8", 1), 12: ("quint8", 1), 13: ("qint32", 4),
    14: ("bfloat16", 2), 15: ("qint16", 2), 16: ("quint16", 2), 17: ("uint16", 2), 18: ("complex128", 16),
    19: ("float16", 2), 22: ("uint32", 4), 23: ("uint64", 8),
}  # fmt: skip
"""Names and bytes of the types whose elements have a fixed size (types.proto)."""


class Entry(NamedTuple):
    """One tensor of the index. `dtype` by number; sizes in bytes; `slices`: it is stored in parts."""

    name: str
    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    slices: int


def index(artifact: Artifact, stream: BinaryIO, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of an index. Raises `MalformedError`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    table = Table(read_at(stream, 0, artifact.size))
    shards = 0
    entries: list[Entry] = []
    for key, value in table.pairs():
        if len(entries) >= ENTRIES:
            yield LimitReached(where=artifact.at(), limit="entries", bound=ENTRIES, unit="entries")
            break
        if key:
            entries.append(_entry(key.decode("utf-8", "backslashreplace"), value))
        else:
            shards = _shards(value)
    yield from _sums(artifact, table)
    yield TensorflowCheckpoint(
        where=artifact.at(),
        shards=bounded(shards),
        tensors=len(entries),
        slices=sum(one.slices for one in entries),
        texts=sum(one.dtype == _STRING for one in entries),
    )
    yield _table(artifact, entries)
    for one in entries:
        yield from _misfit(artifact, one, shards)
    yield from _data(artifact, entries, shards)


def _sums(artifact: Artifact, table: Table) -> Iterator[Fact]:
    for offset in table.broken[:1]:
        reason = f"{len(table.broken)} blocks with a wrong checksum"
        yield Malformed(where=artifact.at(offset), format="tensorflow", reason=reason)
    if not table.checked:
        yield LimitReached(where=artifact.at(), limit="checksums", bound=CHECKED_NBYTES, unit="bytes")


def _data(artifact: Artifact, entries: list[Entry], shards: int) -> Iterator[Fact]:
    """State the data files beside the index, how far their tensors reach, and tensors that share bytes."""
    stem, _, suffix = artifact.path.replace("!", "/").rpartition("/")[2].rpartition(".")
    if shards > SHARDS:
        yield LimitReached(where=artifact.at(), limit="shards", bound=SHARDS, unit="files")
    held: dict[int, list[Entry]] = {number: [] for number in range(min(shards, SHARDS))}
    for one in entries:
        if one.shard in held:
            held[one.shard].append(one)
    for number, inside in held.items():
        spans = sorted(Span(one.offset, one.offset + one.size, one.name) for one in inside if one.size)
        for fact in collisions(spans, 0, 1 << 64, "tensorflow", artifact):
            yield replace(fact, where=artifact.at(), tensor=fact.tensor[:NAME_CHARACTERS])
        if suffix == "index":
            yield ExternalData(
                where=artifact.at(),
                format="tensorflow",
                tensor=inside[0].name[:NAME_CHARACTERS] if inside else "",
                tensors=len(inside),
                location=f"{stem}.data-{number:05}-of-{shards:05}",
                how="",
                end=bounded(max((one.offset + one.size for one in inside), default=0)),
                keys=(),
            )


def entries(raw: bytes) -> Iterator[Entry]:
    """Yield the tensors of an index. Raises `MalformedError`."""
    for key, value in Table(raw).pairs():
        if key:
            yield _entry(key.decode("utf-8", "backslashreplace"), value)


def type_of(number: int) -> tuple[str, int]:
    """Name a type, and the bytes of an element: 0 where they have no fixed size."""
    return _NBYTES.get(number, ("string" if number == _STRING else str(number), 0))


def _shards(header: bytes) -> int:
    """Read BundleHeaderProto: num_shards 1."""
    wire = Wire(BytesIO(header), len(header))
    return next((one.value for one in wire.fields(0, len(header)) if one.number == 1), 0)


def _table(artifact: Artifact, entries: list[Entry]) -> TensorTable:
    return TensorTable(
        where=artifact.at(),
        format="tensorflow",
        tensors=len(entries),
        parameters=bounded(sum(product(one.shape) for one in entries)),
        nbytes=bounded(sum(one.size for one in entries)),
        dtypes=tuple(sorted({_NBYTES.get(one.dtype, (str(one.dtype), 0))[0] for one in entries}))[:20],
        names=digest(one.name for one in entries),
    )


def _misfit(artifact: Artifact, one: Entry, shards: int) -> Iterator[TensorMismatch]:
    width = _NBYTES.get(one.dtype, ("", 0))[1]
    needed = bounded(product(one.shape) * width)
    if width and not one.slices and needed != one.size:
        yield _mismatch(artifact, one, "size", needed, one.size)
    if one.shard >= max(1, shards):
        yield _mismatch(artifact, one, "outside", shards, one.shard)


def _mismatch(artifact: Artifact, one: Entry, how: str, expected: int, found: int) -> TensorMismatch:
    return TensorMismatch(
        where=artifact.at(),
        format="tensorflow",
        tensor=one.name[:NAME_CHARACTERS],
        how=how,
        expected=bounded(expected),
        found=bounded(found),
    )


def _entry(name: str, value: bytes) -> Entry:
    wire = Wire(BytesIO(value), len(value))
    numbers = {1: 0, 3: 0, 4: 0, 5: 0}
    shape: tuple[int, ...] = ()
    slices = 0
    for one in wire.fields(0, len(value)):
        if one.wire == VARINT and one.number in numbers:
            numbers[one.number] = one.value
        elif one.number == 2 and one.wire == BYTES:  # noqa: PLR2004 - shape
            shape = tuple(
                next((size.value for size in wire.fields(dim.start, dim.end) if size.number == 1), 0)
                for dim in wire.fields(one.start, one.end)
                if dim.number == 2 and dim.wire == BYTES  # noqa: PLR2004 - dim
            )
        slices += one.number == 7  # noqa: PLR2004 - slices
    return Entry(name, numbers[1], shape, numbers[3], numbers[4], numbers[5], slices)
