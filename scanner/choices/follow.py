"""Values followed from the inputs of a graph to the choices that depend on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.choices.distance import DEPTH, Distances
from scanner.choices.graph import Graph, Node, called, ordered
from scanner.choices.state import Choice, Found, State, chosen, merged, result, ways
from scanner.choices.words import Words

STEPS = 4
SPARE_STEPS = 30_000
"""Nodes followed: so many times those of the file and so many more. A function is followed for each kind of caller, a
loop twice, and one inside another four times."""

_FAR = 8
"""Callers farther from an output than this count as equally far."""


class Gate(NamedTuple):
    """The answer that decides whether a value exists at all, and the one around it."""

    answer: State
    outer: "Gate | None"


@dataclass(slots=True, eq=False, repr=False)
class Level:
    """What is known of the names of one graph."""

    states: dict[str, State]
    constants: Mapping[str, str] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)


class Place(NamedTuple):
    """Where a node or graph stands: the names around it, innermost last, and its scope.

    `aways` has for each of its outputs the nodes up to an output of the model, or -1. `depth` counts the graphs and
    functions around it.
    """

    around: tuple[Level, ...]
    scope: str
    aways: tuple[int, ...]
    depth: int = 0


States = list[State | None]


class Analysis:
    """Follows values through the graphs of one file; `choices` fills as it goes.

    `full`: some of it lies too deep, or would take more than `bound` steps, and was not followed.
    """

    def __init__(self, words: Words, functions: Iterable[Graph], nodes: int) -> None:
        """Keep the functions by the names they are called by; `nodes` counts all of the file's."""
        self.choices: list[Choice] = []
        self.full = False
        self._words = words
        self._functions = {function.key: function for function in functions}
        self._roots: list[Graph] = []
        self._distances = Distances(self._functions, words.free)
        self.bound = STEPS * nodes + SPARE_STEPS
        self._left = self.bound
        self._reached: set[str] = set()
        self._known: dict[tuple[object, ...], States] = {}
        self._orders: dict[int, list[Node]] = {}

    def root(self, graph: Graph, *, raw: bool = True) -> None:
        """Follow a graph that the model's user calls. Inputs that have a value of their own are constants.

        `raw`: what it takes is the model's input itself.
        """
        free = (name for name in graph.inputs if not (name in graph.constants or name in graph.weights))
        given = {name: State(raw=raw) for name in free}
        scope = graph.name if graph.key in self._functions else ""
        self._reached.add(graph.key)
        self._roots.append(graph)
        self._run(graph, Place((Level(given),), scope, (0,) * len(graph.outputs)))

    @property
    def graphs(self) -> list[Graph]:
        """All graphs: those that were followed from their inputs, then functions."""
        roots = [graph for graph in self._roots if graph is not self._functions.get(graph.key)]
        return [*roots, *self._functions.values()]

    def rest(self, *, raw: bool = False, keys: Iterable[str] | None = None) -> None:
        """Follow the functions, or those of these keys, that no graph has called so far."""
        for key in self._functions if keys is None else keys:
            if key not in self._reached:
                self.root(self._functions[key], raw=raw)

    def _order(self, graph: Graph) -> list[Node]:
        if id(graph) not in self._orders:
            self._orders[id(graph)] = ordered(graph.nodes)
        return self._orders[id(graph)]

    def _run(self, graph: Graph, place: Place) -> States:
        """Follow one graph. Return the states of its outputs."""
        self._left -= len(graph.nodes) + 1
        if self._left < 0 or place.depth > DEPTH:
            self.full = True
            return [State(raw=True, deep=True)] * len(graph.outputs)
        away_of = self._distances.of(graph, place.aways)
        constants = dict(graph.constants)
        here = Level({}, constants)
        around = (*place.around, here)
        for node in self._order(graph):
            if node.constant and not node.inputs:
                constants.update(dict.fromkeys(node.outputs, node.constant))
            aways = tuple(away_of.get(name, -1) for name in node.outputs)
            states = self._node(node, Place(around, place.scope, aways, place.depth))
            here.states.update((name, one) for name, one in zip(node.outputs, states, strict=False) if one and name)
        return [_find(around, name) for name in graph.outputs]

    def _node(self, node: Node, place: Place) -> States:
        """Return the states of a node's outputs; note the choice it makes."""
        words = self._words
        known = [_find(place.around, name) for name in node.inputs]
        gate = self._gate(node, place, known)
        inner = self._run_all(node, self._round(node, known, place) if node.operator in words.loops else known, place)
        if node.operator in words.switches:
            return known[:1] * len(node.outputs)
        function = self._functions.get(called(node.domain, node.operator))
        if function is not None:
            count = len(function.inputs)
            return self._call(function, [*known, *[None] * count][:count], place)
        taints = [state for state in (*known, *(one for states in inner for one in states)) if state]
        if node.operator in words.shape or not (taints or (gate and node.operator in words.merges)):
            return []
        if inner and node.operator not in words.branches and node.operator not in words.loops:
            return inner[0] if len(inner) == 1 else [_joined(taints)] * len(node.outputs)
        found = chosen(words, node, known, inner, gate and gate.answer)
        if found is not None:
            self._note(node, known, place, found)
            taints.append(found.answer)
        if inner:
            return [merged(found, way) for way in ways(words, node, known, inner)[1]]
        numbers = _texts(place.around, (name for name, one in zip(node.inputs, known, strict=True) if not one))
        return [result(words, node, known, taints, numbers)] * len(node.outputs)

    def _run_all(self, node: Node, known: States, place: Place) -> list[States]:
        """Follow the graphs and functions that a node runs."""
        called_ = [self._functions[name] for name in node.calls if name in self._functions]
        inner = [self._inner(node, graph, known, self._inside(node, place, at)) for at, graph in enumerate(node.graphs)]
        return inner + [self._call(one, known, self._inside(node, place, at)) for at, one in enumerate(called_)]

    def _inside(self, node: Node, place: Place, at: int) -> Place:
        """Say how far the outputs of a node's graph are from those of the model. A condition has all of them in it."""
        loop = self._words.loops.get(node.operator)
        nearest = min((away for away in place.aways if away >= 0), default=-1)
        if loop is None or (loop < 0 and at):
            return place
        return place._replace(aways=(nearest,) if loop < 0 else (nearest, *place.aways))

    def _round(self, node: Node, known: States, place: Place) -> States:
        """Return what a loop's values are from its second round on. Choices are told when that is followed."""
        skip = 1 if self._words.loops[node.operator] >= 0 else 0
        if all(known[skip:]):  # no further round adds to what already depends on the input
            return known
        told, remembered = self.choices, self._known
        self.choices, self._known = [], {}
        inner = self._run_all(node, known, place)
        self.choices, self._known = told, remembered
        body = inner[-1] if inner else []
        return [
            old or (body[number - skip] if skip <= number <= len(body) - 1 + skip else None)
            for number, old in enumerate(known)
        ]

    def _inner(self, node: Node, graph: Graph, known: States, place: Place) -> States:
        """Follow the graph of an attribute. Its last inputs are the node's last ones."""
        scope = "/".join(part for part in (place.scope, node.name or node.operator) if part)
        around = (*place.around, Level(_given(graph, known)))
        return self._run(graph, Place(around, scope, place.aways, place.depth + 1))

    def _call(self, function: Graph, known: States, place: Place) -> States:
        """Follow a function from one of its callers, or remember what came of a like one."""
        self._reached.add(function.key)
        self._left -= len(function.inputs)
        given = _given(function, known)
        aways = tuple(min(away, _FAR) for away in place.aways)
        key = (function.key, tuple(given.items()), aways)
        if key not in self._known:
            # A function that calls itself finds what is assumed here.
            self._known[key] = [_joined(list(given.values())) if given else None] * len(function.outputs)
            self._known[key] = self._run(function, Place((Level(given),), function.name, aways, place.depth + 1))
        return self._known[key]

    def _gate(self, node: Node, place: Place, known: States) -> Gate | None:
        """Return the answer that decides whether a node runs; keep it for those who use the node's values."""
        words, here = self._words, place.around[-1]
        if not words.switches:
            return None
        gate = next((here.gates[name] for name in (*node.inputs, *node.controls) if name in here.gates), None)
        passed = gate
        if node.operator in words.switches and known and known[-1] and known[-1].told:
            passed = Gate(known[-1], gate)
        elif node.operator in words.merges and gate:
            passed = gate.outer
        if passed:
            here.gates.update(dict.fromkeys(node.outputs, passed))
        return gate

    def _note(self, node: Node, known: States, place: Place, found: Found) -> None:
        """Keep a choice. One that reaches no output decides nothing."""
        reached = [away for at, away in enumerate(place.aways) if away >= 0 and (not found.where or at in found.where)]
        if not reached:
            return
        free = [name for name, one in zip(node.inputs, known, strict=True) if one is None]
        self.choices.append(
            Choice(
                operator=node.operator,
                comparison=found.answer.told,
                constants=found.answer.constants,
                fixed=found.fixed,
                value=next(iter(_texts(place.around, free)), "") if found.fixed else "",
                compared=bool(found.answer.answer),
                raw=found.answer.raw,
                over=found.over,
                distance=min(reached),
                scope=place.scope,
                node=node.name,
                at=node.at,
                size=node.size,
            )
        )


def _given(graph: Graph, known: States) -> dict[str, State]:
    """Hand the last values on to the graph's inputs."""
    count = min(len(graph.inputs), len(known))
    taken = zip(graph.inputs[len(graph.inputs) - count :], known[len(known) - count :], strict=True)
    return {name: state for name, state in taken if state and name}


def _joined(taints: list[State]) -> State:
    return State(raw=any(one.raw for one in taints), deep=any(one.deep for one in taints))


def _find(around: tuple[Level, ...], name: str) -> State | None:
    for level in reversed(around):
        if name in level.states:
            return level.states[name]
    return None


def _texts(around: tuple[Level, ...], names: Iterable[str]) -> list[str]:
    """Return the constants of these names that are known."""
    return [level.constants[name] for name in names for level in reversed(around) if level.constants.get(name)]
