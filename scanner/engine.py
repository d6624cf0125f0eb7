"""Facts and rules become findings. Pure: no file, no clock, no network."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.facts import Fact
from scanner.finding import SEVERITIES, Confidence, Evidence, Finding, Severity
from scanner.predicate import ConditionError, Predicate, Tables, compile_where, value_of
from scanner.record import record
from scanner.rule import Rule, RuleError
from scanner.text import printable

PLACES_PER_FINDING = 50
"""Evidence kept for one finding; the number of further places is said in the last one."""

FIELD = re.compile(r"\{(\w+)\}")


@record
class Judge:
    """A rule ready to run: its conditions compiled."""

    rule: Rule
    match: Predicate
    unless: Predicate | None
    raises: tuple[tuple[Predicate, Severity | None, Confidence | None], ...]

    def grade(self, fact: Fact) -> tuple[Severity, Confidence] | None:
        """Return severity and confidence where the rule speaks of this fact, else None."""
        if not self.match(fact) or (self.unless is not None and self.unless(fact)):
            return None
        for condition, severity, confidence in self.raises:
            if condition(fact):
                return severity or self.rule.severity, confidence or self.rule.confidence
        return self.rule.severity, self.rule.confidence


def compile_rule(rule: Rule, tables: Tables) -> Judge:
    """Compile a rule's conditions. Raises `RuleError` where one is not of the language."""
    try:
        return Judge(
            rule=rule,
            match=compile_where(rule.where, tables),
            unless=compile_where(rule.unless, tables) if rule.unless else None,
            raises=tuple((compile_where(r.where, tables), r.severity, r.confidence) for r in rule.raises),
        )
    except ConditionError as error:
        file = f"{rule.id}.yaml"
        raise RuleError(file, str(error)) from error


def judge(facts: Iterable[Fact], rules: Sequence[Rule], tables: Tables) -> tuple[Finding, ...]:
    """Judge every fact by every rule that speaks of its class.

    Findings of one rule, path and message are one finding with several places.
    Sorted by path, most severe first, rule and offset.
    """
    judges: dict[type[Fact], list[Judge]] = {}
    found: dict[str, Finding] = {}
    places: dict[str, int] = {}
    for fact in facts:
        kind = type(fact)
        if kind not in judges:
            judges[kind] = [compile_rule(rule, tables) for rule in rules if rule.fact == kind.__name__]
        for judge_ in judges[kind]:
            grade = judge_.grade(fact)
            if grade is not None:
                _add(found, places, _finding(judge_.rule, fact, grade))
    return tuple(sorted((_count(found[key], places[key]) for key in found), key=_order))


def _finding(rule: Rule, fact: Fact, grade: tuple[Severity, Confidence]) -> Finding:
    says = render(rule.message, fact)
    identity = f"{rule.id}\0{fact.where.path}\0{says}"
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=grade[0],
        confidence=grade[1],
        stage=rule.stage,
        evidence=(Evidence(where=fact.where, says=says),),
        fingerprint=hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32],
    )


def render(message: str, fact: Fact) -> str:
    """Fill `{field}` with the fact's values, escaped and cut."""
    return FIELD.sub(lambda field: _shown(fact, field[1]), message)


def _shown(fact: Fact, field: str) -> str:
    value = value_of(fact, field)
    limit = 200 if field == "args" else 120
    return printable(value, limit=limit) if isinstance(value, str | int | float | tuple) else "?"


def _add(found: dict[str, Finding], places: dict[str, int], finding: Finding) -> None:
    key = f"{finding.fingerprint} {finding.severity} {finding.confidence}"
    known = found.get(key)
    places[key] = places.get(key, 0) + 1
    if known is None:
        found[key] = finding
    elif len(known.evidence) < PLACES_PER_FINDING:
        found[key] = replace(known, evidence=(*known.evidence, *finding.evidence))


def _count(finding: Finding, places: int) -> Finding:
    more = places - len(finding.evidence)
    if not more:
        return finding
    last = finding.evidence[-1]
    says = f"{last.says} (and {more} more places)"
    return replace(finding, evidence=(*finding.evidence[:-1], replace(last, says=says)))


def _order(finding: Finding) -> tuple[str, int, str, int]:
    where = finding.evidence[0].where
    return where.path, -SEVERITIES.index(finding.severity), finding.rule, where.offset or 0
