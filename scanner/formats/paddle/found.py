"""What is kept of a program, in whichever form it is written: its operators, and what they are given."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import GraphSummary
from scanner.facts.paddle import PaddleOperator
from scanner.formats.paddle.operators import REACHES
from scanner.members import leads

SHOWN = 20
SHOWN_CHARACTERS = 200
PLACES = 2000
"""Operators with different paths that are told."""


@dataclass(slots=True)
class Program:
    """A program in the reading. `version` is what it says of itself, 0 where it says nothing."""

    version: int = 0
    blocks: int = 0
    nodes: int = 0
    uses: Counter[str] = field(default_factory=Counter)
    leaving: dict[tuple[str, str, str], tuple[Location, int]] = field(default_factory=dict)

    def add(self, name: str, where: Location, *, path: str = "", reaches: str = "") -> None:
        """Count an operator. `reaches` is given where its name does not say it."""
        self.nodes += 1
        self.uses[name] += 1
        reaches = reaches or REACHES.get(name, "")
        if reaches:
            key = (name, reaches, path)
            first, count = self.leaving.get(key, (where, 0))
            self.leaving[key] = (first, count + 1)

    def facts(self, artifact: Artifact) -> Iterator[Fact]:
        """Yield the summary, and the operators that leave the graph."""
        yield GraphSummary(
            where=artifact.at(), format="paddle", producer="", version=self.version, graphs=self.blocks,
            nodes=self.nodes, functions=0, inputs=(), outputs=(),
            operators=tuple(name for name, _ in self.uses.most_common(SHOWN)), training=False,
        )  # fmt: skip
        for (name, reaches, path), (where, count) in sorted(self.leaving.items())[:PLACES]:
            yield PaddleOperator(
                where=where, operator=name[:SHOWN_CHARACTERS], reaches=reaches, nodes=count,
                target=path[:SHOWN_CHARACTERS], how="url" if "://" in path[:32] else leads(path),
            )  # fmt: skip
        if len(self.leaving) > PLACES:
            yield LimitReached(where=artifact.at(), limit="operators", bound=PLACES, unit="operators")
