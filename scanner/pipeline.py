"""The house on one page: source, read, derive, judge, decide, report."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import derive, formats, isolate, judgement, measures, reader, sources
from scanner import policy as policies
from scanner.artifact import Artifact
from scanner.facts import Examined, Fact
from scanner.limits import DEFAULT, Limits
from scanner.pack import Pack
from scanner.packs import judging, stated
from scanner.policy import Policy
from scanner.record import record
from scanner.report import Judged, Report
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.cache import Cache
    from scanner.packs.foreign import Foreign

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
    weights: str = measures.AUTO,
    cache: str | Path | None = None,
    details: bool = False,
    packs: Sequence["Foreign"] = (),
    base: str | Path | None = None,
    relation: str = "",
    progress: Progress | None = None,
    today: date | None = None,
) -> Report:
    """Scan files and folders ("-" is standard input); report what was found and how far was looked.

    `jobs` is the number of worker processes, all cores by default; the result does not depend on it.
    `digest` computes the SHA-256 of files above `limits.hashed_nbytes` too.
    `weights` is how far numbers inside tensors are looked at, one of `measures.PROFILES`; it needs numpy. Of folders
    it is "fast" if nothing is said and numpy is there, else "off".
    `cache` is a folder, ours alone, for what is found: the next scan does not read again what did not change.
    `details` looks at each file once more, for `Report.details`: quoted bytes, maps of files.
    `packs` are rules of somebody else's that judge too, as `scanner.packs.trusted` loads them.
    `base` is what the one model scanned comes from: their comparison is judged too, after a second reading of both;
    `relation` says what the model is to it, as `assay diff --relation` does.
    Raises `UsageError` for a path that does not exist.
    """
    weights = measures.chosen(weights, paths)
    reading = _Reading(limits=limits, jobs=jobs, digest=digest, weights=weights, details=details, progress=progress)
    bundle = judging(packs)
    artifacts, found = _gather(paths, policy)
    found.extend(stated(packs, today))
    if base is not None:
        found.extend(_compared(base, paths, relation, limits))
    if cache is None:
        judged = _detailed(artifacts, _facts(artifacts, found, reading, policy), reading, bundle)
    else:
        judged = _remembered(Path(cache), artifacts, found, reading, policy, bundle)
    return judgement.report(judged, bundle, policy, today)


def observe(  # noqa: PLR0913 - as `scan`
    *paths: str | Path,
    policy: Policy = policies.DEFAULT,
    limits: Limits = DEFAULT,
    jobs: int | None = None,
    digest: bool = False,
    weights: str = "off",
    packs: Sequence["Foreign"] = (),
    progress: Progress | None = None,
    today: date | None = None,
) -> Scanned:
    """Scan as `scan` does, and keep the facts beside the report."""
    weights = measures.chosen(weights, paths)
    reading = _Reading(limits=limits, jobs=jobs, digest=digest, weights=weights, details=False, progress=progress)
    bundle = judging(packs)
    artifacts, found = _gather(paths, policy)
    facts = _facts(artifacts, [*found, *stated(packs, today)], reading, policy)
    return Scanned(report=judgement.report(judgement.judge(facts, bundle), bundle, policy, today), facts=tuple(facts))


@record
class _Reading:
    """How files are read: the choices of `scan` that say so."""

    limits: Limits
    jobs: int | None
    digest: bool
    weights: str
    details: bool
    progress: Progress | None


def _compared(base: str | Path, paths: Sequence[str | Path], relation: str, limits: Limits) -> list[Fact]:
    """Return what the model changed against its base. Raises `UsageError`."""
    from scanner import against

    if len(paths) != 1:
        message = "--base: name one MODEL to compare with it"
        raise UsageError(message)
    return against.observed(str(base), str(paths[0]), relation=relation, limits=limits)


def _gather(paths: Sequence[str | Path], policy: Policy) -> tuple[list[Artifact], list[Fact]]:
    artifacts: list[Artifact] = []
    facts: list[Fact] = []
    for item in sources.walk([str(path) for path in paths], keep=policy.excludes):
        if isinstance(item, Artifact):
            artifacts.append(item)
            continue
        facts.append(item)
        if type(item) in reader.UNFINISHED:  # nobody opens it, so nobody else says that it was not read
            facts.append(Examined(where=item.where, sha256="", size=0, formats=(), bytes_examined=0, complete=False))
    return artifacts, facts


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


def _detailed(artifacts: Sequence[Artifact], facts: Sequence[Fact], reading: _Reading, bundle: Pack) -> Judged:
    """Judge, and look closer where that is asked for."""
    judged = judgement.judge(facts, bundle)
    if not reading.details:
        return judged
    from scanner import closeups

    jobs = reading.jobs or os.cpu_count() or 1
    return replace(judged, details=closeups.take(artifacts, facts, judged, reading.limits, jobs))


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
    choices = (bundle.digest, repr(reading.limits), str(reading.digest), reading.weights, str(reading.details), use)
    with cache.opened(folder, choices) as known:
        known.identify(artifacts)
        judged = known.judged(found)
        if judged is None:
            judged = _detailed(artifacts, _facts(artifacts, found, reading, policy, known), reading, bundle)
            known.keep_judged(found, judged)
    return judged


def _read(artifacts: Sequence[Artifact], reading: _Reading, known: "Cache | None") -> Iterator[Fact]:
    # Nearly every scan has pickles, and both sides of the fork speak of them: imported before it, that is paid once.
    import_module("scanner.facts.pickle")
    formats_known = formats.discover()
    limits = measures.timed(reading.limits, reading.weights)
    looking = formats_known
    if reading.weights != "off":
        if reading.weights != measures.AUTO and any(one.remote for one in artifacts):
            raise UsageError(measures.ELSEWHERE)
        looking = formats_known.joined(measures.reader(reading.weights, {one.path: one for one in artifacts}))

    def read(artifact: Artifact) -> Iterator[Fact]:
        known_formats = formats_known if artifact.remote else looking
        return reader.read(artifact, known_formats, limits, digest=reading.digest)

    recalled = {
        one.path: facts
        for one in artifacts
        if known and (facts := known.facts(one)) is not None and measures.alone(reading.weights, facts)
    }
    unread = [one for one in artifacts if one.path not in recalled]
    jobs = reading.jobs or os.cpu_count() or 1
    advance = partial(_advance, reading.progress, len(unread)) if reading.progress else None
    isolated = isolate.read_all(unread, read, limits=limits, jobs=jobs, progress=advance)
    for artifact in artifacts:
        facts = recalled.get(artifact.path) or next(isolated)
        if known and artifact.path not in recalled:
            known.keep_facts(artifact, facts)
        yield from facts


def _advance(progress: Progress, total: int, done: int) -> None:
    progress(done, total)
