"""Close-ups: each file is looked at once more, where a page is to show its bytes and what they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from scanner import isolate
from scanner.artifact import Artifact, Location
from scanner.closeups import maps, quotes, told
from scanner.contents import listed
from scanner.details import Details, Excerpt, FileMap
from scanner.facts import Fact, WorkerLost
from scanner.facts.archive import HiddenBytes
from scanner.facts.listing import Held, Quoted
from scanner.finding import SEVERITIES, Finding
from scanner.limits import Limits
from scanner.nesting import file_of
from scanner.report import Judged

MAPPED_FILES = 500
"""Files that are looked at; those with the gravest findings go first, then the largest."""

PLACES = 3
"""Places of one finding that are quoted."""

QUOTES_PER_FILE = 200

PATIENCE_SECONDS = 60
LISTED_FACTS = 50_000
"""Lower bounds than those of a scan: what is not shown is no loss of safety."""

SECRECY = frozenset(("CWE-200", "CWE-312", "CWE-522", "CWE-532", "CWE-798"))
"""Weaknesses that expose a secret: what a rule about one of them finds is not quoted."""


def take(artifacts: Sequence[Artifact], facts: Sequence[Fact], judged: Judged, limits: Limits, jobs: int) -> Details:
    """Quote what findings point at, map the files and gather what facts say of the whole.

    Files that cost requests, or a worker when they were read, are left alone.
    """
    secret = {rule.id for rule in judged.rules if SECRECY.intersection(rule.references)}
    sizes = {one.path: one.size for one in artifacts}
    wanted = _wanted(judged.findings, secret, sizes)
    lost = {fact.where.path for fact in facts if isinstance(fact, WorkerLost)}
    chosen = _chosen([one for one in artifacts if not one.remote and one.path not in lost], judged.findings, sizes)
    lower = replace(
        limits,
        worker_wall_seconds=min(limits.worker_wall_seconds, PATIENCE_SECONDS),
        worker_cpu_seconds=min(limits.worker_cpu_seconds, PATIENCE_SECONDS),
        facts=min(limits.facts, LISTED_FACTS),
    )
    look = partial(_look, wanted=wanted, limits=lower)
    hidden = [fact for fact in facts if isinstance(fact, HiddenBytes)]
    excerpts: list[Excerpt] = []
    mapped: list[FileMap] = []
    for artifact, seen in zip(chosen, isolate.read_all(chosen, look, limits=lower, jobs=jobs), strict=True):
        excerpts.extend(_excerpt(fact) for fact in seen if isinstance(fact, Quoted))
        held = [fact for fact in seen if isinstance(fact, Held) and fact.where.path == artifact.path]
        mapped.append(maps.of(artifact, held, [fact for fact in hidden if fact.where.path == artifact.path]))
    return Details(
        excerpts=tuple(excerpts),
        maps=tuple(sorted(mapped, key=lambda one: one.path)),
        unmapped=len(artifacts) - len(mapped),
        signatures=told.signatures(facts),
        origins=told.origins(facts),
        weights=told.weights(facts),
        changed=told.changed(facts),
    )


def _wanted(findings: Iterable[Finding], secret: set[str], sizes: Mapping[str, int]) -> dict[str, tuple[Location, ...]]:
    """List the places to quote by the file they lie in, each once."""
    found: dict[str, dict[Location, None]] = {}
    for finding in findings:
        if finding.rule in secret:
            continue
        for one in finding.evidence[:PLACES]:
            if one.where.offset is not None or one.where.line is not None:
                places = found.setdefault(file_of(one.where.path, sizes), {})
                if len(places) < QUOTES_PER_FILE:
                    places[one.where] = None
    return {file: tuple(places) for file, places in found.items()}


def _chosen(artifacts: Sequence[Artifact], findings: Iterable[Finding], sizes: Mapping[str, int]) -> list[Artifact]:
    graves: dict[str, int] = {}
    for finding in findings:
        file = file_of(finding.evidence[0].where.path, sizes)
        graves[file] = max(graves.get(file, -1), SEVERITIES.index(finding.severity))
    ranked = sorted(artifacts, key=lambda one: (-graves.get(one.path, -1), -one.size, one.path))
    return ranked[:MAPPED_FILES]


def _look(artifact: Artifact, *, wanted: Mapping[str, tuple[Location, ...]], limits: Limits) -> Iterator[Fact]:
    yield from quotes.quote(artifact, wanted.get(artifact.path, ()), limits)
    yield from listed(artifact, member=artifact.path, limits=limits)


def _excerpt(fact: Quoted) -> Excerpt:
    return Excerpt(
        path=fact.where.path, offset=fact.where.offset, line=fact.where.line, start=fact.start, shown=fact.shown,
        mark=fact.mark, marked=fact.marked,
    )  # fmt: skip
