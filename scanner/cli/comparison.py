"""What a comparison found, in lines of text: layers against kinds of change, then graphs, files and values beside."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scanner.facts import Fact

if TYPE_CHECKING:
    from scanner.against import Compared
    from scanner.facts.delta import ModelDelta, SettingDelta, TensorDelta

TENSORS_SHOWN = 40
SETTINGS_SHOWN = 12

LIKELY = "delta-names-likely-base"
"""The rule that says so."""

BLIND = "Not told apart: what a fine-tune was trained for. A change that is named is not cleared."


def lines(compared: "Compared") -> Iterator[str]:
    """Yield what was compared, line by line; texts of the model are in them as they are."""
    from scanner.facts.delta import ModelDelta, TensorDelta

    facts = compared.facts

    for fact in facts:
        if isinstance(fact, ModelDelta):
            yield f"{fact.where.path} against {fact.base}: {_sum(fact)}"
            if not fact.alike:
                yield "  These are not two states of one model: most tensors of one have no equal in the other."
    deltas = [fact for fact in facts if isinstance(fact, TensorDelta)]
    yield from _table(deltas)
    changed = [one for one in deltas if one.kind not in {"identical", "requantized"}]
    yield from (_tensor(one) for one in changed[:TENSORS_SHOWN])
    if len(changed) > TENSORS_SHOWN:
        yield f"  and {len(changed) - TENSORS_SHOWN} more tensors; --format json lists all"
    yield from _graphs(facts)
    yield from _beside(facts)
    yield from _likely(compared)
    if changed:
        yield f"  {BLIND}"
    yield ""


def _beside(facts: Sequence[Fact]) -> Iterator[str]:
    from scanner.facts.delta import CompanionDelta, DeltaUnread, SettingDelta

    settings = [fact for fact in facts if isinstance(fact, SettingDelta)]
    for fact in facts:
        if isinstance(fact, CompanionDelta):
            yield f"  {fact.subject:<10} {fact.file}: {fact.how}"
            yield from _settings([one for one in settings if one.file == fact.file])
    yield from _settings([one for one in settings if not one.file])
    for fact in facts:
        if isinstance(fact, DeltaUnread):
            yield f"  not compared: {fact.name} of the {fact.side} ({fact.what})"


def _settings(settings: "Sequence[SettingDelta]") -> Iterator[str]:
    for one in settings[:SETTINGS_SHOWN]:
        said = f"{one.before!r} -> {one.after!r}" if one.how == "changed" else f"{one.how} {one.before or one.after!r}"
        yield f"             {one.key or 'text'}: {said}"
    if len(settings) > SETTINGS_SHOWN:
        yield f"             and {len(settings) - SETTINGS_SHOWN} more values; --format json lists all"


def _graphs(facts: Sequence[Fact]) -> Iterator[str]:
    from scanner.facts.delta import ChoiceDelta, GraphDelta, NodeDelta

    for fact in facts:
        if isinstance(fact, GraphDelta):
            counts = f"{fact.added} added, {fact.removed} removed, {fact.changed} changed"
            yield f"  graph      {fact.file or fact.where.path}: {fact.nodes} nodes, {counts}"
            nodes = [one for one in facts if isinstance(one, NodeDelta) and one.file == fact.file]
            for one in nodes[:TENSORS_SHOWN]:
                was = f", was {one.before}" if one.before else ""
                yield f"             {one.how:<8} {one.operator} {one.scope}{one.node}{was}"
            if len(nodes) > TENSORS_SHOWN:
                yield f"             and {len(nodes) - TENSORS_SHOWN} more nodes; --format json lists all"
        elif isinstance(fact, ChoiceDelta):
            fixed = f" for the fixed {fact.value or 'value'}" if fact.fixed else ""
            yield f"             chooses  {fact.operator} {fact.node} on {fact.comparison}{fixed}, as the base does not"


def _likely(compared: "Compared") -> Iterator[str]:
    from scanner.facts.delta import BaseLikeness

    found = [fact for fact in compared.facts if isinstance(fact, BaseLikeness)]
    sure = any(finding.rule == LIKELY for finding in compared.report.findings)
    for one in found:
        name = "likely base" if one.rank == 1 and sure else "nearest" if one.rank == 1 else "then"
        shown = f"{one.share:.0%} of {one.tensors} tensors identical or near"
        yield f"{name}: {one.base}, {shown} ({one.identical} identical)"


def _sum(fact: "ModelDelta") -> str:
    return f"{fact.identical} of {fact.tensors} tensors identical, {fact.paired} in both"


def _table(deltas: "Sequence[TensorDelta]") -> Iterator[str]:
    """Count tensors by layer and kind; layers that changed alike share a line."""
    counts: dict[int, dict[str, int]] = {}
    for one in deltas:
        kinds = counts.setdefault(one.layer, {})
        kinds[one.kind] = kinds.get(one.kind, 0) + 1
    runs: list[tuple[int, int, str]] = []
    for layer in sorted(counts):
        says = ", ".join(f"{count} {kind}" for kind, count in sorted(counts[layer].items()))
        if runs and runs[-1][0] >= 0 and runs[-1][1] == layer - 1 and runs[-1][2] == says:
            runs[-1] = (runs[-1][0], layer, says)
        else:
            runs.append((layer, layer, says))
    for first, last, says in runs:
        name = "outside" if first < 0 else f"layer {first}" if first == last else f"layers {first}-{last}"
        yield f"  {name:<14} {says}"


def _tensor(one: "TensorDelta") -> str:
    parts = [f"  {one.kind:<16} {one.tensor}"]
    if one.rank:
        parts.append(f"rank {one.rank}")
    if one.relative:
        parts.append(f"by {one.relative:.2g} of its norm")
    if one.kind == "edited-copy":
        parts.append(f"{one.agreement:.3f} of its bytes as the base gives them")
    if one.kind == "bits-only":
        parts.append(f"up to bit {one.bits}")
    if one.row_count:
        shown = [
            f"{row} {text!r}" if text else str(row)
            for row, text in zip(one.rows, one.tokens or ("",) * len(one.rows), strict=True)
        ]
        parts.append(f"{one.row_count} {one.axis}s: {', '.join(shown[:8])}")
    return ", ".join(parts)
