"""The index of a checkpoint: a sorted table of BundleEntryProto (tensor_bundle.proto, table/format.h)."""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.facts.tensorflow import TensorflowCheckpoint
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.protobuf import BYTES, VARINT, Wire
from scanner.streams import read_at
from scanner.tensors import bounded, digest, product

FOOTER_NBYTES = 48
MAGIC = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"
_TRAILER = 5
"""Behind each block: its compression (1 byte) and a CRC."""

ENTRIES = 1_000_000
NAME_CHARACTERS = 300

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
    raw = read_at(stream, 0, artifact.size)
    shards = 0
    entries: list[Entry] = []
    for key, value in _pairs(raw):
        if len(entries) >= ENTRIES:
            yield LimitReached(where=artifact.at(), limit="entries", bound=ENTRIES, unit="entries")
            break
        if key:
            entries.append(_entry(key.decode("utf-8", "backslashreplace"), value))
        else:
            shards = next(
                (one.value for one in Wire(BytesIO(value), len(value)).fields(0, len(value)) if one.number == 1), 0
            )
    yield TensorflowCheckpoint(
        where=artifact.at(), shards=bounded(shards), tensors=len(entries), slices=sum(one.slices for one in entries)
    )
    yield _table(artifact, entries)
    for one in entries:
        yield from _misfit(artifact, one, shards)


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


def _pairs(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a table: the footer leads to the index block, that to the others."""
    if len(raw) < FOOTER_NBYTES or raw[-8:] != MAGIC:
        message = "no footer of a sorted table"
        raise MalformedError(message, max(0, len(raw) - FOOTER_NBYTES))
    at = len(raw) - FOOTER_NBYTES
    for _ in range(2):  # the meta index: its offset and size
        _, at = _varint(raw, at)
    for _, handle in _block(raw, at):
        yield from _block(raw, 0, handle)


def _block(raw: bytes, at: int, handle: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
    """Yield the pairs of a block that a handle (offset and size) at `at` of `raw`, or in `handle`, leads to."""
    source = raw if handle is None else handle
    offset, at = _varint(source, at)
    size, _ = _varint(source, at)
    if offset + size + _TRAILER > len(raw):
        message = f"a block ends at byte {offset + size}"
        raise MalformedError(message, min(offset, len(raw)))
    if raw[offset + size] != 0:
        message = "a compressed block of a checkpoint index is not read"
        raise MalformedError(message, offset + size)
    block = raw[offset : offset + size]
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        message = "a block without its restart points"
        raise MalformedError(message, offset)
    position, key = 0, b""
    while position < end:
        shared, position = _varint(block, position)
        fresh, position = _varint(block, position)
        length, position = _varint(block, position)
        if shared > len(key) or position + fresh + length > end:
            message = "an entry of a block does not fit"
            raise MalformedError(message, offset + position)
        key = key[:shared] + block[position : position + fresh]
        position += fresh
        yield key, block[position : position + length]
        position += length


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    for position in range(at, min(at + 10, len(raw))):
        value |= (raw[position] & 0x7F) << shift
        if raw[position] < 0x80:  # noqa: PLR2004 - the last byte of a varint
            return value, position + 1
        shift += 7
    message = "a varint is cut"
    raise MalformedError(message, min(at, len(raw)))
