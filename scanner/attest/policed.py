"""Verify a model by a trust policy: signers, statements, bill of materials, bytes and scan, judged by one rule."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scanner.attest import matching, scanned, signatures, tree
from scanner.attest.comparison import Asked
from scanner.attest.countersigned import Signed, signed, weighed
from scanner.attest.decision import Check, Decision, Outcome, Problem, refused, verdict, weigh
from scanner.attest.errors import AttestError, Code
from scanner.attest.evidence import Evidence, gather
from scanner.attest.matching import Named
from scanner.attest.scanned import Scan, Scanned
from scanner.attest.tree import Tree
from scanner.attest.trust import Rule, Trust
from scanner.record import record

NO_RULE = Rule(name="no rule", match=())


@record
class Given:
    """Files that were named beside those in the model. `name`: what the caller says the model is."""

    signatures: tuple[Path, ...] = ()
    attestations: tuple[Path, ...] = ()
    bills: tuple[Path, ...] = ()
    name: str | None = None


def verify(  # noqa: PLR0913 - each argument is one independent choice
    model: Path,
    trust: Trust,
    *,
    given: Given | None = None,
    asked: Asked | None = None,
    scan: Scan | None = None,
    now: datetime | None = None,
) -> tuple[Decision, Scanned | None]:
    """Decide by the first rule that names the model. Raises `UsageError` for files that are not there."""
    given = given or Given()
    called = matching.named(model, given.name)
    rule = rule_for(trust, called)
    policy = f"{trust.name} sha256:{trust.sha256}"
    shown = ", ".join(map(str, given.signatures)) or str(signatures.beside(model))
    if rule is NO_RULE and trust.action == "deny":
        problem = Problem(code=Code.NO_RULE, reason="no rule of the policy names this model, and its action is deny")
        checks = (_failed("rule", problem),)
        return replace(refused(AttestError(problem.code, problem.reason), shown), policy=policy, rule=rule.name,
                       checks=checks), None  # fmt: skip
    try:
        before = tree.listing(model)
        held = gather(model, before, given.signatures, given.attestations, given.bills)
        looked = scanned.scan(model, before, scan) if scan else None
        decision = _judge(before, held, trust, rule, called, looked, _asked(asked, trust, rule), now)
        tree.check_unchanged(before, model)
    except AttestError as error:
        return replace(refused(error, shown), policy=policy, rule=rule.name), None
    return replace(decision, policy=policy, rule=rule.name, signature=decision.signature or shown), looked


def rule_for(trust: Trust, called: Named) -> Rule:
    """Find the first rule that names a model."""
    fitting = (one for one in trust.rules if any(matching.fits(each, called, trust.folder) for each in one.match))
    return next(fitting, NO_RULE)


def _asked(asked: Asked | None, trust: Trust, rule: Rule) -> Asked:
    """Allow what the policy allows: of missing and unsigned files and of older spellings the line has no say."""
    return replace(
        asked or Asked(),
        subset=rule.subset,
        required=rule.required,
        unsigned=trust.unsigned != "deny",
        legacy=trust.legacy,
    )


def _judge(  # noqa: PLR0913, PLR0917 - what `verify` has gathered
    before: Tree,
    held: Evidence,
    trust: Trust,
    rule: Rule,
    called: Named,
    looked: Scanned | None,
    asked: Asked,
    now: datetime | None,
) -> Decision:
    at = now or datetime.now(UTC)
    made = signed(held, before, trust, rule, asked, looked.digests if looked else {}, at)
    named: list[tuple[str, tuple[Problem, ...], str]] = [
        _revision(rule, called),
        weighed(made, rule),
        *_left(made, trust, looked),
        *_beside(held, trust, rule, looked, at),
        _said(looked),
    ]
    checks = [_counted(one) for one in made]
    problems: list[Problem] = []
    lenient: Outcome | None = trust.action if rule is NO_RULE and trust.action != "deny" else None
    if lenient:
        problem = Problem(code=Code.NO_RULE, reason=f"no rule of the policy names this model; its action is {lenient}")
        checks.insert(0, Check(what="rule", outcome=lenient, evidence=problem.reason, code=problem.code))
    for what, found, evidence in named:
        if evidence and not found:
            checks.append(Check(what=what, outcome="pass", evidence=evidence))
        for one in found:
            easy = lenient if what not in {"scan", "bill of materials"} else None
            checks.append(replace(_failed(what, one), outcome=easy) if easy else _failed(what, one))
            problems.extend(() if easy else (one,))
    return _decision(made, weigh(tuple(problems)), tuple(checks), looked, lenient)


def _revision(rule: Rule, called: Named) -> tuple[str, tuple[Problem, ...], str]:
    if not rule.pin_revision:
        return "revision", (), ""
    if called.pinned:
        return "revision", (), f"hf:{called.hub}@{called.revision}"
    reason = "the rule asks for a commit, and of this model " + (
        f"only {called.revision!r} is known" if called.revision else "no revision is known; say it with --as"
    )
    return "revision", (Problem(code=Code.REVISION_MOVABLE, reason=reason),), ""


def _left(made: Sequence[Signed], trust: Trust, looked: Scanned | None) -> list[tuple[str, tuple[Problem, ...], str]]:
    """Judge what no signature covers: it is scanned, or the policy says otherwise."""
    first = _first(made)
    if first is None or first.decision is None:
        return []
    kinds: Mapping[str, tuple[str, tuple[str, ...]]] = {
        "unsigned files": (trust.unsigned, first.decision.unsigned),
        "ignored files": (trust.ignored, first.left),
    }
    found: list[tuple[str, tuple[Problem, ...], str]] = []
    for what, (how, names) in kinds.items():
        if how == "deny" and what == "ignored files" and names:
            reason = f"{len(names)} files are left out of the signature, {names[0]!r} first"
            found.append((what, (Problem(code=Code.FILE_IGNORED, reason=reason),), ""))
        elif how == "scan" and names and looked is None:
            reason = f"{len(names)} files are to be scanned, and nothing was"
            found.append((what, (Problem(code=Code.SCAN_INCOMPLETE, reason=reason),), ""))
        elif names and how != "deny":
            found.append((what, (), f"{len(names)} files, {'scanned' if looked else 'allowed'}"))
    return found


def _beside(
    held: Evidence, trust: Trust, rule: Rule, looked: Scanned | None, now: datetime
) -> list[tuple[str, tuple[Problem, ...], str]]:
    """Judge statements, bills and bases: what reads them is imported where there is something to read or to ask."""
    if not (rule.statements or held.bills or rule.bases):
        return []
    from scanner.attest import accompanied, required

    bytes_ = accompanied.of(looked.digests, held.apart) if looked else None
    backed = required.Held(bytes=bytes_, evidence=held, signers=trust.signers, now=now)
    return [
        *required.of_statements(rule.statements, backed),
        *required.of_bills(backed),
        *required.of_bases(rule.bases, backed),
    ]


def _said(looked: Scanned | None) -> tuple[str, tuple[Problem, ...], str]:
    from scanner.attest.verify import said_by_scan

    return "scan", said_by_scan(looked.verdict if looked else ""), "pass" if looked else ""


def _failed(what: str, problem: Problem) -> Check:
    return Check(what=what, outcome=verdict((problem,)), evidence=problem.reason, code=problem.code)


def _counted(one: Signed) -> Check:
    code = one.problems[0].code if one.problems else Code.VERIFIED
    outcome: Outcome = "pass" if one.holds else "unused"
    return Check(what=f"signature {one.shown}", outcome=outcome, evidence=one.evidence, code=code)


def _first(made: Sequence[Signed]) -> Signed | None:
    """Choose the signature to show: one that holds, else one of a trusted signer."""
    return next((one for one in made if one.holds), next((one for one in made if one.decision is not None), None))


def _decision(
    made: Sequence[Signed],
    problems: tuple[Problem, ...],
    checks: tuple[Check, ...],
    looked: Scanned | None,
    lenient: Outcome | None,
) -> Decision:
    shown = _first(made)
    base = shown.decision if shown is not None and shown.decision is not None else None
    code, reason = (Code.NO_RULE, checks[0].evidence) if lenient else (Code.VERIFIED, "the rule's every check passes")
    if problems:
        code, reason = problems[0].code, problems[0].reason
    decided = Decision(verdict=verdict(problems), code=code, reason=reason, signature="")
    return replace(
        base or decided,
        verdict=decided.verdict,
        code=decided.code,
        reason=decided.reason,
        problems=problems,
        checks=checks,
        scan=looked.verdict if looked else "",
    )
