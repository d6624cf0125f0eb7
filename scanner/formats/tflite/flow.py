"""The graphs of a TensorFlow Lite model as graphs of operators, and the choices they make on the input."""

from collections.abc import Iterator
from struct import calcsize, unpack
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.choices.follow import Analysis
from scanner.choices.graph import Graph, Node
from scanner.choices.kept import wanted
from scanner.choices.told import told
from scanner.facts import Fact
from scanner.flatbuffer import Flat
from scanner.formats.tflite import graphs as lite
from scanner.formats.tflite.words import WORDS
from scanner.tensors import Span

SMALL_NBYTES = 64
ELEMENTS = 8
"""Constants up to here are kept by value."""

_FLEX = "CUSTOM:Flex"
_LETTERS = {
    "float32": "f", "float16": "e", "float64": "d", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H",
    "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q", "bool": "?",
}  # fmt: skip


class Model(NamedTuple):
    """A model's graphs with what their indices refer to. `roots`: graphs that the user of the model calls."""

    flat: Flat
    codes: list[str]
    buffers: list[Span]
    graphs: list[lite.Graph]
    roots: set[int]


def conditions(artifact: Artifact, model: Model) -> Iterator[Fact]:
    """Yield the choices of all graphs."""
    telling = WORDS.compare | WORDS.steps
    fused = any(node.activation in telling for graph in model.graphs for node in graph.operators)
    if not wanted() and not fused and not any(_plain(code) in telling for code in model.codes):
        return
    made = [_graph(model, number, graph) for number, graph in enumerate(model.graphs)]
    analysis = Analysis(WORDS, made, sum(len(graph.nodes) for graph in made))
    for number in sorted(model.roots):
        if number < len(made):
            analysis.root(made[number])
    yield from told(artifact, analysis, "tflite")


def _plain(code: str) -> str:
    return code.removeprefix(_FLEX) if code.startswith(_FLEX) else code


def _name(number: int, graph: lite.Graph) -> str:
    """Name a graph: names need not differ, numbers do."""
    return f"{graph.name}#{number}" if number else ""


def _graph(model: Model, number: int, graph: lite.Graph) -> Graph:
    made = Graph(name=_name(number, graph))
    made.inputs = [str(index) for index in graph.inputs]
    made.outputs = [str(index) for index in graph.outputs]
    for index, tensor in enumerate(graph.tensors):
        text = _constant(model, tensor)
        if text:
            made.constants[str(index)] = text
    for node in graph.operators:
        made.nodes.extend(_nodes(model, graph, node))
    return made


def _nodes(model: Model, graph: lite.Graph, node: lite.Node) -> Iterator[Node]:
    """Yield an operator, and behind it the activation that is fused with it."""
    operator = _plain(model.codes[node.code]) if node.code < len(model.codes) else ""
    outputs = tuple(str(index) for index in node.outputs)
    before = tuple(f"{name}'" for name in outputs) if node.activation else outputs
    first = node.outputs[0] if node.outputs else -1
    name = graph.tensors[first].name if 0 <= first < len(graph.tensors) else ""
    calls = tuple(_name(number, model.graphs[number]) for number in node.graphs if number < len(model.graphs))
    inputs = tuple(str(index) if index >= 0 else "" for index in node.inputs)
    yield Node(operator, "", name, inputs, before, calls=calls)
    if node.activation:
        yield Node(node.activation, "", name, before, outputs)


def _constant(model: Model, tensor: lite.Tensor) -> str:
    """Show the content of a small tensor; a tensor of one number may stand for many."""
    letter = _LETTERS.get(tensor.dtype)
    span = model.buffers[tensor.buffer] if 0 < tensor.buffer < len(model.buffers) else None
    if letter is None or span is None or not 0 < span.start < span.end <= model.flat.size:
        return ""
    count = (span.end - span.start) // calcsize(letter)
    if span.end - span.start > SMALL_NBYTES or not 0 < count <= ELEMENTS:
        return ""
    raw = model.flat.read(span.start, count * calcsize(letter))
    return ", ".join(f"{one:.9g}" if isinstance(one, float) else str(one) for one in unpack(f"<{count}{letter}", raw))
