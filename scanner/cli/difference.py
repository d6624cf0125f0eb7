"""How `assay diff` shows what was compared: layers against kinds of change, then what was found."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import terminal
from scanner.facts import Fact
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.against import Compared
    from scanner.facts.delta import ModelDelta, TensorDelta
    from scanner.policy import Policy

EXIT_CODES = {"pass": 0, "fail": 1, "incomplete": 3}

TENSORS_SHOWN = 40
LINE_CHARACTERS = 200

BLIND = "Not told apart: what a fine-tune was trained for. A change that is named is not cleared."


def locked(lock: str, model: str, *, form: str, policy: "Policy") -> int:
    """Check fingerprints, or write them where there are none yet. Raises `UsageError`."""
    from scanner import against
    from scanner.cli.output import save
    from scanner.compare.lock import read, write
    from scanner.facts.delta import DeltaUnread, TensorPrint
    from scanner.format import MalformedError

    file = Path(lock)
    if file.exists():
        try:
            known = read(file.read_bytes())
        except (MalformedError, OSError) as error:
            reason = error.reason if isinstance(error, MalformedError) else error.strerror
            message = f"--lock {lock}: no fingerprints that can be trusted: {reason}"
            raise UsageError(message) from error
        return show(against.check(known, lock, model, policy=policy), form)
    compared = against.trust(lock, model, policy=policy)
    prints = [fact for fact in compared.facts if isinstance(fact, TensorPrint)]
    if not prints or any(isinstance(fact, DeltaUnread) for fact in compared.facts):
        terminal.note(f"{lock} is not written: not all of {model} could be read")
        return show(compared, form) or EXIT_CODES["incomplete"]
    save(file, write(prints))
    terminal.say(f"wrote the fingerprints of {len(prints)} tensors to {lock}; the next run compares with them")
    return EXIT_CODES[compared.report.verdict]


def show(compared: "Compared", form: str) -> int:
    """Print a comparison and return the verdict's exit code."""
    from scanner import writers

    report = compared.report
    if form == "json":
        document = {"report": json.loads(writers.discover()["json"](report)), "facts": _document(compared.facts)}
        terminal.say(json.dumps(document, indent=2))
        return EXIT_CODES[report.verdict]
    for line in _lines(compared.facts):
        terminal.say(printable(line, LINE_CHARACTERS))
    terminal.write(writers.discover()["text"](report, colour=terminal.colour(), width=terminal.width(), verbose=False))
    return EXIT_CODES[report.verdict]


def _document(facts: Sequence[Fact]) -> list[dict[str, object]]:
    return [
        {"fact": type(one).__name__, **asdict(one)} for one in facts if type(one).__module__ == "scanner.facts.delta"
    ]


def _lines(facts: Sequence[Fact]) -> Iterator[str]:
    from scanner.facts.delta import ModelDelta, TensorDelta

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
    yield from _beside(facts)
    if changed:
        yield f"  {BLIND}"
    yield ""


def _beside(facts: Sequence[Fact]) -> Iterator[str]:
    from scanner.facts.delta import CompanionDelta, DeltaUnread

    for fact in facts:
        if isinstance(fact, CompanionDelta):
            yield f"  {fact.subject:<10} {fact.file}: {fact.how}"
        elif isinstance(fact, DeltaUnread):
            yield f"  not compared: {fact.name} of the {fact.side} ({fact.what})"


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
