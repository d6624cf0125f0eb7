"""Clean files through the whole scan: a finding of the pack `weights` from severity high on is one too many."""

import os
from collections.abc import Iterator
from pathlib import Path

from scanner import pipeline
from scanner.facts.weights import WeightsMeasured
from tests.bench.weightbench import packages
from tests.bench.weightbench.results import Case

PART = "clean file"
HIGH = frozenset(("high", "critical"))


def cases(name: str, files: list[Path], costs: dict[str, list[float]]) -> Iterator[Case]:
    """Scan the files of one package; add bytes and CPU seconds of each profile to `costs`."""
    held = name in packages.HELD
    for path in files:
        loud: set[str] = set()
        measured = False
        for profile in ("fast", "full"):
            start = _cpu()
            seen = pipeline.observe(str(path), weights=profile, jobs=1)
            if path.stat().st_size > 16 << 20:
                costs.setdefault(profile, []).extend((_cpu() - start, path.stat().st_size))
            loud |= {
                one.rule
                for one in seen.report.findings
                if one.severity in HIGH and one.rule.startswith(("weights-", "delta-"))
            }
            measured |= any(isinstance(fact, WeightsMeasured) for fact in seen.facts)
        kind = "numbers read" if measured else "numbers not read"
        yield Case(
            PART,
            "severity high or above",
            kind,
            name,
            held,
            positive=False,
            found=bool(loud),
            note=",".join(sorted(loud)),
        )


def _cpu() -> float:
    """Return CPU seconds of this process and of the workers that it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
