"""The graphs of a TensorFlow Lite model: tensors and operators as the tables tell them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.flatbuffer import Table
from scanner.formats.tflite.names import TYPES
from scanner.tensors import bounded, product

TENSORS, INPUTS, OUTPUTS, OPERATORS, NAME = range(5)
"""Fields of SubGraph."""

NAME_NBYTES = 300
_RANKS = 64
_INDICES = 100_000


class Tensor(NamedTuple):
    """A tensor. `buffer` 0 is the empty one; `bits` of an element, 0 where it has no fixed size.

    `sparse`: its buffer holds fewer elements than its shape has.
    """

    name: str
    dtype: str
    bits: int
    shape: tuple[int, ...]
    buffer: int
    sparse: bool

    @property
    def elements(self) -> int:
        """Elements by the shape, bounded; a negative dimension counts as none."""
        return product(max(0, size) for size in self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes by shape and type, bounded."""
        return bounded(-(-self.elements * self.bits // 8))


class Node(NamedTuple):
    """An operator of a graph. `options`: where options outside the FlatBuffer lie, and their size."""

    code: int
    tensors: tuple[int, ...]
    options: tuple[int, int]


@dataclass(slots=True)
class Graph:
    """One graph of the model; `full`: it has more entries than are read."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    tensors: list[Tensor] = field(default_factory=list)
    operators: list[Node] = field(default_factory=list)
    full: bool = False


def graphs(tables: Iterator[Table], most: int) -> Iterator[Graph]:
    """Read every graph, `most` tensors and operators in all. Raises `MalformedError`."""
    left = most
    for table in tables:
        graph = Graph(table.text(NAME, NAME_NBYTES), table.numbers(INPUTS, _INDICES), table.numbers(OUTPUTS, _INDICES))
        for tensor in table.tables(TENSORS):
            if left <= 0:
                break
            left -= 1
            graph.tensors.append(_tensor(tensor))
        for node in table.tables(OPERATORS):
            if left <= 0:
                break
            left -= 1
            graph.operators.append(_node(node))
        graph.full = left <= 0
        yield graph
        if graph.full:
            return


def _tensor(table: Table) -> Tensor:
    kind = table.number(1, 1, signed=True)
    dtype, bits = TYPES[kind] if 0 <= kind < len(TYPES) else (str(kind), 0)
    return Tensor(
        table.text(3, NAME_NBYTES), dtype, bits, table.numbers(0, _RANKS), table.number(2, 4), table.field(6) > 0
    )


def _node(table: Table) -> Node:
    tensors = table.numbers(1, _INDICES) + table.numbers(2, _INDICES) + table.numbers(8, _INDICES)
    offset = table.number(9, 8)
    return Node(table.number(0, 4), tensors, (offset, table.number(10, 8)) if offset > 1 else (0, 0))
