"""A graph against a trusted export of it: nodes paired whatever they are called.

Nodes are the same where everything that leads to them is; then where they have one name; then, of what is left, in the
order in which operators follow each other. A node of a pair changed where it has another operator or other inputs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.choices.graph import Graph, Node, called, ordered
from scanner.choices.kept import Kept
from scanner.streams import read_at

ALIGNED = 2000
"""Nodes of one graph that are paired by their order; more are told as removed and added."""

DEPTH = 40
"""Graphs inside graphs that are followed."""

EXACT = 100_000
"""Nodes of one graph whose attributes are compared, byte by byte where both sides use the same names."""


class Step(NamedTuple):
    """A node that differs. `how`: "added", "removed", "changed"; `before` is what it was, where it changed."""

    how: str
    operator: str
    node: str
    scope: str
    before: str = ""


@dataclass(slots=True)
class _Flat:
    """The nodes of one graph, inner graphs included, each with its scope; who makes which value; constants."""

    nodes: list[tuple[Node, str]] = field(default_factory=list)
    maker: dict[str, int] = field(default_factory=dict)
    digests: list[bytes] = field(default_factory=list)
    given: dict[str, bytes] = field(default_factory=dict)
    artifact: Artifact | None = None


def differing(base: Sequence[Kept], model: Sequence[Kept]) -> Iterator[Step]:
    """Yield the nodes that differ, graph by graph: functions by their names, others by their places."""
    left, right = _keyed(base), _keyed(model)
    for key in sorted({*left, *right}):
        yield from _steps(_flat(left.get(key)), _flat(right.get(key)))


def _keyed(kept: Sequence[Kept]) -> dict[tuple[str, int], Kept]:
    """Name graphs by what they are called by; graphs of one name by their order. Names of main graphs are free."""
    found: dict[tuple[str, int], Kept] = {}
    graphs = [one.graph for one in kept]
    counts: dict[str, int] = {}
    names = {called(node.domain, node.operator) for graph in graphs for node in graph.nodes}
    names.update(name for graph in graphs for node in graph.nodes for name in node.calls)
    for one in kept:
        graph = one.graph
        key = graph.key if graph.key in names else ""
        counts[key] = counts.get(key, 0) + 1
        found[key, counts[key]] = one
    return found


def _flat(kept: Kept | None) -> _Flat:
    found = _Flat()
    if kept is not None:
        found.artifact = kept.artifact
        _add(found, kept.graph, "", 0)
    return found


def _add(found: _Flat, graph: Graph, scope: str, depth: int) -> None:
    for number, name in enumerate(graph.inputs):
        found.given[f"{scope}{name}"] = b"input %d" % number
    for name, text in graph.constants.items():
        found.given[f"{scope}{name}"] = text.encode("utf-8", "surrogatepass")
    for node in ordered(graph.nodes):
        inner = f"{scope}{node.name or node.operator}/"
        for one in node.graphs if depth < DEPTH else ():
            _add(found, one, inner, depth + 1)
        at = len(found.nodes)
        total = blake2b(digest_size=16)
        ends = [f"{inner}{name}" for one in node.graphs for name in one.outputs]
        parts = [node.domain, node.operator, node.constant, *node.calls]
        total.update(b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts))
        for name in (*(_seen(found, name, scope) for name in node.inputs), *ends):
            total.update(b"\1" + _digest(found, name))
        found.nodes.append((node, scope))
        found.digests.append(total.digest())
        found.maker.update({f"{scope}{name}": at for name in node.outputs if name})


def _seen(found: _Flat, name: str, scope: str) -> str:
    """Find a name from the innermost scope outwards."""
    while scope and f"{scope}{name}" not in found.maker and f"{scope}{name}" not in found.given:
        scope = scope[: scope.rstrip("/").rfind("/") + 1]
    return f"{scope}{name}"


def _digest(found: _Flat, name: str) -> bytes:
    if name in found.maker:
        return found.digests[found.maker[name]]
    return found.given.get(name, b"weight")


def _steps(base: _Flat, model: _Flat) -> Iterator[Step]:
    pairs = _pairs(base, model)
    for at, (node, scope) in enumerate(model.nodes):
        if at not in pairs:
            yield Step("added", node.operator, _label(node), scope)
            continue
        was = _changed(base, model, pairs, at) if base.digests[pairs[at]] != model.digests[at] else ""
        was = was or ("other attributes" if at < EXACT and _attributes(base, model, pairs[at], at) else "")
        if was:
            yield Step("changed", node.operator, _label(node), scope, was)
    kept = set(pairs.values())
    for at, (node, scope) in enumerate(base.nodes):
        if at not in kept:
            yield Step("removed", node.operator, _label(node), scope)


def _label(node: Node) -> str:
    return node.name or next((name for name in node.outputs if name), "")


def _changed(base: _Flat, model: _Flat, pairs: dict[int, int], at: int) -> str:
    """Say what a node was, "" where only what leads to it changed, and that is told of other nodes."""
    node, scope = model.nodes[at]
    old, old_scope = base.nodes[pairs[at]]
    if (node.domain, node.operator, node.constant) != (old.domain, old.operator, old.constant):
        return f"{old.operator} {old.constant}".strip()
    if len(node.inputs) != len(old.inputs):
        return f"{old.operator} of {len(old.inputs)} inputs"
    for name, was in zip(node.inputs, old.inputs, strict=True):
        one, other = _seen(model, name, scope), _seen(base, was, old_scope)
        if one in model.maker or other in base.maker:
            same = pairs.get(model.maker.get(one, -1), -1) == base.maker.get(other, -2)
        else:
            same = model.given.get(one, b"weight") == base.given.get(other, b"weight")
        if not same:
            return f"{old.operator} of {was}"
    return ""


def _attributes(base: _Flat, model: _Flat, before: int, now: int) -> bool:
    """Say whether two nodes of equal names are written otherwise, where both say where they are written."""
    old, node = base.nodes[before][0], model.nodes[now][0]
    if base.artifact is None or model.artifact is None or node.graphs or node.size <= 0 or old.size <= 0:
        return False
    if (old.name, old.inputs, old.outputs) != (node.name, node.inputs, node.outputs):
        return False
    with base.artifact.open() as one, model.artifact.open() as other:
        return read_at(one, old.at, old.size) != read_at(other, node.at, node.size)


def _pairs(base: _Flat, model: _Flat) -> dict[int, int]:
    """Pair nodes, model to base."""
    found: dict[int, int] = {}
    free = set(range(len(base.nodes)))
    for keys in (_by_digest, _by_name):
        groups: dict[object, list[int]] = {}
        for at in sorted(free, reverse=True):
            groups.setdefault(keys(base, at), []).append(at)
        for at in range(len(model.nodes)):
            same = groups.get(keys(model, at)) if at not in found else None
            if same:
                found[at] = _best(base, model, same, at)
                free.discard(found[at])
    left = [at for at in range(len(model.nodes)) if at not in found]
    found.update(_in_order(base, model, sorted(free), left))
    return found


def _best(base: _Flat, model: _Flat, same: list[int], at: int) -> int:
    """Take the one of its own name, of nodes that are alike, else the first."""
    label = _label(model.nodes[at][0])
    place = next((n for n, one in enumerate(same) if _label(base.nodes[one][0]) == label), -1) if len(same) < 9 else -1  # noqa: PLR2004 - few
    return same.pop(place)


def _by_digest(flat: _Flat, at: int) -> object:
    return flat.digests[at]


def _by_name(flat: _Flat, at: int) -> object:
    node, scope = flat.nodes[at]
    return scope, _label(node), node.operator


def _in_order(base: _Flat, model: _Flat, left: list[int], right: list[int]) -> Iterator[tuple[int, int]]:
    """Pair what is left by the longest runs of equal operators."""
    from difflib import SequenceMatcher

    if max(len(left), len(right)) > ALIGNED:
        return
    matcher = SequenceMatcher(
        None, [base.nodes[at][0].operator for at in left], [model.nodes[at][0].operator for at in right], autojunk=False
    )
    for block in matcher.get_matching_blocks():
        yield from ((right[block.b + n], left[block.a + n]) for n in range(block.size))
