"""Where the tensors of a GGUF file lie: every number recomputed in integers that do not wrap."""

from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.tensor import TensorMismatch, TensorSketch, TensorTable
from scanner.formats.gguf.dtypes import BLOCKS
from scanner.formats.gguf.header import DIMENSIONS, Header, Tensor
from scanner.sketch import Listed, sketch
from scanner.tensors import Span, bounded, collisions, digest, gaps, hidden, loadable

NAME = "gguf"
INT64 = (1 << 63) - 1
SIZE = (1 << 64) - 1
"""Largest size_t of the readers that these numbers are handed to."""

OVERHEAD_NBYTES = 368
"""What ggml reserves for each tensor beside its data, added to the sum of all sizes (CVE-2026-27940)."""

NAME_CHARACTERS = 63
"""GGML_MAX_NAME without its closing zero."""

PADDING_NBYTES = 64
"""Padding up to here is not looked at; a larger alignment leaves room for content."""

DTYPES = 20


def layout(artifact: Artifact, stream: BinaryIO, header: Header, alignment: int) -> Iterator[Fact | Artifact]:
    """Yield the table, what is off about each tensor and the section, and what lies between and behind."""
    tensors = header.tensors
    yield _table(artifact, header)
    if tensors:
        yield _sketch(artifact, stream, header, alignment)
    seen: dict[str, int] = {}
    total = 0
    for tensor in tensors:
        seen[tensor.name] = seen.get(tensor.name, 0) + 1
        for how, expected, found in (*_shape(tensor), *_size(tensor, alignment)):
            yield _mismatch(artifact, tensor, how, expected, found)
        if seen[tensor.name] > 1:
            yield _mismatch(artifact, tensor, "repeated", 1, seen[tensor.name])
        before, total = total, total + -(-max(0, tensor.nbytes) // alignment) * alignment
        # CVE-2025-53630: the sum of padded sizes wraps; CVE-2026-27940: it does once the overhead is added.
        limit = SIZE - (len(tensors) + 1) * OVERHEAD_NBYTES
        if before <= limit < total:
            yield _mismatch(artifact, tensor, "total-overflow", SIZE, total)
    yield from _section(artifact, stream, header, alignment)


def _table(artifact: Artifact, header: Header) -> TensorTable:
    tensors = header.tensors
    return TensorTable(
        where=artifact.at(0, header.end),
        format=NAME,
        tensors=len(tensors),
        parameters=bounded(sum(tensor.elements for tensor in tensors)),
        nbytes=bounded(sum(max(0, tensor.nbytes) for tensor in tensors)),
        dtypes=tuple(sorted({tensor.dtype for tensor in tensors}))[:DTYPES],
        names=digest(tensor.name for tensor in tensors),
    )


def _sketch(artifact: Artifact, stream: BinaryIO, header: Header, alignment: int) -> TensorSketch:
    data = -(-header.end // alignment) * alignment
    items = (
        # ggml counts dimensions from the innermost one.
        Listed(tensor.name, tensor.dtype, tensor.shape[::-1], data + tensor.offset, tensor.nbytes)
        for tensor in header.tensors
    )
    return sketch(artifact.at(0, header.end), NAME, items, stream if header.order == "little" else None)


def _shape(tensor: Tensor) -> Iterator[tuple[str, int, int]]:
    shape = tensor.shape
    if len(tensor.name) > NAME_CHARACTERS:
        yield "name-long", NAME_CHARACTERS, len(tensor.name)
    if len(shape) > DIMENSIONS:
        yield "dimensions", DIMENSIONS, len(shape)
    for number, size in enumerate(shape):
        if not size:
            yield "zero-dimension", 0, number
        elif size > INT64:
            yield "negative-dimension", number, size
    # CVE-2024-21802, CVE-2026-33298: the product of the dimensions wraps and too little is allocated.
    if tensor.elements > INT64:
        yield "elements-overflow", INT64, tensor.elements


def _size(tensor: Tensor, alignment: int) -> Iterator[tuple[str, int, int]]:
    if tensor.code not in BLOCKS:
        yield "dtype-unknown", 0, tensor.code
        return
    _, elements, _ = BLOCKS[tensor.code]
    row = tensor.shape[0] if tensor.shape else 1
    if row % elements:
        yield "row", elements, row
    if tensor.nbytes > SIZE:
        yield "bytes-overflow", SIZE, tensor.nbytes
    elif tensor.nbytes > SIZE - (alignment - 1):
        # GGML_PAD adds the alignment before it masks: the padded size wraps to zero.
        yield "padding-overflow", SIZE, tensor.nbytes + alignment - 1
    if tensor.offset % alignment:
        yield "unaligned", alignment, tensor.offset


def _section(artifact: Artifact, stream: BinaryIO, header: Header, alignment: int) -> Iterator[Fact | Artifact]:
    data = -(-header.end // alignment) * alignment if header.tensors else header.end
    spans = spans_of(header, data)
    yield from collisions(spans, data, max(artifact.size, header.end), NAME, artifact)
    for start, end in gaps(spans, header.end, artifact.size):
        if _matters(stream, start, end, alignment):
            place = "after" if not spans or start >= spans[-1].end else "between"
            yield from hidden(artifact, stream, (start, end), NAME, place)
    yield from loadable(artifact, stream, spans)


def spans_of(header: Header, data: int) -> list[Span]:
    """Return the ranges of all tensors, sorted; one of unknown type reaches to the next tensor."""
    starts = sorted({tensor.offset for tensor in header.tensors})
    following = dict(pairwise(starts))
    spans = []
    for tensor in header.tensors:
        start = tensor.offset
        end = start + tensor.nbytes if tensor.nbytes >= 0 else following.get(start, start)
        spans.append(Span(data + start, data + end, tensor.name))
    return sorted(spans)


def _matters(stream: BinaryIO, start: int, end: int, alignment: int) -> bool:
    """Tell padding from bytes that no one asked for: padding is short of the alignment, and zero."""
    size = end - start
    if size <= 0 or size < min(alignment, PADDING_NBYTES):
        return False
    if size >= alignment:
        return True
    stream.seek(start)
    return bool(stream.read(size).strip(b"\0"))


def _mismatch(artifact: Artifact, tensor: Tensor, how: str, expected: int, found: int) -> TensorMismatch:
    return TensorMismatch(
        where=artifact.at(tensor.where, tensor.size),
        format=NAME,
        tensor=tensor.name,
        how=how,
        expected=bounded(expected),
        found=bounded(found),
        other=tensor.dtype,
    )
