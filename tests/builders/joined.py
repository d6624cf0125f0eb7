"""Read bytes with all readers, join the facts, and judge them with the bundled rules."""

from functools import cache
from pathlib import Path

from scanner import derive, engine, pack
from tests.builders.reading import read_deep


@cache
def _pack() -> pack.Pack:
    return pack.load(Path(__file__).parents[2] / "rules")


def joined(content: bytes, path: str) -> dict[str, str]:
    """Map the rules that speak to the highest severity each gives."""
    rules = _pack()
    found: dict[str, str] = {}
    order = ("info", "low", "medium", "high", "critical")
    facts = read_deep(content, path)
    for join in derive.discover(facts):
        facts.extend(join(facts))
    for finding in engine.judge(facts, rules.rules, rules.table):
        found[finding.rule] = max(found.get(finding.rule, "info"), finding.severity, key=order.index)
    return found
