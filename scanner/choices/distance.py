"""How many operators lie between a value and the nearest output of the model."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import heappop, heappush

from scanner.choices.graph import Graph, Node, called

DEPTH = 40
"""Graphs inside graphs and functions inside functions that are followed."""


class Distances:
    """Counts operators, those inside functions and inner graphs included. `free` ones only hand a value on."""

    def __init__(self, functions: Mapping[str, Graph], free: Collection[str]) -> None:
        """Start with nothing counted."""
        self._functions = functions
        self._free = free
        self._through: dict[int, dict[str, int]] = {}
        self._depth = 0

    def of(self, graph: Graph, starts: Sequence[int]) -> dict[str, int]:
        """Count for the values of a graph. `starts` says so for its outputs, -1 for one that leads nowhere."""
        maker = {name: node for node in graph.nodes for name in node.outputs if name}
        found: dict[str, int] = {}
        queue: list[tuple[int, str]] = []
        for name, away in zip(graph.outputs, starts, strict=False):
            if 0 <= away < found.get(name, away + 1):
                found[name] = away
                heappush(queue, (away, name))
        done: set[int] = set()
        while queue:
            away, name = heappop(queue)
            node = maker.get(name)
            if node is None or id(node) in done:
                continue
            done.add(id(node))
            for needed, step in self._steps(node):
                if away + step < found.get(needed, away + step + 1):
                    found[needed] = away + step
                    heappush(queue, (away + step, needed))
        return found

    def _steps(self, node: Node) -> Iterator[tuple[str, int]]:
        """Yield what a node uses, and how far that is from its outputs."""
        function = self._functions.get(called(node.domain, node.operator))
        if function is not None:
            inside = self._inside(function)
            yield from (
                (name, inside[inner])
                for name, inner in zip(node.inputs, function.inputs, strict=False)
                if inner in inside
            )
            return
        graphs = [*node.graphs, *(self._functions[name] for name in node.calls if name in self._functions)]
        most = max((min(len(graph.inputs), len(node.inputs)) for graph in graphs), default=0)
        step = 0 if node.operator in self._free else 1
        yield from ((name, step) for name in node.inputs[: len(node.inputs) - most])
        for graph in graphs:
            yield from self._within(node, graph)

    def _within(self, node: Node, graph: Graph) -> Iterator[tuple[str, int]]:
        """Yield what an inner graph uses: the node's last inputs, and names from around it."""
        inside = self._inside(graph)
        count = min(len(graph.inputs), len(node.inputs))
        pairs = zip(node.inputs[len(node.inputs) - count :], graph.inputs[len(graph.inputs) - count :], strict=True)
        yield from ((name, inside[inner]) for name, inner in pairs if inner in inside)
        if any(graph is one for one in node.graphs):
            own = {*graph.inputs, *(name for inner in graph.nodes for name in inner.outputs)}
            yield from ((name, step) for name, step in inside.items() if name not in own)

    def _inside(self, graph: Graph) -> dict[str, int]:
        """Count inside a graph, from its own outputs. What calls itself, or nests too deep, counts as one operator."""
        if id(graph) not in self._through:
            self._through[id(graph)] = dict.fromkeys(graph.inputs, 1)
            if self._depth < DEPTH:
                self._depth += 1
                self._through[id(graph)] = self.of(graph, (0,) * len(graph.outputs))
                self._depth -= 1
        return self._through[id(graph)]
