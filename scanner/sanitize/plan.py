"""Where the tensors of a file lie, listed in a confined worker: what is parsed there is only copied afterwards."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

from scanner import isolate
from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.listing import Held
from scanner.format import MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.tensors import Span, product

NBYTES: Final = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1,
    "F8_E5M2FNUZ": 1, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1, "C64": 8,
}  # fmt: skip
"""Bytes of an element by the name that safetensors gives its type."""

TORCH: Final = {
    "Double": "F64", "Float": "F32", "Half": "F16", "BFloat16": "BF16", "Long": "I64", "Int": "I32", "Short": "I16",
    "Char": "I8", "Byte": "U8", "Bool": "BOOL", "ComplexFloat": "C64", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2", "float8_e4m3fnuz": "F8_E4M3FNUZ", "float8_e5m2fnuz": "F8_E5M2FNUZ",
    "float8_e8m0fnu": "F8_E8M0", "uint16": "U16", "uint32": "U32", "uint64": "U64",
}  # fmt: skip
"""What PyTorch calls them."""

GROWTH: Final = 2
"""Bytes of all tensors, in sizes of the file: names can share bytes, and each is written for itself."""


class Tensor(NamedTuple):
    """One tensor. `start` and `nbytes` are those of its bytes in the file; `dtype` is safetensors' name, or ggml's.

    `strides` in elements where its elements do not lie in row-major order, else empty; `nbytes` then reaches from the
    first element to the last.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    nbytes: int
    strides: tuple[int, ...] = ()


class Plan(NamedTuple):
    """What is written of one file. `form`: "safetensors", "gguf", "torch", "" where it holds no tensors to write.

    `refused` says why it cannot be written, "" where it can. `head` is where the header of a GGUF file ends;
    `metadata` names the framework that safetensors notes.
    """

    form: str
    tensors: tuple[Tensor, ...] = ()
    refused: str = ""
    head: int = 0
    metadata: str = "pt"


def plan(artifact: Artifact, limits: Limits) -> Plan:
    """List what is to be written of a file, in a worker."""
    form, head, metadata, refused = "", 0, "pt", ""
    tensors: list[Tensor] = []
    closed = False
    for facts in isolate.read_all([artifact], partial(_facts, limits=limits), limits=limits, jobs=1):
        for fact in facts:
            if not isinstance(fact, Held):
                continue
            if fact.kind == "artifact":
                form, head, metadata = fact.dtype, max(0, fact.packed), fact.value or metadata
            elif fact.kind == "tensor":
                strides = tuple(int(one) for one in fact.value.split()) if fact.value else ()
                tensors.append(Tensor(fact.name, fact.dtype, fact.shape, fact.where.offset or 0, fact.nbytes, strides))
            closed |= fact.kind in {"group", "broken"}
            refused = refused or (fact.value if fact.kind == "broken" else "")
    if not closed:
        refused = "it could not be read to its end"
    return Plan(form, tuple(tensors), refused or _fault(artifact, form, tensors), head, metadata)


def _fault(artifact: Artifact, form: str, tensors: list[Tensor]) -> str:
    """Say what keeps a list of tensors from being written; each is compared with the file again."""
    names: set[str] = set()
    for one in tensors:
        if one.name in names or one.name in {"", "__metadata__"}:
            return f"two tensors are named {one.name!r}" if one.name else "a tensor has no name"
        names.add(one.name)
        if one.start < 0 or one.nbytes < 0 or one.start + one.nbytes > artifact.size:
            return f"the data of {one.name!r} are not in the file"
        if form != "gguf" and not _fits(one):
            return f"the type {one.dtype} or the shape of {one.name!r} does not fit its bytes"
    if sum(product(one.shape) * NBYTES.get(one.dtype, 0) for one in tensors) > GROWTH * artifact.size:
        return "tensors share bytes, and written out they are many times the file"
    return _overlap(tensors) if form != "torch" else ""


def _fits(one: Tensor) -> bool:
    return one.dtype in NBYTES and (bool(one.strides) or product(one.shape) * NBYTES[one.dtype] == one.nbytes)


def _overlap(tensors: list[Tensor]) -> str:
    spans = sorted(Span(one.start, one.start + one.nbytes, one.name) for one in tensors)
    for before, span in pairwise(spans):
        if span.start < before.end:
            return f"{span.name!r} lies over {before.name!r}"
    return ""


def _facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """List a file's tensors between an "artifact" and a "group" line; a "broken" line says why not."""
    from scanner.sanitize import checkpoint

    try:
        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
        if head[8:9] == b"{" and not any(head[4:8]):
            yield from _safetensors(artifact, limits)
        elif head.startswith(b"GGUF"):
            yield from _gguf(artifact, limits)
        elif head.startswith(b"PK"):
            yield from checkpoint.held(artifact, limits)
        yield line(artifact, "group")
    except MalformedError as error:
        yield line(artifact, "broken", value=error.reason)
    except OSError as error:
        yield line(artifact, "broken", value=error.strerror or "it cannot be read")


def line(artifact: Artifact, kind: str, *, dtype: str = "", packed: int = -1, value: str = "") -> Held:
    """Say something of the whole file."""
    return Held(where=artifact.at(), kind=kind, name="", dtype=dtype, shape=(), nbytes=-1, packed=packed, value=value)


def tensor_line(artifact: Artifact, one: Tensor) -> Held:
    """Say where a tensor lies."""
    return Held(
        where=artifact.at(one.start, one.nbytes), kind="tensor", name=one.name, dtype=one.dtype, shape=one.shape,
        nbytes=one.nbytes, packed=-1, value=" ".join(map(str, one.strides)),
    )  # fmt: skip


def _safetensors(artifact: Artifact, limits: Limits) -> Iterator[Held]:
    from scanner.formats.safetensors.header import METADATA, parse
    from scanner.json_object import JsonObject

    with artifact.open() as stream:
        if int.from_bytes(stream.read(8), "little") > limits.header_nbytes:
            message = "the header is longer than is read"
            raise MalformedError(message, 0)
        stream.seek(0)
        header = parse(stream, artifact.size)
    if header.faults or header.top.repeated:
        message = header.faults[0] if header.faults else "the header names a tensor twice"
        raise MalformedError(message, 8)
    metadata = header.top.get(METADATA)
    noted = metadata.get("format") if isinstance(metadata, JsonObject) else None
    noted = noted if noted in ("pt", "tf", "flax", "np", "mlx", "paddle", "jax") else "pt"
    yield line(artifact, "artifact", dtype="safetensors", value=noted)
    for one in header.tensors:
        yield tensor_line(artifact, Tensor(one.name, one.dtype, one.shape, one.start, one.end - one.start))


def _gguf(artifact: Artifact, limits: Limits) -> Iterator[Held]:
    from scanner.formats.gguf.header import begin, fill
    from scanner.formats.gguf.reading import alignment_of

    with artifact.open() as stream:
        header = begin(stream)
        fill(header, stream, artifact.size, limits)
    if header.order != "little" or not header.whole:
        message = "its numbers have their highest byte first" if header.order != "little" else "too many entries"
        raise MalformedError(message, 4)
    alignment = alignment_of(header)[0]
    data = -(-header.end // alignment) * alignment
    yield line(artifact, "artifact", dtype="gguf", packed=header.end)
    for one in header.tensors:
        if one.nbytes < 0 or data + one.offset + one.nbytes > artifact.size:
            message = f"the data of {one.name!r} are not in the file, or of no known type"
            raise MalformedError(message, one.where)
        yield tensor_line(artifact, Tensor(one.name, one.dtype, one.shape[::-1], data + one.offset, one.nbytes))
