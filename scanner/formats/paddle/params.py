"""From a file of parameters (.pdiparams) to facts: tensors one after the other, without names."""

import io
from collections.abc import Iterator
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.cursor import Cursor
from scanner.facts import Fact, LimitReached
from scanner.facts.tensor import TensorTable
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.protobuf import BYTES, VARINT, Wire
from scanner.tensors import Span, bounded, digest, loadable, product

NAME = "paddle"

LEVELS = 64
DESCRIPTION_NBYTES = 4096
DIMENSIONS = 64

# framework.proto, VarType.Type.
TYPES = {
    0: ("bool", 1), 1: ("int16", 2), 2: ("int32", 4), 3: ("int64", 8), 4: ("float16", 2), 5: ("float32", 4),
    6: ("float64", 8), 19: ("size_t", 8), 20: ("uint8", 1), 21: ("int8", 1), 22: ("bfloat16", 2), 23: ("complex64", 8),
    24: ("complex128", 16), 32: ("float8_e4m3fn", 1), 33: ("float8_e5m2", 1), 36: ("uint16", 2), 37: ("uint32", 4),
    38: ("uint64", 8),
}  # fmt: skip


class _Tensor(NamedTuple):
    """A tensor: its type, shape, and where its data lies."""

    dtype: str
    shape: tuple[int, ...]
    data: Span


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file of parameters; see `Format.read`."""
    with artifact.open() as stream:
        cursor = Cursor(stream, artifact.size)
        tensors: list[_Tensor] = []
        while cursor.left:
            if len(tensors) >= limits.entries:
                yield LimitReached(where=artifact.at(cursor.at), limit="entries", bound=limits.entries, unit="tensors")
                break
            tensors.append(_tensor(cursor, f"tensor {len(tensors)}"))
        yield TensorTable(
            where=artifact.at(), format=NAME, tensors=len(tensors),
            parameters=bounded(sum(product(one.shape) for one in tensors)),
            nbytes=sum(one.data.end - one.data.start for one in tensors),
            dtypes=tuple(sorted({one.dtype for one in tensors})), names=digest(one.data.name for one in tensors),
        )  # fmt: skip
        yield from loadable(artifact, stream, [one.data for one in tensors])


def _tensor(cursor: Cursor, name: str) -> _Tensor:
    """Read one tensor: version, levels of detail, version, description, data (phi/core/framework)."""
    _version(cursor)
    at, levels = cursor.at, cursor.number("Q")
    if levels > LEVELS:
        message = f"a tensor of {levels} levels of detail"
        raise MalformedError(message, at)
    for _ in range(levels):
        cursor.skip(cursor.number("Q"))
    _version(cursor)
    at, size = cursor.at, cursor.number("i")
    if not 0 < size <= DESCRIPTION_NBYTES:
        message = f"a description of {size} bytes"
        raise MalformedError(message, at)
    code, shape = _description(cursor.take(size))
    if code not in TYPES:
        message = f"a tensor of the unknown type {code}"
        raise MalformedError(message, at)
    dtype, width = TYPES[code]
    nbytes = -1 if min(shape, default=0) < 0 else bounded(product(shape) * width)
    first = cursor.skip(nbytes)
    return _Tensor(dtype, shape, Span(first, first + nbytes, name))


def _version(cursor: Cursor) -> None:
    at, version = cursor.at, cursor.number("I")
    if version:
        message = f"a tensor of the version {version}"
        raise MalformedError(message, at)


def _description(content: bytes) -> tuple[int, tuple[int, ...]]:
    """Read VarType.TensorDesc: data_type 1, dims 2."""
    wire = Wire(io.BytesIO(content), len(content))
    code = -1
    shape: list[int] = []
    for field in wire.fields(0, len(content)):
        if field.number == 1 and field.wire == VARINT:
            code = field.value
        elif field.number == 2 and field.wire in (VARINT, BYTES):  # noqa: PLR2004 - above
            shape.extend(wire.numbers(field))
    if len(shape) > DIMENSIONS:
        message = f"a tensor of {len(shape)} dimensions"
        raise MalformedError(message)
    return code, tuple(shape)
