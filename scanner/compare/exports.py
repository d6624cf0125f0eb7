"""Files that hold a graph, against the same files of a trusted export: nodes, and choices that are new."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from scanner.artifact import Artifact, Location
from scanner.choices.kept import Kept, collected
from scanner.compare.companions import equal
from scanner.compare.graphs import Step, differing
from scanner.compare.models import Model
from scanner.facts import Fact
from scanner.facts.delta import ChoiceDelta, GraphDelta, NodeDelta
from scanner.facts.graph import GraphCondition
from scanner.limits import HEAD_NBYTES, Limits

GRAPHS = frozenset(("onnx", "ort", "tflite", "tensorflow", "keras", "torch", "hdf5"))
"""Formats whose readers follow a graph; in folders and archives of them as well."""

TOLD = 200
OPERATORS = 20
CHARACTERS = 200


def facts(base: Model, model: Model, relation: str, limits: Limits) -> Iterator[Fact]:
    """Yield how each graph differs, of the files that both sides have."""
    left, right = _files(base), _files(model)
    for name in sorted(left.keys() & right.keys()):
        if _has_graph(left[name]) and _has_graph(right[name]) and not equal(left[name], right[name]):
            yield from _compared(base.root, name, left[name], right[name], relation, limits)


def _files(model: Model) -> Mapping[str, Artifact]:
    """Name all files by their paths below the root; a root that is a file by nothing."""
    every = {one.path.removeprefix(model.root).lstrip("/"): one for one in model.files}
    return {**model.others, **model.unread, **every}


def _has_graph(artifact: Artifact) -> bool:
    from scanner import formats

    try:
        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
    except OSError:
        return False
    return any(one.name in GRAPHS and one.claims(head, artifact.path) for one in formats.discover())


def _compared(  # noqa: PLR0913, PLR0917 - what each fact repeats
    root: str, name: str, one: Artifact, other: Artifact, relation: str, limits: Limits
) -> Iterator[Fact]:
    (before, old), (after, new) = _read(one, limits), _read(other, limits)
    if not before and not after:
        return
    where = Location(path=other.path)
    steps = list(differing(before, after))
    choices = list(_choices(root, name, old, new))
    counts = Counter(step.how for step in steps)
    nodes, base_nodes = (sum(len(kept.graph.nodes) for kept in side) for side in (after, before))
    yield GraphDelta(
        where=where, base=root, file=name, nodes=nodes, base_nodes=base_nodes, added=counts["added"],
        removed=counts["removed"], changed=counts["changed"],
        share=round(min(1.0, max(counts.values(), default=0) / max(nodes, base_nodes, 1)), 4),
        operators=_operators(steps), choices=len(choices), first=_named(steps[0]) if steps else "", relation=relation,
    )  # fmt: skip
    for step in steps[:TOLD]:
        yield NodeDelta(
            where=where, base=root, file=name, how=step.how, operator=step.operator[:CHARACTERS],
            node=step.node[:CHARACTERS], scope=step.scope[:CHARACTERS], before=step.before[:CHARACTERS],
        )  # fmt: skip
    yield from choices[:TOLD]


def _named(step: Step) -> str:
    return f"{step.how} {step.operator} {step.node}".strip()[:CHARACTERS]


def _operators(steps: list[Step]) -> tuple[str, ...]:
    counts = Counter(step.operator[:CHARACTERS] for step in steps if step.how == "added")
    return tuple(name for name, _ in counts.most_common(OPERATORS))


@cache
def _nothing() -> Location:
    return Location(path="")


def _read(artifact: Artifact, limits: Limits) -> tuple[list[Kept], list[GraphCondition]]:
    """Read a file as a scan does, and keep its graphs and choices."""
    from scanner import formats, reader

    with collected() as found:
        told = [one for one in reader.read(artifact, formats.discover(), limits) if isinstance(one, GraphCondition)]
    return found, told


def _choices(root: str, name: str, before: list[GraphCondition], after: list[GraphCondition]) -> Iterator[ChoiceDelta]:
    """Yield the choices that the base does not make as often."""
    left: Counter[GraphCondition] = Counter()
    for one in before:
        left[_kind(one)] += one.count
    for one in sorted(after, key=lambda each: each.distance):
        left[_kind(one)] -= one.count
        if left[_kind(one)] < 0:
            yield ChoiceDelta(
                where=one.where, base=root, file=name, operator=one.operator, comparison=one.comparison,
                constants=one.constants, fixed=one.fixed, value=one.value, raw=one.raw, compared=one.compared,
                distance=one.distance, node=one.node,
            )  # fmt: skip


def _kind(one: GraphCondition) -> GraphCondition:
    """Keep what a choice is, and not where it stands."""
    return replace(one, where=_nothing(), distance=0, scope="", node="", count=1)
