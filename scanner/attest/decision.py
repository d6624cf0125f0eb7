"""What a verification comes to: `Decision`, with its evidence, and the same as JSON."""

from dataclasses import fields
from typing import Literal

from scanner.attest.errors import AttestError, Code
from scanner.attest.manifest import Manifest, listed_name
from scanner.attest.signer import Signer
from scanner.record import record

Verdict = Literal["pass", "fail", "incomplete"]

INCOMPLETE = frozenset(
    {
        Code.SIGNATURE_MISSING,
        Code.FILE_UNREADABLE,
        Code.HASH_LIBRARY_MISSING,
        Code.NOTHING_VERIFIED,
        Code.SCAN_INCOMPLETE,
    }
)
"""Causes for which nothing is proved wrong, but not all is proved right either."""


@record
class Problem:
    """One reason against a signature."""

    code: Code
    reason: str


Outcome = Literal["pass", "fail", "incomplete", "warn", "audit", "unused"]


@record
class Check:
    """One question that a trust policy asks. `what` names it, `evidence` says what the answer rests on.

    "unused" is evidence that was not counted; "warn" and "audit" are failures that the policy lets pass.
    """

    what: str
    outcome: Outcome
    evidence: str
    code: Code = Code.VERIFIED


@record
class Decision:
    """Whether a model is what its signer signed. `code` and `reason` are of the first problem, or "verified".

    Names are of files below the model. `verified`: their bytes are the signed ones. `missing`: signed but not there.
    `unsigned`: there but not signed. `ignored`: left out by the signature, by the caller or by OMS; like unsigned
    files they are scanned. `linked`: links where files should be. `legacy`: older spellings that were met.
    `scan` is the verdict of scanning the same bytes, empty where they were not scanned.
    Where a trust policy decided, `policy` names it with its digest, `rule` the rule of it, and `checks` has them all.
    """

    verdict: Verdict
    code: Code
    reason: str
    signature: str
    problems: tuple[Problem, ...] = ()
    signer: Signer | None = None
    manifest: Manifest | None = None
    verified: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    scan: str = ""
    policy: str = ""
    rule: str = ""
    checks: tuple[Check, ...] = ()


def verdict(problems: tuple[Problem, ...]) -> Verdict:
    """Weigh problems: one that proves something wrong outweighs all that leave something open."""
    if not problems:
        return "pass"
    return "incomplete" if all(one.code in INCOMPLETE for one in problems) else "fail"


def weigh(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Put what proves something wrong first; otherwise keep the order."""
    return tuple(sorted(problems, key=lambda one: one.code in INCOMPLETE))


def refused(error: AttestError, signature: str, signer: Signer | None = None) -> Decision:
    """Decide by an error that ended the verification."""
    problems = (Problem(code=error.code, reason=error.reason),)
    return Decision(
        verdict=verdict(problems),
        code=error.code,
        reason=error.reason,
        signature=signature,
        problems=problems,
        signer=signer,
    )


def document(decision: Decision) -> dict[str, object]:
    """Write a decision as values of JSON."""
    made = {one.name: getattr(decision, one.name) for one in fields(Decision)}
    made["signer"] = _plain(decision.signer) if decision.signer else None
    made["manifest"] = _manifest(decision.manifest) if decision.manifest else None
    made["problems"] = [_plain(one) for one in decision.problems]
    made["checks"] = [_plain(one) for one in decision.checks]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in made.items()}


def _plain(value: Signer | Problem | Check) -> dict[str, object]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _manifest(manifest: Manifest) -> dict[str, object]:
    return {
        "model": manifest.model,
        "root": manifest.root,
        "serialization": manifest.serialization,
        "algorithm": manifest.algorithm,
        "shard_nbytes": manifest.shard_nbytes,
        "ignored": list(manifest.ignored),
        "declared": manifest.declared,
        "resources": [{"name": listed_name(one), "digest": one.digest.hex()} for one in manifest.resources],
    }
