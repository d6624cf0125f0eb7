"""From facts to a report: rules judge, a policy decides, and the report says by which."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from scanner import engine
from scanner import policy as policies
from scanner.facts import Examined, Fact
from scanner.finding import Finding
from scanner.pack import Pack
from scanner.policy import Policy
from scanner.report import SCHEMA, Digested, Due, Gate, Judged, Report, RuleHelp, Tool
from scanner.rule import Rule
from scanner.version import VERSION


def judge(facts: Sequence[Fact], bundle: Pack) -> Judged:
    """Ask all rules that speak of these facts."""
    rules = bundle.about({kind.__name__ for kind in set(map(type, facts))})
    findings = engine.judge(facts, rules, bundle.table)
    return Judged(
        findings=findings,
        examined=tuple(sorted((f for f in facts if isinstance(f, Examined)), key=lambda fact: fact.where.path)),
        obligations=_obligations(facts),
        rules=_help(findings, rules),
    )


def report(judged: Judged, bundle: Pack, policy: Policy, today: date | None = None) -> Report:
    """Let a policy decide; waivers are held against `today`, the day it is if nothing is said."""
    verdict, findings = policies.decide(judged.findings, judged.examined, policy, today or datetime.now(UTC).date())
    return Report(
        schema=SCHEMA,
        tool=Tool(name="assay", version=VERSION),
        ruleset=Digested(name=bundle.name, sha256=bundle.digest),
        policy=Digested(name=policy.name, sha256=policies.digest(policy)),
        verdict=verdict,
        findings=findings,
        examined=judged.examined,
        obligations=judged.obligations,
        rules=judged.rules,
        details=judged.details,
        gate=Gate(fail_at=policy.fail_at, min_confidence=policy.min_confidence),
    )


def _obligations(facts: Sequence[Fact]) -> tuple[Due, ...]:
    """List what licences ask for, as a join states it."""
    if not any(kind.__module__ == "scanner.facts.lineage" for kind in set(map(type, facts))):
        return ()
    from scanner.facts.lineage import Obligation

    return tuple(
        Due(
            path=fact.where.path, license=fact.license, duty=fact.duty, words=fact.words, state=fact.state,
            satisfied_by=fact.satisfied_by, relation=fact.relation, parent=fact.parent, clause=fact.clause,
            source=fact.source,
        )
        for fact in facts
        if isinstance(fact, Obligation)
    )  # fmt: skip


def _help(findings: Sequence[Finding], rules: Sequence[Rule]) -> tuple[RuleHelp, ...]:
    fired = {finding.rule for finding in findings}
    return tuple(
        RuleHelp(
            id=rule.id,
            pack=rule.pack,
            title=rule.title,
            stage=rule.stage,
            why=rule.why,
            fix=rule.fix,
            references=rule.references,
        )
        for rule in rules
        if rule.id in fired
    )
