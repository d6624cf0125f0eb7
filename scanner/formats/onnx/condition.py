"""Choices that a graph makes on the values of its input.

Architectural backdoors (arXiv 2206.07840, ShadowLogic arXiv 2511.00664) compare the input with a constant and then
choose a fixed output. Values are followed from the inputs; a shape is no value. An arithmetic gate without a
comparison is not seen, nor what lies behind a custom operator.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.formats.onnx.graph import Graph, Node

COMPARE = frozenset(("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "IsNaN", "IsInf"))
_CARRY = frozenset((
    "Not", "And", "Or", "Xor", "Cast", "CastLike", "Identity", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Expand",
    "Tile", "Transpose", "Slice", "Gather", "Split", "Concat", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceProd",
    "ReduceMean", "Clip", "Max", "Min", "Mul", "Sub", "Where", "If",
))  # fmt: skip
"""Operators whose result is still the answer of a comparison."""

_SHAPE = frozenset(("Shape", "Size", "EyeLike", "RandomNormalLike", "RandomUniformLike"))
_TRAINED = frozenset((
    "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv", "MatMul", "MatMulInteger", "QLinearMatMul",
    "Gemm", "LSTM", "GRU", "RNN", "Einsum", "LayerNormalization", "BatchNormalization", "MatMulNBits", "Gather",
    "Attention", "TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble",
))  # fmt: skip
"""With a constant among their inputs: layers (Gather of a constant is an embedding)."""

CONSTANTS = 3


class State(NamedTuple):
    """What is known of a value that depends on the input. `answer` is the comparison that it is the answer of."""

    raw: bool
    answer: str
    constants: tuple[str, ...]


class Choice(NamedTuple):
    """See `GraphCondition`; `at` and `size` are the node's place in the file."""

    operator: str
    comparison: str
    constants: tuple[str, ...]
    fixed: bool
    value: str
    raw: bool
    distance: int
    scope: str
    node: str
    at: int
    size: int


Scope = dict[str, State]


class Place(NamedTuple):
    """Where a node or graph stands: the values around it, innermost last, its scope, nodes up to an output or -1."""

    around: list[Scope]
    scope: str
    away: int


Functions = dict[tuple[str, str], list[State | None]]


class Analysis:
    """Follows values through a model's graphs; `choices` fills as it goes."""

    def __init__(self, functions: Sequence[Graph]) -> None:
        """Read the functions first: each is a node to those who call it."""
        self.choices: list[Choice] = []
        self._functions: Functions = {}
        for function in functions:
            inputs = {name: State(raw=True, answer="", constants=()) for name in function.inputs}
            self._functions[function.domain, function.name] = self.run(function, Place([inputs], function.name, 0))

    @staticmethod
    def inputs(graph: Graph) -> Scope:
        """Return the state of a main graph's inputs; one with an initializer is a constant that may be replaced."""
        return {name: State(raw=True, answer="", constants=()) for name in graph.inputs if name not in graph.constants}

    def run(self, graph: Graph, place: Place) -> list[State | None]:
        """Follow one graph. Return the states of its outputs."""
        inner: Scope = {}
        around = [*place.around, inner]
        constants = dict(graph.constants)
        distances = _distances(graph)
        for node in _ordered(graph.nodes):
            if node.constant and not node.inputs:
                constants.update(dict.fromkeys(node.outputs, node.constant))
            away = min((distances[name] for name in node.outputs if name in distances), default=-1)
            away = away + place.away if away >= 0 and place.away >= 0 else -1
            states = self._node(node, constants, Place(around, place.scope, away))
            inner.update((name, state) for name, state in zip(node.outputs, states, strict=False) if state and name)
        return [_find(around, name) for name in graph.outputs]

    def _node(self, node: Node, constants: dict[str, str], place: Place) -> list[State | None]:
        """Return the states of a node's outputs; note the choice it makes."""
        known = [_find(place.around, name) for name in node.inputs]
        inner = [self._inner(node, graph, known, place) for graph in node.graphs]
        called = self._functions.get((node.domain, node.operator))
        taints = [state for state in (*known, *(one for states in inner for one in states)) if state]
        if not taints or node.operator in _SHAPE:
            return []
        if called is not None:
            raw = any(taint.raw for taint in taints)
            return [state and state._replace(raw=state.raw and raw) for state in called]
        found = _choice(node, known, inner)
        if found is not None:
            self._note(node, known, constants, place, *found)
        return [_result(node, known, taints, constants)] * len(node.outputs)

    def _inner(self, node: Node, graph: Graph, known: list[State | None], place: Place) -> list[State | None]:
        """Follow the graph of an attribute. Loop and Scan hand their last inputs to it."""
        count = min(len(graph.inputs), len(known))
        taken = zip(graph.inputs[len(graph.inputs) - count :], known[len(known) - count :], strict=True)
        given = {name: state for name, state in taken if state}
        name = "/".join(part for part in (place.scope, node.name or node.operator) if part)
        return self.run(graph, Place([*place.around, given], name, place.away))

    def _note(  # noqa: PLR0913, PLR0917 - all that is known of one node
        self,
        node: Node,
        known: list[State | None],
        constants: dict[str, str],
        place: Place,
        state: State,
        fixed: bool,  # noqa: FBT001
    ) -> None:
        free = (name for name, one in zip(node.inputs, known, strict=True) if one is None)
        value = next((constants[name] for name in free if constants.get(name)), "") if fixed else ""
        choice = Choice(
            operator=node.operator,
            comparison=state.answer,
            constants=state.constants,
            fixed=fixed,
            value=value,
            raw=state.raw,
            distance=place.away,
            scope=place.scope,
            node=node.name,
            at=node.at,
            size=node.size,
        )
        self.choices.append(choice)


