"""A graph of operators without its format: what feeds what, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Node(NamedTuple):
    """One operator. Values are names; "" stands for one that is left out.

    `graphs` are the graphs of its attributes, `calls` the functions it names: branches or bodies; in a loop with a
    condition of its own that comes first. `constant` is the value of a constant as text. `controls`: nodes that must
    run before, whose values it does not take. `at` and `size` are its place in the file.
    """

    operator: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    graphs: tuple["Graph", ...] = ()
    constant: str = ""
    at: int = -1
    size: int = 0
    calls: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()


@dataclass(slots=True, eq=False, repr=False)
class Graph:
    """A graph, or the body of a function. `constants` maps values to their content as text, where it is small.

    `weights`: inputs that carry variables, not values.
    """

    name: str = ""
    domain: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    weights: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The name that nodes call a function by."""
        return called(self.domain, self.name)


def called(domain: str, name: str) -> str:
    """Name a function of a domain."""
    return f"{domain}:{name}" if domain else name


def needs(node: Node) -> set[str]:
    """Name the values that a node uses, its inner graphs included."""
    found, pending = set(node.inputs), list(node.graphs)
    while pending:
        graph = pending.pop()
        for inner in graph.nodes:
            found.update(inner.inputs)
            pending.extend(inner.graphs)
        found.update(graph.outputs)
    return found


def ordered(nodes: Sequence[Node]) -> list[Node]:
    """Sort nodes so that each comes after what it uses; what lies on a circle comes last. Linear."""
    maker = {name: number for number, node in enumerate(nodes) for name in node.outputs if name}
    users: list[list[int]] = [[] for _ in nodes]
    waits = [0] * len(nodes)
    for number, node in enumerate(nodes):
        for source in {maker[name] for name in (*needs(node), *node.controls) if name in maker} - {number}:
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
