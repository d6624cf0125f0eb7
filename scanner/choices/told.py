"""Choices as facts: those of one kind folded into one."""

from collections.abc import Callable, Iterator

from scanner.artifact import Artifact, Location
from scanner.choices.follow import Analysis
from scanner.choices.kept import keep
from scanner.choices.state import Choice
from scanner.facts import LimitReached
from scanner.facts.graph import GraphCondition

FACTS = 1000
"""Choices of one file that are told."""

NAME_CHARACTERS = 200


def told(
    artifact: Artifact, analysis: Analysis, form: str, place: Callable[[Choice], Location] | None = None
) -> Iterator[GraphCondition | LimitReached]:
    """Yield the choices of one file; of each kind the one nearest to an output. `form` is the format's name.

    `place` says where a choice lies, if not at bytes of the artifact.
    """
    keep(artifact, analysis.graphs)
    folded: dict[Choice, list[Choice]] = {}
    for one in analysis.choices:
        kind = one._replace(distance=0, node="", at=0, size=0)
        folded.setdefault(kind, []).append(one)
    for choices in list(folded.values())[:FACTS]:
        first = min(choices, key=lambda one: one.distance)
        yield GraphCondition(
            where=place(first) if place else artifact.at(first.at, first.size) if first.at >= 0 else artifact.at(),
            format=form,
            operator=first.operator[:NAME_CHARACTERS],
            comparison=first.comparison[:NAME_CHARACTERS],
            constants=tuple(text[:NAME_CHARACTERS] for text in first.constants),
            fixed=first.fixed,
            value=first.value[:NAME_CHARACTERS],
            compared=first.compared,
            raw=first.raw,
            over=first.over,
            distance=first.distance,
            scope=first.scope[:NAME_CHARACTERS],
            node=first.node[:NAME_CHARACTERS],
            count=len(choices),
        )
    if len(folded) > FACTS:
        yield LimitReached(where=artifact.at(), limit="choices", bound=FACTS, unit="choices")
    if analysis.full:
        yield LimitReached(where=artifact.at(), limit="graph", bound=analysis.bound, unit="nodes")
