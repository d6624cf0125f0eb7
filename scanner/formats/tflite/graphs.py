"""The graphs of a TensorFlow Lite model: tensors and operators as the tables tell them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.flatbuffer import Table
from scanner.formats.tflite.names import TYPES
from scanner.tensors import bounded, product

TENSORS, INPUTS, OUTPUTS, OPERATORS, NAME = range(5)
"""Fields of SubGraph."""

NAME_NBYTES = 300
_OPTIONS, _OPTIONS_2 = 4, 12
"""Fields of Operator."""

_RUNS = {
    "IF": (_OPTIONS, (0, 1)), "WHILE": (_OPTIONS, (0, 1)), "CALL": (_OPTIONS, (0,)), "CALL_ONCE": (_OPTIONS, (0,)),
    "STABLEHLO_WHILE": (_OPTIONS_2, (0, 1)), "STABLEHLO_COMPOSITE": (_OPTIONS_2, (1,)),
    "STABLEHLO_CASE": (_OPTIONS_2, ()),
}  # fmt: skip
"""Where operators that run graphs have their numbers: which options, which fields of them."""

_FUSED = frozenset(("ADD", "SUB", "MUL", "DIV"))
_ACTIVATIONS = ("", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT")
_BRANCHES = 1000
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
    """An operator of a graph. `options`: where options outside the FlatBuffer lie, and their size.

    `others`: tensors it works with on the way. `graphs`: the graphs it runs, a loop's condition first.
    `activation`: the operator that is fused with it, or "".
    """

    code: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    others: tuple[int, ...]
    options: tuple[int, int]
    graphs: tuple[int, ...]
    activation: str

    @property
    def tensors(self) -> tuple[int, ...]:
        """Every tensor it refers to."""
        return self.inputs + self.outputs + self.others


@dataclass(slots=True, eq=False, repr=False)
class Graph:
    """One graph of the model; `full`: it has more entries than are read."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    tensors: list[Tensor] = field(default_factory=list)
    operators: list[Node] = field(default_factory=list)
    full: bool = False


def graphs(tables: Iterator[Table], most: int, codes: Sequence[str]) -> Iterator[Graph]:
    """Read every graph, `most` tensors and operators in all; `codes` names the operators. Raises `MalformedError`."""
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
            graph.operators.append(_node(node, codes))
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


def _node(table: Table, codes: Sequence[str]) -> Node:
    offset, code = table.number(9, 8), table.number(0, 4)
    name = codes[code] if code < len(codes) else ""
    return Node(
        code=code,
        inputs=table.numbers(1, _INDICES),
        outputs=table.numbers(2, _INDICES),
        others=table.numbers(8, _INDICES),
        options=(offset, table.number(10, 8)) if offset > 1 else (0, 0),
        graphs=_run(table, name),
        activation=_activation(table) if name in _FUSED else "",
    )


def _run(table: Table, name: str) -> tuple[int, ...]:
    """Read which graphs an operator runs: IfOptions, WhileOptions and their like are tables of their numbers."""
    if name not in _RUNS:
        return ()
    part, fields = _RUNS[name]
    options = table.table(part)
    if options is None:
        return ()
    if name == "STABLEHLO_CASE":
        return options.numbers(0, _BRANCHES)
    return tuple(options.number(field, 4) for field in fields)


def _activation(table: Table) -> str:
    """Read fused_activation_function, the first field of AddOptions, SubOptions, MulOptions and DivOptions."""
    options = table.table(_OPTIONS)
    number = options.number(0, 1) if options is not None else 0
    return _ACTIVATIONS[number] if number < len(_ACTIVATIONS) else ""
