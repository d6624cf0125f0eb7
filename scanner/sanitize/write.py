"""A file written from its plan: tensors copied in pieces, their low bits drawn anew, nothing else taken along."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from scanner.artifact import Artifact
from scanner.sanitize import bits
from scanner.sanitize.plan import NBYTES, Plan, Tensor
from scanner.streams import read_at
from scanner.tensors import product

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

CHUNK_NBYTES: Final = 8 << 20
"""Bytes in memory at a time, a few times over."""

GATHERED_NBYTES: Final = 256 << 20
"""Largest tensor whose elements are put in order: it is held as a whole."""

ALIGNED: Final = 8
"""What safetensors pads its header to."""


class WriteError(Exception):
    """A file cannot be written as planned."""


class Rewritten(NamedTuple):
    """What became of one tensor. `bits` were drawn anew of each number; `nbytes` as written; the rest as `Change`."""

    name: str
    dtype: str
    nbytes: int
    bits: int
    changed: int
    difference: float
    relative: float


def write(artifact: Artifact, plan: Plan, out: BinaryIO, low: int, random: "Generator") -> Iterator[Rewritten]:
    """Write a file, tensor by tensor. `low` counts bits of a 32-bit number. Raises `WriteError` and `OSError`."""
    with artifact.open() as stream:
        if plan.form == "gguf":
            yield from _gguf(stream, plan, out, low, random)
            return
        # Wide elements first, so that each starts at a multiple of its size.
        tensors = sorted(plan.tensors, key=lambda one: -NBYTES[one.dtype])
        out.write(header(tensors, plan.metadata))
        for one in tensors:
            yield _tensor(stream, one, out, low, random)


def header(tensors: Sequence[Tensor], metadata: str) -> bytes:
    """Make the header of a safetensors file whose data follow each other in this order."""
    import json

    entries: dict[str, object] = {"__metadata__": {"format": metadata}}
    at = 0
    for one in tensors:
        size = product(one.shape) * NBYTES[one.dtype]
        entries[one.name] = {"dtype": one.dtype, "shape": list(one.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    text += b" " * (-len(text) % ALIGNED)
    return len(text).to_bytes(8, "little") + text


def _gguf(stream: BinaryIO, plan: Plan, out: BinaryIO, low: int, random: "Generator") -> Iterator[Rewritten]:
    """Write the header as it is and each tensor at its place; what lies between reads as zero, what follows is cut."""
    out.writelines(_read(stream, at, min(CHUNK_NBYTES, plan.head - at)) for at in range(0, plan.head, CHUNK_NBYTES))
    end = plan.head
    for one in sorted(plan.tensors, key=lambda one: one.start):
        out.write(bytes(min(one.start - end, CHUNK_NBYTES)))
        if one.start < end or one.start - end > CHUNK_NBYTES:
            message = f"{one.name!r} lies too far from what is before it"
            raise WriteError(message)
        yield _tensor(stream, one, out, low, random)
        end = one.start + one.nbytes


def _tensor(stream: BinaryIO, one: Tensor, out: BinaryIO, low: int, random: "Generator") -> Rewritten:
    import numpy as np

    count = bits.width(one.dtype, low)
    total, nbytes = bits.Change(), 0
    for raw in _pieces(stream, one):
        nbytes += len(raw)
        if not count:
            out.write(raw)
            continue
        fresh, change = bits.drawn(np.frombuffer(raw, "u1"), one.dtype, count, random)
        out.write(fresh.tobytes())
        total = bits.Change(
            total.changed + change.changed, max(total.difference, change.difference),
            max(total.relative, change.relative),
        )  # fmt: skip
    return Rewritten(one.name, one.dtype, nbytes, count, *total)


def _pieces(stream: BinaryIO, one: Tensor) -> Iterator[bytes]:
    """Read a tensor in row-major order, whole numbers at a time."""
    if one.strides:
        yield _gathered(stream, one)
        return
    for at in range(0, one.nbytes, CHUNK_NBYTES):
        yield _read(stream, one.start + at, min(CHUNK_NBYTES, one.nbytes - at))


def _gathered(stream: BinaryIO, one: Tensor) -> bytes:
    """Put the elements of a tensor in row-major order; strides were compared with its bytes when it was planned."""
    import numpy as np

    width = NBYTES[one.dtype]
    if max(one.nbytes, product(one.shape) * width) > GATHERED_NBYTES:
        message = f"{one.name!r} is not in row-major order, and larger than {GATHERED_NBYTES >> 20} MiB"
        raise WriteError(message)
    flat = np.frombuffer(_read(stream, one.start, one.nbytes), f"<u{width}")
    index: NDArray[Any] = np.zeros((), np.int64)
    for size, stride in zip(one.shape, one.strides, strict=True):
        index = np.add.outer(index, np.arange(size, dtype=np.int64) * stride)
    ordered: bytes = flat[index].tobytes()
    return ordered


def _read(stream: BinaryIO, at: int, size: int) -> bytes:
    found = read_at(stream, at, size)
    if len(found) != size:
        message = "the file ended while it was read"
        raise WriteError(message)
    return found
