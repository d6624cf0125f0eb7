"""GraphDefs as graphs of operators, and the choices they make on the input."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.choices.follow import Analysis
from scanner.choices.graph import Graph, Node
from scanner.choices.kept import wanted
from scanner.choices.told import told
from scanner.facts import Fact, LimitReached
from scanner.formats.tensorflow.graph import Graphs
from scanner.formats.tensorflow.nodes import Raw, read
from scanner.formats.tensorflow.words import WORDS
from scanner.protobuf import Wire

NODES = 500_000
"""Nodes of one file whose values are followed."""

_INPUTS = frozenset(("Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "IteratorGetNext"))
_ENDS = frozenset(("NoOp", "Const", "Assert", "SaveV2", "MergeV2Checkpoints", "AssignVariableOp", "Placeholder"))
_FIRST = ("cond", "then_branch", "f", "branches")
"""Attributes that name functions, those that come first."""


def conditions(artifact: Artifact, wire: Wire, graphs: Graphs, ends: list[str]) -> Iterator[Fact]:
    """Yield the choices of the GraphDefs that `graphs` was read from. `ends`: values that signatures return."""
    if not tells(graphs):
        return
    if graphs.nodes > NODES:
        yield LimitReached(where=artifact.at(), limit="graph", bound=NODES, unit="nodes")
        return
    for span in graphs.spans:
        yield from followed(artifact, *read(wire, *span), ends)


def tells(graphs: Graphs) -> bool:
    """Say whether there is an operator that a choice could look at."""
    return wanted() or bool(graphs.uses.keys() & (WORDS.compare | WORDS.steps))


def followed(
    artifact: Artifact, nodes: list[Raw], functions: list[tuple[Graph, list[Raw]]], ends: list[str]
) -> Iterator[Fact]:
    """Follow the values of one GraphDef and its functions."""
    counts = {function.name: len(function.outputs) for function, _ in functions}
    for function, raw in functions:
        _fill(function, raw, counts)
    main = Graph()
    outputs = _fill(main, nodes, counts)
    main.inputs = [node.outputs[0] for node in main.nodes if node.operator in _INPUTS]
    named = [_value(end, outputs) for end in ends if end.partition(":")[0] in outputs]
    main.outputs = named or _sinks(main)
    analysis = Analysis(
        WORDS, [function for function, _ in functions], sum(map(len, (nodes, *(raw for _, raw in functions))))
    )
    analysis.root(main)
    analysis.rest()
    yield from told(artifact, analysis, "tensorflow")


def _fill(graph: Graph, nodes: list[Raw], counts: dict[str, int]) -> dict[str, int]:
    """Turn what was read into the nodes of a graph; return the number of outputs of each node, 0 for any."""
    outputs = {}
    for raw in nodes:
        called = [name for _, name in raw.calls] or [raw.operator]
        outputs[raw.name] = max((counts[name] for name in called if name in counts), default=0)
    for raw in nodes:
        count = outputs[raw.name]
        graph.nodes.append(
            Node(
                operator=raw.operator,
                domain="",
                name=raw.name,
                inputs=tuple(_value(name, outputs) for name in raw.inputs if not name.startswith("^")),
                outputs=tuple(f"{raw.name}:{number}" for number in range(count)) if count else (raw.name,),
                constant=raw.constant,
                at=raw.at,
                size=raw.size,
                calls=tuple(name for key, name in sorted(raw.calls, key=lambda one: one[0] not in _FIRST)),
                controls=tuple(_value(name[1:], outputs) for name in raw.inputs if name.startswith("^")),
            )
        )
    graph.outputs = [_value(name, outputs) for name in graph.outputs]
    return outputs


def _value(name: str, outputs: dict[str, int]) -> str:
    """Name a value: "node", "node:1" in a graph and "node:output:1" in a function; outputs of calls are told apart."""
    node, _, rest = name.partition(":")
    if not outputs.get(node):
        return node
    last = rest.rpartition(":")[2]
    return f"{node}:{int(last) if last.isascii() and last.isdecimal() and len(last) < 9 else 0}"  # noqa: PLR2004


def _sinks(graph: Graph) -> list[str]:
    """Find the values that nothing takes: the outputs of a graph that names none."""
    taken = {name for node in graph.nodes for name in node.inputs}
    return [
        name
        for node in graph.nodes
        if node.inputs and node.operator not in _ENDS
        for name in node.outputs
        if name not in taken
    ]
