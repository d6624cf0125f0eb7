"""What is kept of an ONNX file: graphs, nodes and tensors without their data."""

from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.choices.graph import Graph
from scanner.formats.onnx.schema import BITS, DTYPES, STRING
from scanner.tensors import Span, bounded, product


class Tensor(NamedTuple):
    """A TensorProto. `at` and `size` are its message's place, `data` that of `raw_data` (start -1: none).

    `typed` is the number of elements in a typed field, -1 where that is not known without decoding, 0 for none.
    `external` holds the entries of `external_data`; `is_external` whether its data lies there.
    `value` is the content of a small numeric tensor as text. `packed` is the place of `float_data` or `double_data`.
    """

    name: str
    shape: tuple[int, ...]
    code: int
    at: int
    size: int
    data: Span
    typed: int
    strings: int
    external: tuple[tuple[str, str], ...]
    is_external: bool
    value: str
    packed: Span = Span(-1, -1, "")

    @property
    def dtype(self) -> str:
        """Name of the element type, or its code."""
        return DTYPES[self.code] if 0 <= self.code < len(DTYPES) else f"type-{self.code}"

    @property
    def elements(self) -> int:
        """Number of elements, bounded."""
        return product(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of raw data by type and shape, bounded; -1 where the type has no fixed size."""
        bits = BITS.get(self.code)
        return -1 if bits is None else bounded(-(-self.elements * bits // 8))

    @property
    def is_known(self) -> bool:
        """Say whether the element type is one of the format's."""
        return 0 < self.code < len(DTYPES)

    @property
    def is_string(self) -> bool:
        """Say whether elements are texts."""
        return self.code == STRING


class Text(NamedTuple):
    """A text found on the way, cut, with the marks of the whole. `place` as in `MetadataEntry`; `size` in bytes."""

    place: str
    key: str
    value: str
    marks: tuple[str, ...]
    at: int
    size: int


class Unknown(NamedTuple):
    """A field that the format does not have. `message` is where it was found."""

    message: str
    number: int
    start: int
    size: int


@dataclass(slots=True, eq=False, repr=False)
class Model:
    """A ModelProto and everything that was met inside it, in the order of the file."""

    ir_version: int = -1
    producer: str = ""
    graph: Graph | None = None
    functions: list[Graph] = field(default_factory=list)
    training: list[Graph] = field(default_factory=list)
    sets: dict[str, int] = field(default_factory=dict)
    function_sets: dict[str, int] = field(default_factory=dict)
    tensors: list[Tensor] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    blobs: list[Span] = field(default_factory=list)
    contexts: list[Text] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    graphs: int = 0
    nodes: int = 0
    whole: bool = True
