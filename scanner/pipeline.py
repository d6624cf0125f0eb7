"""The house on one page: source, read, derive, judge, decide, report."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path

from scanner import derive, engine, formats, isolate, measures, pack, reader, sources
from scanner import policy as policies
from scanner.artifact import Artifact
from scanner.facts import Examined, Fact
from scanner.finding import Finding
from scanner.limits import DEFAULT, Limits
from scanner.policy import Policy
from scanner.record import record
from scanner.report import SCHEMA, Digested, Due, Report, RuleHelp, Tool
from scanner.rule import Rule
from scanner.usage import UsageError
from scanner.version import VERSION

Progress = Callable[[int, int], None]
"""Called with the number of artifacts done and of all."""


@record
class Scanned:
    """A report, and every fact it was judged by: what a bill of materials is written from."""

    report: Report
    facts: tuple[Fact, ...]


def scan(  # noqa: PLR0913 - the public call: each argument is one independent choice
    *paths: str | Path,
    policy: Policy = policies.DEFAULT,
    limits: Limits = DEFAULT,
    jobs: int | None = None,
    digest: bool = False,
    weights: str = "off",
    progress: Progress | None = None,
    today: date | None = None,
) -> Report:
    """Scan files and folders ("-" is standard input); report what was found and how far was looked.

    `jobs` is the number of worker processes, all cores by default; the result does not depend on it.
    `digest` computes the SHA-256 of files above `limits.hashed_nbytes` too.
    `weights` is how far numbers inside tensors are looked at, one of `measures.PROFILES`; it needs numpy.
    Raises `UsageError` for a path that does not exist.
    """
    return observe(
        *paths,
        policy=policy,
        limits=limits,
        jobs=jobs,
        digest=digest,
        weights=weights,
        progress=progress,
        today=today,
    ).report


def observe(  # noqa: PLR0913 - as `scan`
    *paths: str | Path,
    policy: Policy = policies.DEFAULT,
    limits: Limits = DEFAULT,
    jobs: int | None = None,
    digest: bool = False,
    weights: str = "off",
    progress: Progress | None = None,
    today: date | None = None,
) -> Scanned:
    """Scan as `scan` does, and keep the facts beside the report."""
    bundle = pack.load()
    facts: list[Fact] = []
    artifacts: list[Artifact] = []
    for item in sources.walk([str(path) for path in paths], keep=policy.excludes):
        if isinstance(item, Artifact):
            artifacts.append(item)
        else:
            facts.append(item)
    jobs = jobs or os.cpu_count() or 1
    facts.extend(_read(artifacts, limits, jobs, digest=digest, weights=weights, progress=progress))
    if (use := policies.use_of(policy)) is not None:
        facts.append(use)
    for join in derive.discover(facts):
        facts.extend(join(facts))
    rules = bundle.about({kind.__name__ for kind in set(map(type, facts))})
    found = engine.judge(facts, rules, bundle.table)
    examined = tuple(sorted((f for f in facts if isinstance(f, Examined)), key=lambda fact: fact.where.path))
    verdict, findings = policies.decide(found, examined, policy, today or datetime.now(UTC).date())
    report = Report(
        schema=SCHEMA,
        tool=Tool(name="assay", version=VERSION),
        ruleset=Digested(name="bundled", sha256=bundle.digest),
        policy=Digested(name=policy.name, sha256=policies.digest(policy)),
        verdict=verdict,
        findings=findings,
        examined=examined,
        obligations=_obligations(facts),
        rules=_help(findings, rules),
    )
    return Scanned(report=report, facts=tuple(facts))


def _read(  # noqa: PLR0913 - the call's own arguments, handed through
    artifacts: Sequence[Artifact],
    limits: Limits,
    jobs: int,
    *,
    digest: bool,
    weights: str,
    progress: Progress | None,
) -> Iterator[Fact]:
    # Nearly every scan has pickles, and both sides of the fork speak of them: imported before it, that is paid once.
    import_module("scanner.facts.pickle")
    known = formats.discover()
    if weights not in measures.PROFILES:
        message = f"weights: {weights!r} is none of {', '.join(measures.PROFILES)}"
        raise UsageError(message)
    if weights != "off":
        known = known.joined(measures.reader(weights))
    read = partial(reader.read, formats=known, limits=limits, digest=digest)
    advance = partial(_advance, progress, len(artifacts)) if progress else None
    if any(artifact.remote for artifact in artifacts):
        jobs = 1  # requests are answered one after the other
    for facts in isolate.read_all(artifacts, read, limits=limits, jobs=jobs, progress=advance):
        yield from facts


def _advance(progress: Progress, total: int, done: int) -> None:
    progress(done, total)


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
