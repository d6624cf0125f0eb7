"""One line of the table: how often something was found of how many, on bases that set thresholds and on others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.bench.weightbench import statistics


@dataclass(frozen=True)
class Case:
    """One file that was looked at. `group` is the line of the table, `strength` its place on the axis.

    `positive`: something was done to it. `adaptive`: by somebody who knows how it is looked for. `found`: the product
    says so. `score` is what was compared with a threshold. `recipe`: base, type and form, all that is not the edit.
    """

    part: str
    group: str
    strength: str
    base: str
    held: bool
    positive: bool
    found: bool
    score: float = 0.0
    adaptive: bool = False
    recipe: tuple[object, ...] = ()
    note: str = ""


@dataclass
class Line:
    """Cases of one group and strength, counted."""

    part: str
    group: str
    strength: str
    positive: bool
    adaptive: bool
    counts: dict[bool, list[int]] = field(default_factory=lambda: {True: [0, 0], False: [0, 0]})

    @property
    def hits(self) -> int:
        """Found of all."""
        return self.counts[True][0] + self.counts[False][0]

    @property
    def of(self) -> int:
        """All."""
        return self.counts[True][1] + self.counts[False][1]


TARGETS: dict[tuple[str, str], tuple[str, float]] = {
    ("change against a base", "any change seen"): ("100 %", 1.0),
    ("change against a base", "kind named right"): ("90 %", 0.9),
    ("change against a base", "nothing changed"): ("0 %", 0.0),
    ("quantised copy", "edited by 1 % and more"): ("100 %", 1.0),
    ("quantised copy", "honest"): ("0 %", 0.0),
    ("removed direction", "full strength"): ("99 %", 0.99),
    ("removed direction", "nothing done"): ("0 %", 0.0),
    ("file in low bits", "at any bit, in either order"): ("100 %", 1.0),
    ("file in low bits", "tensors as they are"): ("0 %", 0.0),
    ("pattern in low bits", "uncompressed"): ("95 %", 0.95),
    ("pattern in low bits", "tensors as they are"): ("1 %", 0.01),
    ("token put in place", "at least 3 times as long, first of its list"): ("95 %", 0.95),
    ("choice in a graph", "select or gate"): ("100 %", 1.0),
    ("choice in a graph", "graphs as they are"): ("0 %", 0.0),
    ("clean file", "severity high or above"): ("0 %", 0.0),
}
"""What is to be reached: at least, of what was done; at most, of what is clean."""


def lines(cases: Iterable[Case], *, detailed: bool) -> Iterator[Line]:
    """Count cases, in the order in which their groups come first."""
    found: dict[tuple[object, ...], Line] = {}
    for one in cases:
        key = (one.part, one.group, one.strength if detailed else "", one.positive, one.adaptive)
        line = found.setdefault(key, Line(*key))
        line.counts[one.held][0] += one.found
        line.counts[one.held][1] += 1
    yield from sorted(
        found.values(), key=lambda line: list(dict.fromkeys(one.part for one in found.values())).index(line.part)
    )


def table(cases: list[Case], *, detailed: bool) -> str:
    """Write cases as a table in Markdown: a line a group, or each with its strengths."""
    rows = ["| | case | seen bases | held-out bases | together, 95 % interval | target |", "|---|---|---|---|---|---|"]
    part = ""
    for line in lines(cases, detailed=detailed):
        low, high = statistics.interval(line.hits, line.of)
        share = line.hits / line.of
        case = f"{'' if line.positive else 'clean: '}{line.group}{': ' + line.strength if detailed else ''}"
        case += " (by who knows the detector)" if line.adaptive else ""
        seen, held = (f"{hits}/{of}" if of else "-" for hits, of in (line.counts[False], line.counts[True]))
        target = "" if detailed else _target(line, share)
        rows.append(
            f"| {line.part if line.part != part else ''} | {case} | {seen} | {held} "
            f"| {100 * share:.0f} % [{100 * low:.0f}, {100 * high:.0f}] | {target} |"
        )
        part = line.part
    return "\n".join(rows)


def missed(cases: list[Case]) -> list[str]:
    """Name the lines whose target is missed."""
    found = lines(cases, detailed=False)
    return [f"{one.part}: {one.group}" for one in found if _target(one, one.hits / one.of).endswith("missed")]


def _target(line: Line, share: float) -> str:
    text, bound = TARGETS.get((line.part, line.group), ("", 0.0))
    if not text:
        return ""
    reached = share >= bound if line.positive else share <= bound
    return f"{text}, {'reached' if reached else 'missed'}"


def audit(cases: list[Case]) -> list[str]:
    """Say for each part what its recipes alone give away, and what its scores give for labels dealt at random."""
    parts: dict[str, list[Case]] = defaultdict(list)
    for one in cases:
        if one.recipe:
            parts[one.part].append(one)
    told = []
    for part, some in parts.items():
        labels = [one.positive for one in some]
        if all(labels) or not any(labels):
            continue
        scores = [one.score for one in some]
        told.append(
            f"| {part} | {len(some)} | {statistics.leak([one.recipe for one in some], labels):.2f} "
            f"| {statistics.control(scores, labels):.2f} | {statistics.auc(scores, labels):.2f} |"
        )
    if not told:
        return []
    return ["| part | cases | recipe alone | random labels | statistic |", "|---|---|---|---|---|", *told]
