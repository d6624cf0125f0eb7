"""A sketch of the tensors of a file, and of their data by a few slices: enough to tell two files apart cheaply."""

from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

from scanner.artifact import Location
from scanner.facts.tensor import TensorSketch
from scanner.streams import costly, read_at

WHOLE_NBYTES = 16 << 10
"""Data up to here is digested whole."""

SLICE_NBYTES = 1 << 10
"""Of longer data the first, the middle and the last slice of this size."""

TENSORS = 4096
"""Tensors of one file that are named."""

CHARACTERS = 240 << 10
"""Characters of all names together; one fact is one line of at most `limits.fact_nbytes`."""

ESCAPED = 12
"""Characters of that line for one that JSON escapes."""

NAME_CHARACTERS = 300
WORD_CHARACTERS = 24
SHAPE_CHARACTERS = 48

SAMPLED = 1024
"""Tensors of one file whose data are sampled."""

_PLAIN = {
    "f64": "float64", "double": "float64", "f32": "float32", "float": "float32", "f16": "float16", "half": "float16",
    "bf16": "bfloat16", "i64": "int64", "long": "int64", "i32": "int32", "int": "int32", "i16": "int16",
    "short": "int16", "i8": "int8", "char": "int8", "u8": "uint8", "byte": "uint8", "u16": "uint16", "u32": "uint32",
    "u64": "uint64", "f8_e4m3": "float8_e4m3fn", "f8_e5m2": "float8_e5m2", "c64": "complex64",
    "complexfloat": "complex64", "complexdouble": "complex128",
}  # fmt: skip
"""What safetensors, PyTorch, ONNX and ggml call the types of numpy, in lower case."""


class Listed(NamedTuple):
    """One tensor as a reader found it. `shape` is in row-major order; `start` is -1 where its data lie elsewhere."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int = -1
    nbytes: int = 0
    storage: str = ""


def sample(stream: BinaryIO, start: int, nbytes: int) -> str:
    """Digest data by slices, as 16 hexadecimal digits; "" where they end early. Equal data have equal digests.

    "" for a remote file too: of many tensors that would be three requests each, one after the other.
    """
    import hashlib

    if costly(stream):
        return ""
    slices = [(start, nbytes)]
    if nbytes > WHOLE_NBYTES:
        middle = start + (nbytes - SLICE_NBYTES) // 2
        slices = [(at, SLICE_NBYTES) for at in (start, middle, start + nbytes - SLICE_NBYTES)]
    total = hashlib.blake2b(digest_size=8)
    for at, size in slices:
        content = read_at(stream, at, size)
        if len(content) != size:
            return ""
        total.update(content)
    return total.hexdigest()


def sketch(
    where: Location, form: str, items: Iterable[Listed], stream: BinaryIO | None = None, *, whole: bool = True
) -> TensorSketch:
    """Describe tensors, and sample those with data in `stream`. `whole`: `items` are all that there are.

    Where there are too many, those are kept whose names have the lowest checksums: two files keep the same ones.
    """
    given = {item.name: item for item in items}
    kept = _fitting(given)
    digests = _samples(kept, stream) if stream is not None else {}
    return TensorSketch(
        where=where,
        format=form,
        tensors=tuple(item.name for item in kept),
        dtypes=tuple(plain(item.dtype) for item in kept),
        shapes=tuple(_shown(item.shape) for item in kept),
        samples=tuple(digests.get(item.name, "") for item in kept),
        storages=tuple(_word(item.storage) for item in kept),
        complete=whole and len(kept) == len(given),
    )


def plain(dtype: str) -> str:
    """Name an element type as numpy does, where it has a name for it."""
    lower = _word(dtype).lower()
    return _PLAIN.get(lower, lower)


def _word(text: str) -> str:
    return text[:WORD_CHARACTERS] if text.isascii() and text.isprintable() else ""


def _shown(shape: tuple[int, ...]) -> str:
    return "x".join(str(min(size, 1 << 63)) for size in shape[:SHAPE_CHARACTERS])[:SHAPE_CHARACTERS]


def _fitting(given: dict[str, Listed]) -> list[Listed]:
    kept = [item for item in given.values() if len(item.name) <= NAME_CHARACTERS]
    if len(kept) > TENSORS or sum(_cost(item.name) for item in kept) > CHARACTERS:
        kept, room = _lowest(kept, TENSORS), CHARACTERS
        for count, item in enumerate(kept):
            room -= _cost(item.name)
            if room < 0:
                kept = kept[:count]
                break
    return sorted(kept)


def _cost(name: str) -> int:
    return len(name) if name.isascii() and name.isprintable() else ESCAPED * len(name)


def _lowest(items: list[Listed], count: int) -> list[Listed]:
    import zlib

    return sorted(items, key=lambda item: (zlib.crc32(item.name.encode("utf-8", "surrogatepass")), item.name))[:count]


def _samples(kept: list[Listed], stream: BinaryIO) -> dict[str, str]:
    stored = [item for item in kept if item.start >= 0]
    chosen = stored if len(stored) <= SAMPLED else _lowest(stored, SAMPLED)
    return {item.name: sample(stream, item.start, item.nbytes) for item in sorted(chosen, key=lambda item: item.start)}
