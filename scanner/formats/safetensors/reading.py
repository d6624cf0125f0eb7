"""From a safetensors header to facts: what it says about the file, and where the file says otherwise."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.metadata import MetadataEntry, RepeatedKey
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.formats.safetensors.header import METADATA, PREFIX_NBYTES, Header, Tensor, parse
from scanner.json_object import JsonObject
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.sketch import Listed, sketch
from scanner.tensors import bounded, collisions, digest, gaps, hidden, loadable

NAME = "safetensors"

LARGE_NBYTES = 16 << 20
"""Headers from here on are counted before they are parsed."""

CHUNK_NBYTES = 1 << 20

FAULTS = 20
"""Entries that cannot be read and are told one by one."""

ENTRIES = 1000
"""Metadata entries told one by one; further ones are told where they hold more than words."""

VALUE_CHARACTERS = 200

_KINDS = {int: "number", float: "number", bool: "boolean", type(None): "null", list: "list"}
_FIELDS = frozenset(("dtype", "shape", "data_offsets"))


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`."""
    with artifact.open() as stream:
        declared = int.from_bytes(stream.read(PREFIX_NBYTES), "little")
        if limits.header_nbytes < declared <= artifact.size - PREFIX_NBYTES:
            yield LimitReached(where=artifact.at(0), limit="header", bound=limits.header_nbytes, unit="bytes")
            return
        if declared > LARGE_NBYTES and _is_crowded(stream, min(declared, artifact.size), limits.entries):
            yield LimitReached(where=artifact.at(0), limit="entries", bound=limits.entries, unit="entries")
            return
        stream.seek(0)
        header = parse(stream, artifact.size)
        yield _table(artifact, header)
        if header.tensors:
            items = (Listed(one.name, one.dtype, one.shape, one.start, one.end - one.start) for one in header.tensors)
            yield sketch(artifact.at(0, header.data), NAME, items, stream)
        yield from _header(artifact, header)
        yield from _metadata(artifact, header.top.get(METADATA))
        for tensor in header.tensors:
            yield from _tensor(artifact, tensor)
        spans = sorted(tensor.span for tensor in header.tensors)
        yield from collisions(spans, header.data, artifact.size, NAME, artifact)
        if header.rest[1]:
            at = header.rest[0]
            yield Malformed(where=artifact.at(at), format=NAME, reason="the header goes on behind its JSON")
            yield from hidden(artifact, stream, (at, header.data), NAME, "header")
        last = spans[-1].start if spans else header.data
        for start, end in gaps(spans, header.data, artifact.size):
            if end > start:
                yield from hidden(artifact, stream, (start, end), NAME, "after" if start >= last else "between")
        yield from loadable(artifact, stream, spans)


def _is_crowded(stream: BinaryIO, size: int, entries: int) -> bool:
    """Say whether a header would take far more memory than its bytes: an entry is one object, two lists, 16 quotes."""
    opened = quotes = 0
    while size > 0 and opened <= 3 * entries and quotes <= 16 * entries:
        chunk = stream.read(min(size, CHUNK_NBYTES))
        if not chunk:
            break
        size -= len(chunk)
        opened += chunk.count(b"{") + chunk.count(b"[")
        quotes += chunk.count(b'"')
    return opened > 3 * entries or quotes > 16 * entries


def _table(artifact: Artifact, header: Header) -> TensorTable:
    tensors = header.tensors
    return TensorTable(
        where=artifact.at(0, header.data),
        format=NAME,
        tensors=len(tensors),
        parameters=bounded(sum(tensor.elements for tensor in tensors)),
        nbytes=bounded(sum(max(0, tensor.nbytes) for tensor in tensors)),
        dtypes=tuple(sorted({tensor.dtype for tensor in tensors}))[:FAULTS],
        names=digest(tensor.name for tensor in tensors),
    )


def _header(artifact: Artifact, header: Header) -> Iterator[Fact]:
    """State what is wrong with the header as a whole: keys given twice, entries that are none."""
    where = artifact.at(PREFIX_NBYTES, header.data - PREFIX_NBYTES)
    for key, identical in header.top.repeated:
        yield RepeatedKey(where=where, format=NAME, place="header", key=key, identical=identical)
    for fault in header.faults[:FAULTS]:
        yield Malformed(where=where, format=NAME, reason=fault)
    if len(header.faults) > FAULTS:
        yield Malformed(where=where, format=NAME, reason=f"{len(header.faults) - FAULTS} more entries are no tensors")


def _metadata(artifact: Artifact, metadata: object) -> Iterator[Fact]:
    where = artifact.at(PREFIX_NBYTES)
    if metadata is None:
        return
    if not isinstance(metadata, JsonObject):
        yield Malformed(where=where, format=NAME, reason=f"{METADATA} is no object")
        return
    for key, identical in metadata.repeated:
        yield RepeatedKey(where=where, format=NAME, place="metadata", key=key, identical=identical)
    for number, (key, value) in enumerate(metadata.items()):
        entry = _entry(artifact, "metadata", key, value)
        if number < ENTRIES or entry.marks or entry.kind != "text":
            yield entry


def _entry(artifact: Artifact, place: str, key: str, value: object) -> MetadataEntry:
    text = value if isinstance(value, str) else "\n".join(_texts(value))
    return MetadataEntry(
        where=artifact.at(PREFIX_NBYTES),
        format=NAME,
        place=place,
        key=key[:VALUE_CHARACTERS],
        kind="text" if isinstance(value, str) else _KINDS.get(type(value), "object"),
        value=text[:VALUE_CHARACTERS],
        size=len(text),
        marks=tuple(sorted({*marks_of(text), *marks_of(key)})),
    )


def _texts(value: object) -> Iterator[str]:
    """Yield the texts and numbers of a nested value, without recursion."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
            yield from item
        elif isinstance(item, list):
            pending.extend(item)
        else:
            yield item if isinstance(item, str) else f"{item:.30g}" if isinstance(item, float) else str(item)[:40]


def _tensor(artifact: Artifact, tensor: Tensor) -> Iterator[Fact]:
    """State what one entry says that cannot be: its dtype, its size, keys given twice or unknown."""
    reserved, needed = tensor.end - tensor.start, tensor.nbytes
    if needed != reserved:
        yield _mismatch(artifact, tensor, "dtype-unknown" if needed < 0 else "size", max(0, needed), reserved)
    entry = tensor.entry
    if len(entry) != len(_FIELDS):
        for key, value in entry.items():
            if key not in _FIELDS:
                yield _entry(artifact, "tensor", key, value)
    for key, identical in entry.repeated:
        yield RepeatedKey(
            where=artifact.at(PREFIX_NBYTES), format=NAME, place="tensor", key=f"{tensor.name}.{key}",
            identical=identical,
        )  # fmt: skip
    if tensor.elements >= 1 << 63:
        yield _mismatch(artifact, tensor, "elements-overflow", (1 << 63) - 1, tensor.elements)


def _mismatch(artifact: Artifact, tensor: Tensor, how: str, expected: int, found: int) -> TensorMismatch:
    return TensorMismatch(
        where=artifact.at(bounded(tensor.start), bounded(tensor.end - tensor.start)),
        format=NAME,
        tensor=tensor.name,
        how=how,
        expected=bounded(expected),
        found=bounded(found),
        other=tensor.dtype[:VALUE_CHARACTERS],
    )
