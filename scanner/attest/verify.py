"""Verify a model: its signature, its signer, its bytes, and what a scan of the same bytes says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from scanner.attest import bundle, comparison, hashing, oms, scanned, signatures, tree
from scanner.attest.authenticate import Anchor, Authenticated, authenticate
from scanner.attest.comparison import Asked, Found, Plan
from scanner.attest.decision import Decision, Problem, refused, verdict, weigh
from scanner.attest.errors import AttestError, Code
from scanner.attest.manifest import Manifest
from scanner.attest.scanned import Scan, Scanned
from scanner.attest.tree import Tree
from scanner.record import record

Told = Callable[[Scanned | None, Collection[str]], tuple[Problem, ...]]


@record
class Beside:
    """What comes with a model beside its signature: files of statements, at most `oldest` old, and bills."""

    statements: tuple[bytes, ...] = ()
    bills: tuple[bytes, ...] = ()
    oldest: timedelta | None = None


def verify(  # noqa: PLR0913 - each argument is one independent choice
    model: Path,
    anchor: Anchor,
    *,
    signature: Path | None = None,
    asked: Asked | None = None,
    scan: Scan | None = None,
    now: datetime | None = None,
    beside: Beside | None = None,
) -> tuple[Decision, Scanned | None]:
    """Decide whether a model is what a trusted signer signed; return the scan of it too, where there was one.

    Everything that lies in the model is scanned, ignored and unsigned files included, once the signature holds.
    What comes `beside` the signature is held against the bytes that the scan read, and must hold as well.
    Raises `UsageError` for a model that is not there.
    """
    asked = asked or Asked()
    file = signature or signatures.beside(model)
    shown = str(file)
    at = now or datetime.now(UTC)
    try:
        before = tree.listing(model)
        manifest, by = read(_held(file), anchor, asked, at)
    except AttestError as error:
        return refused(error, shown), None
    try:
        return _compare(model, before, file, manifest, by, asked, scan, partial(_beside, beside, anchor, at))
    except AttestError as error:
        return refused(error, shown, by.signer), None


def _held(file: Path) -> bundle.Bundle:
    if not file.exists():
        raise AttestError(Code.SIGNATURE_MISSING, f"there is no {file}; nothing is verified")
    return bundle.read(file)


def read(held: bundle.Bundle, anchor: Anchor, asked: Asked, at: datetime) -> tuple[Manifest, Authenticated]:
    """Check a bundle as of `at`, then read what it signs. Raises `AttestError`."""
    by = authenticate(held, anchor, at, asked.legacy)
    return statement_of(held, by, asked), by


def statement_of(held: bundle.Bundle, by: Authenticated, asked: Asked) -> Manifest:
    """Read what a bundle signs, once its signature holds. Raises `AttestError`."""
    manifest = oms.parse(held.envelope.payload, asked.legacy)
    if "pae-v0.2" in by.legacy and "predicate-v0.1" not in manifest.legacy:
        raise AttestError(Code.LEGACY_PAE, "the envelope is encoded as 0.2 did, the statement is not of its time")
    return manifest


def decide(  # noqa: PLR0913 - each argument is one kind of evidence
    manifest: Manifest,
    by: Authenticated,
    plan: Plan,
    digests: Mapping[str, Sequence[bytes]],
    asked: Asked,
    *,
    signature: str,
    scan: str = "",
    beside: Sequence[Problem] = (),
) -> Decision:
    """Weigh all evidence. Pure: `digests` has those of the signed files that are there; `scan` is a verdict or ""."""
    changed = comparison.changed(plan, digests)
    found = (*comparison.problems(plan, changed, asked), *beside, *said_by_scan(scan))
    problems = weigh(found)
    first = problems[0] if problems else None
    return Decision(
        verdict=verdict(problems),
        code=first.code if first else Code.VERIFIED,
        reason=first.reason if first else "every signed file is there with its signed bytes",
        signature=signature,
        problems=problems,
        signer=by.signer,
        manifest=manifest,
        verified=tuple(name for name in plan.wanted if name not in changed),
        changed=changed,
        missing=plan.missing,
        unsigned=tuple(sorted((*plan.unsigned, *plan.empty))),
        ignored=plan.ignored,
        linked=plan.linked,
        legacy=tuple(sorted({*by.legacy, *manifest.legacy})),
        scan=scan,
    )


def said_by_scan(scan: str) -> tuple[Problem, ...]:
    """Turn the verdict of a scan into what speaks against a model."""
    if scan == "fail":
        return (Problem(code=Code.SCAN_FAILED, reason="a finding in the model fails the policy; see the report"),)
    if scan == "incomplete":
        return (Problem(code=Code.SCAN_INCOMPLETE, reason="not every file was read to its end; see the report"),)
    return ()


def _compare(  # noqa: PLR0913, PLR0917 - what `verify` has gathered
    model: Path,
    before: Tree,
    file: Path,
    manifest: Manifest,
    by: Authenticated,
    asked: Asked,
    scan: Scan | None,
    told: Told,
) -> tuple[Decision, Scanned | None]:
    own = signatures.below(before, file)
    leave = (*signatures.within(before), *([own] if own else []))
    laid = comparison.plan(manifest, found(before), comparison.ignoring(asked, leave))
    looked = scanned.scan(model, before, scan) if scan else None
    digests = digest(before, manifest, laid, looked.digests if looked else {})
    tree.check_unchanged(before, model)
    said = looked.verdict if looked else ""
    also = told(looked, leave)
    return decide(manifest, by, laid, digests, asked, signature=str(file), scan=said, beside=also), looked


def _beside(
    beside: Beside | None, anchor: Anchor, now: datetime, looked: Scanned | None, apart: Collection[str]
) -> tuple[Problem, ...]:
    """Hold statements and bills against what the scan read."""
    if beside is None:
        return ()
    if looked is None:
        reason = "statements are compared with what a scan read; there was none"
        return (Problem(code=Code.SCAN_INCOMPLETE, reason=reason),)
    from scanner.attest import accompanied  # few lines name what it reads

    held = accompanied.of(looked.digests, apart)
    told = [accompanied.statements(raw, anchor, held, now, oldest=beside.oldest) for raw in beside.statements]
    told += [accompanied.bill(raw, held) for raw in beside.bills]
    return tuple(problem for some in told for problem in some)


def found(held: Tree) -> Found:
    """Take of a listing what a comparison needs."""
    return Found(sizes=held.sizes, linked=held.linked, special=held.special)


def digest(held: Tree, manifest: Manifest, plan: Plan, known: Mapping[str, bytes]) -> dict[str, tuple[bytes, ...]]:
    """Digest the signed files that are there: what the scan has digested already is not read again.

    Raises `AttestError` for a file that cannot be read, or changes while it is.
    """
    whole = manifest.algorithm == "sha256" and not manifest.shard_nbytes
    digests = {name: (known[name],) for name in plan.wanted if whole and name in known}
    tasks = {}
    for name, parts in plan.wanted.items():
        if name not in digests and name not in plan.misfits:
            file = held.files[name]
            spans = [(one.start, file.size if one.end is None else one.end) for one in parts]
            tasks[name] = (file.path, file.size, spans)
    return {**digests, **hashing.many(tasks, manifest.algorithm)}
