"""The tensors of a file as numbers: where their bytes lie, how they are to be taken, what part of a model they are.

The one reader of tensors: `table` lists them, `content` reads bytes, `values` reads numbers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.measures.blocks import BLOCKS
from scanner.measures.roles import role_of
from scanner.streams import read_at
from scanner.tensors import Row, Span, product

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

NBYTES: Final = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1, "int8": 1,
    "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8, "bool": 1,
}  # fmt: skip
"""Bytes of an element by its type, as numpy names it."""

FLOATS: Final = frozenset(("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"))

_LETTERS: Final = {
    "f8": "float64", "f4": "float32", "f2": "float16", "i1": "int8", "u1": "uint8", "i2": "int16", "u2": "uint16",
    "i4": "int32", "u4": "uint32", "i8": "int64", "u8": "uint64", "b1": "bool",
}  # fmt: skip
"""What the header of a numpy array calls them, behind a character for the order of bytes."""

FORMATS: Final[tuple[tuple[str, bytes, int], ...]] = (
    ("gguf", b"GGUF", 0), ("numpy", b"\x93NUMPY", 0), ("hdf5", b"\x89HDF\r\n\x1a\n", 0), ("safetensors", b"{", 8),
    ("legacy", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19", 0), ("torch", b"PK", 0),
)  # fmt: skip
"""Formats whose lists say where the bytes of each tensor lie: name, mark, and the mark's offset."""

_LISTERS: Final = {"torch": "checkpoint", "legacy": "legacy", "hdf5": "datasets", "onnx": "external", "npz": "members"}
"""Modules of this package that find more than the format's own list says."""


class Stored(NamedTuple):
    """A tensor as a list tells it. `source`: what its offset counts in, where that is not the file itself.

    `big`: numbers have their highest byte first. `left`: why its bytes cannot be read, "" where they can.
    """

    row: Row
    source: Artifact | None = None
    big: bool = False
    left: str = ""


class Left(NamedTuple):
    """A tensor, or the rest of one, whose bytes are not looked at; `reason` as in `TensorsLeft`."""

    reason: str
    name: str
    nbytes: int


Beside = Mapping[str, Artifact]
"""The other files of the scan by their path: some formats keep the data of tensors there."""


@dataclass(frozen=True, slots=True, eq=False)
class TensorView:
    """One tensor. `start` and `nbytes` are inside its source, `unit` is (elements, bytes) of a part.

    `dtype` is numpy's name or ggml's, "" where the element type is not understood: the bytes are all there is.
    `shape` is in row-major order. `big`: numbers have their highest byte first. `source` as in `Stored`.
    """

    name: str
    role: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    nbytes: int
    unit: tuple[int, int]
    big: bool = False
    source: Artifact | None = None

    @property
    def elements(self) -> int:
        """Number of elements; of bytes, where the type is not understood."""
        return self.nbytes // self.unit[1] * self.unit[0]

    @property
    def rows(self) -> int:
        """Number of rows: the first dimension of two and more, where it divides the bytes; else 1."""
        if len(self.shape) < 2 or not 0 < self.shape[0] <= self.nbytes or self.nbytes % self.shape[0]:  # noqa: PLR2004
            return 1
        return self.shape[0] if self.nbytes // self.shape[0] % self.unit[1] == 0 else 1


@dataclass(slots=True, eq=False)
class Table:
    """The tensors of a file in the order of their bytes, and what of them is left."""

    format: str
    views: list[TensorView]
    left: list[Left]


def format_of(head: bytes, path: str) -> str:
    """Name the format of a file that has tensors at places of its own; "" for any other."""
    for name, mark, at in FORMATS:
        if head.startswith(mark, at):
            return name if name != "safetensors" or not any(head[4:8]) else ""
    return "onnx" if path.endswith(".onnx") or (head[:1] == b"\x08" and b"onnx" in head[:512].lower()) else ""


