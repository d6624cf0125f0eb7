"""From a list of arrays to facts: `NDArray::Load` of src/ndarray/ndarray.cc, in all versions that it reads."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.cursor import Cursor
from scanner.facts import Fact, LimitReached
from scanner.facts.tensor import CountMismatch, TensorMismatch, TensorTable
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.tensors import Span, bounded, digest, hidden, loadable, product

NAME = "mxnet"

V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
_HEADER_NBYTES = 16
_SMALLEST = 4
"""Bytes of an array at least; of a name 8."""

NAME_NBYTES = 300
DIMENSIONS = 256

# mshadow/base.h, TypeFlag.
TYPES = (
    ("float32", 4), ("float64", 8), ("float16", 2), ("uint8", 1), ("int32", 4), ("int8", 1), ("int64", 8),
    ("bool", 1), ("int16", 2), ("uint16", 2), ("uint32", 4), ("uint64", 8), ("bfloat16", 2),
)  # fmt: skip
_PARTS = {0: 0, 1: 1, 2: 2}
"""Arrays of indices beside the data, by storage type: dense, rows, compressed rows."""


class _Array(NamedTuple):
    """An array of the list: its data's place; `dtype` is empty for one that holds nothing."""

    at: int
    dtype: str
    shape: tuple[int, ...]
    span: tuple[int, int]


class _UnknownTypeError(MalformedError):
    """An element type whose size is not known, so that nothing behind it can be found."""

    def __init__(self, at: int, code: int) -> None:
        super().__init__(f"an array of the unknown type {code}", at)
        self.code = code


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a list of arrays; see `Format.read`."""
    with artifact.open() as stream:
        cursor = Cursor(stream, artifact.size, _HEADER_NBYTES)
        arrays: list[_Array] = []
        for _ in range(_counted(cursor, _SMALLEST)):
            if len(arrays) >= limits.entries:
                yield LimitReached(where=artifact.at(cursor.at), limit="entries", bound=limits.entries, unit="arrays")
                return
            try:
                arrays.append(_array(cursor))
            except _UnknownTypeError as error:
                yield TensorMismatch(
                    where=artifact.at(error.offset), format=NAME, tensor=f"array {len(arrays)}", how="dtype-unknown",
                    expected=0, found=error.code,
                )  # fmt: skip
                raise
        names = [cursor.text(cursor.number("Q"), NAME_NBYTES) for _ in range(_counted(cursor, 8))]
        if names and len(names) != len(arrays):
            yield CountMismatch(
                where=artifact.at(cursor.at), format=NAME, counted="tensors", declared=len(names), possible=len(arrays)
            )
        yield _table(artifact, arrays, names)
        if cursor.left:
            yield from hidden(artifact, stream, (cursor.at, artifact.size), NAME, "after")
        named = [*names, *(f"array {number}" for number in range(len(names), len(arrays)))]
        spans = [Span(*array.span, name) for array, name in zip(arrays, named, strict=False)]
        yield from loadable(artifact, stream, spans)


def _counted(cursor: Cursor, least: int) -> int:
    """Read a count of things that take `least` bytes each."""
    at, count = cursor.at, cursor.number("Q")
    if count * least > cursor.left:
        message = f"{count} entries are declared, {cursor.left // least} fit into the file"
        raise MalformedError(message, at)
    return count


def _array(cursor: Cursor) -> _Array:
    at, magic = cursor.at, cursor.number("I")
    if magic in (V2, V3):
        return _typed(cursor, at, unknown=magic == V3)
    if magic == V1:
        shape = _shape(cursor, 8)
    else:
        _check(magic, at)
        shape = tuple(cursor.number("I") for _ in range(magic))
    return _dense(cursor, at, shape) if shape else _Array(at, "", (), (0, 0))


def _typed(cursor: Cursor, at: int, *, unknown: bool) -> _Array:
    """An array of version 2 or 3: with a storage type. In version 3 a shape of -1 dimensions is not known."""
    storage = cursor.number("i")
    if storage not in _PARTS:
        message = f"an array of the storage type {storage}"
        raise MalformedError(message, at)
    stored = _shape(cursor, 8, unknown=unknown) if _PARTS[storage] else None
    shape = _shape(cursor, 8, unknown=unknown)
    if shape is None or (not shape and not unknown):
        return _Array(at, "", (), (0, 0))
    parts = _PARTS[storage]
    if not parts:
        return _dense(cursor, at, shape)
    cursor.skip(8)
    dtype, width = _type(cursor)
    beside = []
    for _ in range(parts):
        size = _type(cursor)[1]
        beside.append(product(_shape(cursor, 8) or ()) * size)
    start = cursor.skip(_nbytes(stored or (), width))
    end = cursor.at
    for nbytes in beside:
        cursor.skip(nbytes)
    return _Array(at, dtype, shape, (start, end))


def _dense(cursor: Cursor, at: int, shape: tuple[int, ...]) -> _Array:
    cursor.skip(8)  # the device it was saved from, and its number
    dtype, width = _type(cursor)
    start = cursor.skip(_nbytes(shape, width))
    return _Array(at, dtype, shape, (start, cursor.at))


def _shape(cursor: Cursor, width: int, *, unknown: bool = False) -> tuple[int, ...] | None:
    at, dimensions = cursor.at, cursor.number("i")
    if dimensions == -1 and unknown:
        return None
    _check(dimensions, at)
    return tuple(cursor.number("q" if width == 8 else "I") for _ in range(dimensions))  # noqa: PLR2004 - bytes


def _check(dimensions: int, at: int) -> None:
    if not 0 <= dimensions <= DIMENSIONS:
        message = f"an array of {dimensions} dimensions"
        raise MalformedError(message, at)


def _nbytes(shape: tuple[int, ...], width: int) -> int:
    """Bytes of dense data; a negative dimension asks for bytes that are not there."""
    return -1 if min(shape, default=0) < 0 else bounded(product(shape) * width)


def _type(cursor: Cursor) -> tuple[str, int]:
    at, code = cursor.at, cursor.number("i")
    if not 0 <= code < len(TYPES):
        raise _UnknownTypeError(at, code)
    return TYPES[code]


def _table(artifact: Artifact, arrays: list[_Array], names: list[str]) -> TensorTable:
    held = [array for array in arrays if array.dtype]
    return TensorTable(
        where=artifact.at(), format=NAME, tensors=len(held),
        parameters=bounded(sum(product(array.shape) for array in held)),
        nbytes=bounded(sum(array.span[1] - array.span[0] for array in held)),
        dtypes=tuple(sorted({array.dtype for array in held})), names=digest(names),
    )  # fmt: skip