def _choice(node: Node, known: list[State | None], inner: list[list[State | None]]) -> tuple[State, bool] | None:
    """Say what a node decides on, and whether one of its choices is fixed."""
    if node.operator == "Where" and known and known[0] and known[0].answer:
        return known[0], not all(known[1:3])
    if node.operator == "If" and known and known[0] and known[0].answer:
        return known[0], any(not any(states) for states in inner)
    if node.operator == "Loop" and len(known) > 1 and known[1] and known[1].answer:
        return known[1], False
    if node.operator == "Mul" and len(known) > 1:
        gates = [state for state in known if state and state.answer]
        if len(gates) == 1:
            return gates[0], not all(known)
    return None


def _result(node: Node, known: list[State | None], taints: list[State], constants: dict[str, str]) -> State:
    """Carry the state of a node's inputs to its outputs."""
    fixed = any(state is None for state in known)
    raw = any(state.raw for state in taints) and not (node.operator in _TRAINED and _is_layer(node, known, fixed))
    if node.operator in COMPARE:
        values = tuple(constants.get(name, "") for name, state in zip(node.inputs, known, strict=True) if not state)
        return State(raw, node.operator, tuple(value for value in values if value)[:CONSTANTS])
    answers = [state for state in taints if state.answer]
    if node.operator in _CARRY and answers:
        first = next((state for state in answers if state.raw), answers[0])
        # A choice among values is a value again, unless all of them are answers.
        if node.operator not in ("Where", "If", "Mul") or len(answers) == len(known):
            return State(raw, first.answer, first.constants)
    return State(raw, "", ())


def _is_layer(node: Node, known: list[State | None], fixed: bool) -> bool:  # noqa: FBT001 - one fact of the node
    return fixed and (node.operator != "Gather" or known[0] is None)


def _find(around: list[Scope], name: str) -> State | None:
    for scope in reversed(around):
        if name in scope:
            return scope[name]
    return None


def _needs(node: Node) -> set[str]:
    """Name what a node uses, its inner graphs included."""
    found, pending = set(node.inputs), list(node.graphs)
    while pending:
        graph = pending.pop()
        for inner in graph.nodes:
            found.update(inner.inputs)
            pending.extend(inner.graphs)
        found.update(graph.outputs)
    return found


def _ordered(nodes: Sequence[Node]) -> list[Node]:
    """Sort nodes so that each comes after what it uses; what lies on a circle comes last. Linear."""
    maker = {name: number for number, node in enumerate(nodes) for name in node.outputs if name}
    users: list[list[int]] = [[] for _ in nodes]
    waits = [0] * len(nodes)
    for number, node in enumerate(nodes):
        for source in {maker[name] for name in _needs(node) if name in maker} - {number}:
            users[source].append(number)
            waits[number] += 1
    ready = [number for number, count in enumerate(waits) if not count]
    order = []
    for number in ready:
        order.append(nodes[number])
        for user in users[number]:
            waits[user] -= 1
            if not waits[user]:
                ready.append(user)
    return order + [node for node, count in zip(nodes, waits, strict=True) if count]


def _distances(graph: Graph) -> dict[str, int]:
    """Count the nodes between each value and the nearest output of the graph: 0 for the outputs themselves."""
    maker = {name: node for node in graph.nodes for name in node.outputs if name}
    distances = dict.fromkeys(graph.outputs, 0)
    queue = list(graph.outputs)
    seen: set[int] = set()
    for name in queue:
        node = maker.get(name)
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        for needed in _needs(node):
            if needed not in distances:
                distances[needed] = distances[name] + 1
                queue.append(needed)
    return distances
