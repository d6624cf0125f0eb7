"""Facts about programs of PaddlePaddle."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PaddleOperator(Fact):
    """An operator that leaves the graph, and how many `nodes` use it.

    `reaches`: "python" (a function of the loading process), "file", "network" or "library" (a custom operator).
    """

    operator: str
    reaches: str
    nodes: int
