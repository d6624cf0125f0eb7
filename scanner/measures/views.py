"""The tensors of a file as numbers: where their bytes lie, how they are to be taken, what part of a model they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.measures.roles import role_of
from scanner.streams import read_at
from scanner.tensors import Row, Span, product

NBYTES: Final = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1, "int8": 1,
    "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8, "bool": 1,
}  # fmt: skip
"""Bytes of an element by its type, as numpy names it."""

BLOCKS: Final = {"Q8_0": (32, 34), "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24)}
"""Elements and bytes of a block that can be turned into numbers. https://github.com/ggml-org/ggml ggml-common.h"""

FLOATS: Final = frozenset(("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"))

_CODES: Final = {
    "<f8": "float64", "<f4": "float32", "<f2": "float16", "|i1": "int8", "|u1": "uint8", "<i2": "int16",
    "<u2": "uint16", "<i4": "int32", "<u4": "uint32", "<i8": "int64", "<u8": "uint64", "|b1": "bool",
}  # fmt: skip
"""What the header of a numpy array calls them; numbers that start with their highest byte are taken as bytes."""

Lister = Callable[[Artifact, Limits], Iterator[Row]]

FORMATS: Final[tuple[tuple[str, bytes, int], ...]] = (
    ("gguf", b"GGUF", 0), ("numpy", b"\x93NUMPY", 0), ("hdf5", b"\x89HDF\r\n\x1a\n", 0), ("safetensors", b"{", 8),
)  # fmt: skip
"""Formats whose lists say where the bytes of each tensor lie: name, mark, and the mark's offset."""


@dataclass(frozen=True, slots=True, eq=False)
class TensorView:
    """One tensor. `start` and `nbytes` are in the artifact and inside it, `unit` is (elements, bytes) of a part.

    `dtype` is numpy's name or ggml's, "" where the element type is not understood: the bytes are all there is.
    `shape` is in row-major order.
    """

    name: str
    role: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    nbytes: int
    unit: tuple[int, int]

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
    """The tensors of a file in the order of their bytes. `left` are those whose bytes lie elsewhere or nowhere."""

    format: str
    views: list[TensorView]
    left: int = 0


def format_of(head: bytes, path: str) -> str:
    """Name the format of a file that has tensors at places of its own; "" for any other."""
    for name, mark, at in FORMATS:
        if head.startswith(mark, at):
            return name if name != "safetensors" or not any(head[4:8]) else ""
    if head.startswith(b"PK"):
        return "torch"  # whether it is one its directory says
    return "onnx" if path.endswith(".onnx") or (head[:1] == b"\x08" and b"onnx" in head[:512].lower()) else ""


def table(artifact: Artifact, form: str, limits: Limits) -> Table:
    """List the tensors of a file. What breaks its own table is told by its reader; here the list ends there."""
    rows = _rows(form)
    found = Table(form, [])
    spans: set[Span] = set()
    try:
        for row in rows(artifact, limits):
            if row.kind != "tensor":
                continue
            view = _view(row, form, artifact.size)
            if view is None:
                found.left += 1
            elif (span := Span(view.start, view.nbytes, "")) not in spans:  # bytes shared by name are read once
                spans.add(span)
                found.views.append(view)
            if len(found.views) > limits.entries:
                break
    except MalformedError:
        pass
    found.views.sort(key=lambda view: (view.start, view.name))
    return found


def _rows(form: str) -> Lister:
    if form == "torch":
        from scanner.measures import checkpoint

        return checkpoint.rows
    found: Lister = import_module(f"scanner.formats.{form}.listing").listing
    return found


def _view(row: Row, form: str, size: int) -> TensorView | None:
    """Make a view of a row whose bytes lie in the file as they are; sizes that lie are cut to what is there."""
    if row.offset < 0 or row.nbytes <= 0 or row.offset >= size or (form == "hdf5" and row.value):
        return None
    dtype, unit = _unit(row.dtype, form)
    nbytes = min(row.nbytes, size - row.offset)
    shape = row.shape[::-1] if form == "gguf" else row.shape
    if product(shape) * unit[1] != nbytes * unit[0]:
        shape = ()
    nbytes -= nbytes % unit[1]
    if not nbytes:
        return None
    return TensorView(row.name, role_of(row.name, shape), dtype, shape, row.offset, nbytes, unit)


def _unit(dtype: str, form: str) -> tuple[str, tuple[int, int]]:
    from scanner.sketch import plain

    if dtype in BLOCKS and form == "gguf":
        return dtype, BLOCKS[dtype]
    name = _CODES.get(dtype) or ("" if form == "hdf5" else plain(dtype))
    return (name, (1, NBYTES[name])) if name in NBYTES else ("", (1, 1))


def content(artifact: Artifact, view: TensorView, at: int, nbytes: int) -> bytes:
    """Read bytes of a tensor from `at` on, as many as there are."""
    with artifact.open() as stream:
        return read_at(stream, view.start + at, min(nbytes, view.nbytes - at))