def table(
    artifact: Artifact, form: str, limits: Limits, beside: Beside | None = None, *, shared: bool = False
) -> Table:
    """List the tensors of a file. What breaks its own table is told by its reader; here the list ends there.

    `form` is what `format_of` says, or "npz" for the arrays of a zip; `beside` are files that data may lie in.
    `shared` keeps every name of bytes that several share.
    """
    found = Table(form, [], [])
    spans: set[tuple[Span, str]] = set()
    try:
        for stored in _stored(artifact, form, limits, beside or {}):
            view = _view(stored, form, artifact, found.left)
            if view is None:
                continue
            # Bytes shared by name are read once, unless `shared`.
            span = Span(view.start, view.nbytes, ""), view.source.path if view.source else ""
            if shared or span not in spans:
                spans.add(span)
                found.views.append(view)
            if len(found.views) > limits.entries:
                found.left.append(Left("entries", view.name, 0))
                break
    except MalformedError:
        found.left.append(Left("broken", "", 0))
    found.views.sort(key=lambda view: (view.source.path if view.source else "", view.start, view.name))
    return found


def _stored(artifact: Artifact, form: str, limits: Limits, beside: Beside) -> Iterator[Stored]:
    if form in _LISTERS:
        lister: Callable[[Artifact, Limits, Beside], Iterator[Stored]]
        lister = import_module(f"scanner.measures.{_LISTERS[form]}").stored
        yield from lister(artifact, limits, beside)
        return
    big = form == "gguf" and _is_big(artifact)
    for row in import_module(f"scanner.formats.{form}.listing").listing(artifact, limits):
        if row.kind == "tensor":
            yield Stored(row, None, big or row.dtype.startswith(">"), "objects" if row.value else "")


def _is_big(artifact: Artifact) -> bool:
    """Say whether the version of a GGUF file, a small number, has its highest byte first."""
    with artifact.open() as stream:
        return read_at(stream, 4, 2) == b"\0\0"


def _view(stored: Stored, form: str, artifact: Artifact, left: list[Left]) -> TensorView | None:
    """Make a view of a row; sizes that lie are cut to what is there. What cannot be read goes to `left`."""
    row = stored.row
    size = (stored.source or artifact).size
    if row.nbytes == 0 or (stored.left and product(row.shape) == 0):
        return None  # an empty tensor has nothing to look at
    reason = stored.left or ("elsewhere" if row.offset < 0 else "outside" if row.offset >= size else "")
    if reason:
        left.append(Left(reason, row.name, max(0, row.nbytes)))
        return None
    dtype, unit = _unit(row.dtype, form)
    if stored.big and unit[0] > 1:
        dtype, unit = "", (1, 1)
    whole = max(row.nbytes, 0) or size - row.offset
    nbytes = min(whole, size - row.offset)
    shape = row.shape[::-1] if form == "gguf" else row.shape
    if product(shape) * unit[1] != nbytes * unit[0]:
        shape = ()
    nbytes -= nbytes % unit[1]
    if nbytes < whole:
        left.append(Left("outside", row.name, whole - nbytes))
    if not nbytes:
        return None
    big = stored.big and unit[1] > 1
    return TensorView(row.name, role_of(row.name, shape), dtype, shape, row.offset, nbytes, unit, big, stored.source)


def _unit(dtype: str, form: str) -> tuple[str, tuple[int, int]]:
    from scanner.sketch import plain

    if dtype in BLOCKS and form == "gguf":
        return dtype, BLOCKS[dtype]
    name = _LETTERS.get(dtype.lstrip("<>|=")) if form in ("numpy", "npz") else plain(dtype)
    return (name, (1, NBYTES[name])) if name in NBYTES else ("", (1, 1))


def content(artifact: Artifact, view: TensorView, at: int, nbytes: int) -> bytes:
    """Read bytes of a tensor from `at` on, as many as there are, in the order in which they are stored."""
    with (view.source or artifact).open() as stream:
        return read_at(stream, view.start + at, min(nbytes, view.nbytes - at))


def values(artifact: Artifact, view: TensorView) -> "Iterator[NDArray[float32]]":
    """Yield the numbers of a tensor in order as flat float32 arrays, each valid until the next one is asked for.

    Blocks are dequantised. Yields nothing where the type holds no floats, and ends early where the file does.
    """
    from scanner.measures.chunks import chunks

    for chunk in chunks(artifact, view):
        found = chunk.values()
        if found is not None:
            yield found
