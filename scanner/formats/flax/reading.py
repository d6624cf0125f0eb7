"""From a Flax checkpoint to facts: its arrays, and what is none."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.flax import MessageExtension
from scanner.facts.tensor import TensorMismatch, TensorSketch, TensorTable
from scanner.format import MalformedError
from scanner.formats.flax.tree import Item, Tree
from scanner.formats.tensorstore.places import facts as places
from scanner.formats.tensorstore.places import place
from scanner.limits import Limits
from scanner.sketch import Listed, sketch
from scanner.tensors import Span, bounded, digest, loadable, product

NAME = "flax"
ARRAY, COMPLEX, SCALAR = 1, 2, 3
"""Extension types of flax/serialization.py."""

WIDTHS = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "bfloat16": 2, "int32": 4, "uint32": 4,
    "float32": 4, "int64": 8, "uint64": 8, "float64": 8, "complex64": 8, "complex128": 16, "float8_e4m3fn": 1,
    "float8_e5m2": 1, "int4": 1, "uint4": 1,
}  # fmt: skip
"""Bytes of one element by dtype."""

SHOWN = 20
RANKS = 64

STORES = 10_000
"""Specifications of TensorStore in the place of arrays, which T5X writes."""

_STORE = ".kvstore."

Stores = dict[str, dict[str, object] | str]


class Array(NamedTuple):
    """An array of the tree; `start` and `end` are where its bytes lie."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a checkpoint; see `Format.read`."""
    arrays: list[Array] = []
    codes: Counter[int] = Counter()
    stores: Stores = {}
    with artifact.open() as stream:
        tree = Tree(stream, 0, artifact.size)
        for number, item in enumerate(tree.items()):
            if number >= limits.entries:
                yield LimitReached(where=artifact.at(item.start), limit="entries", bound=limits.entries, unit="items")
                return
            if item.kind == "extension" and item.code in (ARRAY, SCALAR):
                arrays.append(_array(stream, item))
                stream.seek(tree.position)
            elif item.kind == "extension":
                codes.update({item.code} - {COMPLEX})
            elif item.kind == "text":
                _store(stores, tree, item)
        yield _table(artifact, arrays)
        yield from _places(artifact, stores)
        yield from _sketch(artifact, stream, arrays)
        for array in arrays:
            yield from _mismatch(artifact, array)
        for code, count in sorted(codes.items()):
            yield MessageExtension(where=artifact.at(), code=code, items=count)
        yield from _behind(artifact, tree.position)
        yield from loadable(artifact, stream, [Span(array.start, array.end, array.name) for array in arrays])


def _behind(artifact: Artifact, end: int) -> Iterator[Malformed]:
    if end < artifact.size:
        reason = f"{artifact.size - end} bytes follow the tree"
        yield Malformed(where=artifact.at(end), format=NAME, reason=reason)


def _store(stores: Stores, tree: Tree, item: Item) -> None:
    """Keep a text of a specification: a part of its `kvstore`, or that as an address."""
    if _STORE not in f".{item.path}.":
        return
    text = tree.text(item)
    above, _, key = item.path.rpartition(".")
    if key == "kvstore" and len(stores) < STORES:
        stores[item.path] = text
    elif len(stores) < STORES or above in stores:
        parts = stores.setdefault(above, {})
        if isinstance(parts, dict):
            parts[key] = text


def _places(artifact: Artifact, stores: Stores) -> Iterator[Fact]:
    known = ((artifact.at(), found) for store in stores.values() if (found := place(store)) is not None)
    yield from places(known, NAME)
    if len(stores) >= STORES:
        yield LimitReached(where=artifact.at(), limit="places", bound=STORES, unit="places")


def _array(stream: BinaryIO, item: Item) -> Array:
    """Read the three parts of an array: shape, dtype, bytes. Raises `MalformedError` where they are others."""
    inner = Tree(stream, item.start, item.start + item.value)
    shape: list[int] = []
    dtype, data, left = "", None, 0
    for number, part in enumerate(inner.items()):
        if number == 1 and part.kind == "list" and part.value <= RANKS:
            left = part.value
        elif left and part.kind == "number":
            left -= 1
            shape.append(part.value)
        elif not left and part.kind == "text" and not dtype:
            dtype = inner.text(part)
        elif part.kind == "bytes" and data is None:
            data = part
        elif number:
            break
    if data is None or not dtype or left:
        message = "an array without shape, dtype and bytes"
        raise MalformedError(message, item.start)
    return Array(item.path, dtype, tuple(shape), data.start, data.start + data.value)


def _table(artifact: Artifact, arrays: list[Array]) -> TensorTable:
    return TensorTable(
        where=artifact.at(0),
        format=NAME,
        tensors=len(arrays),
        parameters=bounded(sum(product(array.shape) for array in arrays)),
        nbytes=bounded(sum(array.end - array.start for array in arrays)),
        dtypes=tuple(sorted({array.dtype for array in arrays}))[:SHOWN],
        names=digest(array.name for array in arrays),
    )


def _sketch(artifact: Artifact, stream: BinaryIO, arrays: list[Array]) -> Iterator[TensorSketch]:
    if arrays:
        items = (Listed(one.name, one.dtype, one.shape, one.start, one.end - one.start) for one in arrays)
        yield sketch(artifact.at(0), NAME, items, stream)


def _mismatch(artifact: Artifact, array: Array) -> Iterator[TensorMismatch]:
    width, found = WIDTHS.get(array.dtype), array.end - array.start
    expected = product(array.shape) * width if width else 0
    if width is None or expected != found:
        yield TensorMismatch(
            where=artifact.at(array.start, found),
            format=NAME,
            tensor=array.name,
            how="dtype-unknown" if width is None else "size",
            expected=bounded(expected),
            found=found,
            other=array.dtype,
        )
