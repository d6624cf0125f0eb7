"""The house on one page: source, read, derive, judge, decide, report."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import derive, engine, formats, isolate, measures, pack, reader, sources
from scanner import policy as policies
from scanner.artifact import Artifact
from scanner.facts import Examined, Fact, Unreadable
from scanner.finding import Finding
from scanner.limits import DEFAULT, Limits
from scanner.pack import Pack
from scanner.policy import Policy
from scanner.record import record
from scanner.report import SCHEMA, Digested, Due, Judged, Report, RuleHelp, Tool
from scanner.rule import Rule
from scanner.usage import UsageError
from scanner.version import VERSION

if TYPE_CHECKING:
    from scanner.cache import Cache

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
    cache: str | Path | None = None,
    progress: Progress | None = None,
    today: date | None = None,
) -> Report:
    """Scan files and folders ("-" is standard input); report what was found and how far was looked.

    `jobs` is the number of worker processes, all cores by default; the result does not depend on it.
    `digest` computes the SHA-256 of files above `limits.hashed_nbytes` too.
    `weights` is how far numbers inside tensors are looked at, one of `measures.PROFILES`; it needs numpy.
    `cache` is a folder, ours alone, for what is found: the next scan does not read again what did not change.
    Raises `UsageError` for a path that does not exist.
    """
    reading = _Reading(limits=limits, jobs=jobs, digest=digest, weights=weights, progress=progress)
    bundle = pack.load()
    artifacts, found = _gather(paths, policy)
    if cache is None:
        judged = _judge(_facts(artifacts, found, reading, policy), bundle)
    else:
        judged = _remembered(Path(cache), artifacts, found, reading, policy, bundle)
    return _report(judged, bundle, policy, today)


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
    reading = _Reading(limits=limits, jobs=jobs, digest=digest, weights=weights, progress=progress)
    bundle = pack.load()
    facts = _facts(*_gather(paths, policy), reading, policy)
    return Scanned(report=_report(_judge(facts, bundle), bundle, policy, today), facts=tuple(facts))


@record
class _Reading:
    """How files are read: the choices of `scan` that say so."""

    limits: Limits
    jobs: int | None
    digest: bool
    weights: str
    progress: Progress | None


def _gather(paths: Sequence[str | Path], policy: Policy) -> tuple[list[Artifact], list[Fact]]:
    artifacts: list[Artifact] = []
    facts: list[Fact] = []
    for item in sources.walk([str(path) for path in paths], keep=policy.excludes):
        if isinstance(item, Artifact):
            artifacts.append(item)
            continue
        facts.append(item)
        if isinstance(item, Unreadable):  # nobody opens it, so nobody else says that it was not read
            facts.append(_unread(item))
    return artifacts, facts


def _unread(fact: Unreadable) -> Examined:
    return Examined(where=fact.where, sha256="", size=0, formats=(), bytes_examined=0, complete=False)


def _facts(
    artifacts: Sequence[Artifact],
    found: Sequence[Fact],
    reading: _Reading,
    policy: Policy,
    known: "Cache | None" = None,
) -> list[Fact]:
    """Read all artifacts, and join what they and the source say."""
    facts = [*found, *_read(artifacts, reading, known)]
    if (use := policies.use_of(policy)) is not None:
        facts.append(use)
    for join in derive.discover(facts):
        facts.extend(join(facts))
    return facts


def _judge(facts: Sequence[Fact], bundle: Pack) -> Judged:
    rules = bundle.about({kind.__name__ for kind in set(map(type, facts))})
    findings = engine.judge(facts, rules, bundle.table)
    return Judged(
        findings=findings,
        examined=tuple(sorted((f for f in facts if isinstance(f, Examined)), key=lambda fact: fact.where.path)),
        obligations=_obligations(facts),
        rules=_help(findings, rules),
    )


def _remembered(  # noqa: PLR0913, PLR0917 - the call's own arguments, handed through
    folder: Path,
    artifacts: Sequence[Artifact],
    found: Sequence[Fact],
    reading: _Reading,
    policy: Policy,
    bundle: Pack,
) -> Judged:
    """Recall the judgement where nothing changed; else read what did, and remember."""
    from scanner import cache

    use = repr(policies.use_of(policy))
    choices = (bundle.digest, repr(reading.limits), str(reading.digest), reading.weights, use)
    with cache.opened(folder, choices) as known:
        known.identify(artifacts)
        judged = known.judged(found)
        if judged is None:
            judged = _judge(_facts(artifacts, found, reading, policy, known), bundle)
            known.keep_judged(found, judged)
    return judged


def _report(judged: Judged, bundle: Pack, policy: Policy, today: date | None) -> Report:
    verdict, findings = policies.decide(judged.findings, judged.examined, policy, today or datetime.now(UTC).date())
    return Report(
        schema=SCHEMA,
        tool=Tool(name="assay", version=VERSION),
        ruleset=Digested(name="bundled", sha256=bundle.digest),
        policy=Digested(name=policy.name, sha256=policies.digest(policy)),
        verdict=verdict,
        findings=findings,
        examined=judged.examined,
        obligations=judged.obligations,
        rules=judged.rules,
    )


def _read(artifacts: Sequence[Artifact], reading: _Reading, known: "Cache | None") -> Iterator[Fact]:
    # Nearly every scan has pickles, and both sides of the fork speak of them: imported before it, that is paid once.
    import_module("scanner.facts.pickle")
    formats_known = formats.discover()
    if reading.weights not in measures.PROFILES:
        message = f"weights: {reading.weights!r} is none of {', '.join(measures.PROFILES)}"
        raise UsageError(message)
    if reading.weights != "off":
        formats_known = formats_known.joined(measures.reader(reading.weights))
    read = partial(reader.read, formats=formats_known, limits=reading.limits, digest=reading.digest)
    recalled = {one.path: facts for one in artifacts if known and (facts := known.facts(one)) is not None}
    unread = [one for one in artifacts if one.path not in recalled]
    jobs = reading.jobs or os.cpu_count() or 1
    if any(artifact.remote for artifact in unread):
        jobs = 1  # requests are answered one after the other
    advance = partial(_advance, reading.progress, len(unread)) if reading.progress else None
    isolated = isolate.read_all(unread, read, limits=reading.limits, jobs=jobs, progress=advance)
    for artifact in artifacts:
        facts = recalled.get(artifact.path) or next(isolated)
        if known and artifact.path not in recalled:
            known.keep_facts(artifact, facts)
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
