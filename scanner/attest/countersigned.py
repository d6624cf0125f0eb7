"""Every signature over a model, each compared with its bytes by itself; and whether enough signers made them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from scanner.attest import certificates, comparison, matching, thresholds
from scanner.attest.comparison import Asked
from scanner.attest.decision import INCOMPLETE, Decision, Problem
from scanner.attest.errors import AttestError, Code
from scanner.attest.evidence import Evidence, Piece
from scanner.attest.tree import Tree
from scanner.attest.trust import Rule, Trust
from scanner.attest.verify import decide, digest, found, statement_of
from scanner.attest.vouching import Vouched, vouch
from scanner.record import record

OTHERS = frozenset(
    {
        Code.HINT_MISMATCH,
        Code.KEY_MISMATCH,
        Code.CERTIFICATE_UNTRUSTED,
        Code.IDENTITY_MISMATCH,
        Code.SUBJECT_MISMATCH,
    }
)
"""Causes that say no more than that another signer made a signature."""


@record
class Signed:
    """One signature. `decision` is there where a trusted signer made it; `left` are the files that it leaves out."""

    shown: str
    evidence: str
    problems: tuple[Problem, ...] = ()
    decision: Decision | None = None
    left: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether a trusted signer signed these very bytes."""
        return self.decision is not None and not self.problems


def signed(  # noqa: PLR0913, PLR0917 - what a verification has gathered
    held: Evidence,
    before: Tree,
    trust: Trust,
    rule: Rule,
    asked: Asked,
    known: Mapping[str, bytes],
    now: datetime,
) -> list[Signed]:
    """Check every signature. `known` are the digests of what the scan has read. Raises `AttestError`, `UsageError`."""
    globs = rule.signatures.any_of if rule.signatures else ("**/*",)
    names = [one for one in trust.signers if any(matching.signers(each, [one]) for each in globs)]
    cautious = comparison.ignoring(asked, held.apart)
    return [_one(one, held, before, trust, names, cautious, known, now) for one in held.signatures]


def weighed(made: Sequence[Signed], rule: Rule) -> tuple[str, tuple[Problem, ...], str]:
    """Count the signers whose signatures hold against the threshold."""
    if rule.signatures is None:
        return "signers", (), ""
    holding = [one.decision.signer for one in made if one.holds and one.decision and one.decision.signer]
    count, wanted = thresholds.distinct(holding), rule.signatures.threshold
    told = f"{count} of {wanted} distinct signers"
    if count >= wanted:
        return "signers", (), told
    if not made:
        reason = "there is no signature; nothing is verified"
        return "signers", (Problem(code=Code.SIGNATURE_MISSING, reason=reason),), ""
    own = [problem for one in made for problem in one.problems if problem.code not in OTHERS]
    if own and all(one.code in INCOMPLETE for one in own):
        return "signers", tuple(dict.fromkeys(own)), ""  # who signed is not known to be too few
    return "signers", (*dict.fromkeys(own), Problem(code=Code.SIGNERS_TOO_FEW, reason=f"{told}; see the checks")), ""


def _one(  # noqa: PLR0913, PLR0917 - what `signed` hands on
    piece: Piece,
    held: Evidence,
    before: Tree,
    trust: Trust,
    names: Sequence[str],
    asked: Asked,
    known: Mapping[str, bytes],
    now: datetime,
) -> Signed:
    if piece.made is None:
        return _not(piece, [("", piece.error)] if piece.error else [])
    by, refused = vouch(piece.made, names, trust.signers, now, trust.legacy)
    if by is None:
        return _not(piece, refused)
    try:
        manifest = statement_of(piece.made, by.by, asked)
        laid = comparison.plan(manifest, found(before), asked)
        digests = digest(before, manifest, laid, known)
    except AttestError as error:
        return _not(piece, [(by.name, error)])
    decision = decide(manifest, by.by, laid, digests, asked, signature=piece.shown)
    told = "; ".join(one.reason for one in decision.problems)
    left = tuple(name for name in laid.ignored if name not in held.apart)
    return Signed(
        shown=piece.shown,
        evidence=_who(by) + (f": {told}" if told else ""),
        problems=decision.problems,
        decision=decision,
        left=left,
    )


def _who(by: Vouched) -> str:
    at = f", stamped {certificates.stamp(by.stamped)}" if by.stamped else ""
    return f"by {by.name}, key {by.by.signer.key_id[:16]}{at}"


def _not(piece: Piece, refused: Sequence[tuple[str, AttestError]]) -> Signed:
    told = "; ".join(f"{name}: {error.reason}" if name else error.reason for name, error in refused)
    return Signed(
        shown=piece.shown,
        evidence=told or "no signer that the rule names signs in this way",
        problems=tuple(Problem(code=error.code, reason=error.reason) for _, error in refused),
    )
