"""Statements and bills that a trust policy asks for: which of those that came with a model answer it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from scanner import glob
from scanner.attest import accompanied, attested, bases, matching, predicates
from scanner.attest.accompanied import Bytes
from scanner.attest.attested import Attested
from scanner.attest.decision import Problem
from scanner.attest.errors import AttestError, Code
from scanner.attest.evidence import Evidence, Piece
from scanner.attest.strict import loads
from scanner.attest.trust import Bases, Statement, Trusted
from scanner.attest.vouching import vouch
from scanner.record import record
from scanner.text import printable

Told = tuple[str, tuple[Problem, ...], str]
"""What was asked, what speaks against it, and what for it."""


@record
class Held:
    """What statements are held against. `bytes` is None where nothing was scanned."""

    bytes: Bytes | None
    evidence: Evidence
    signers: Mapping[str, Trusted]
    now: datetime


def of_statements(asked: Sequence[Statement], held: Held) -> Iterator[Told]:
    """Answer each statement that is asked for. Among those about these bytes the newest speaks."""
    for one in asked:
        what = f"statement {one.type}"
        if held.bytes is None:
            yield what, (_unscanned(),), ""
            continue
        names = [name for each in one.signed_by for name in matching.signers(each, held.signers)]
        about: list[tuple[str, str, tuple[Problem, ...], str]] = []
        other: list[Problem] = []
        for piece in held.evidence.statements:
            told = _answer(piece, one, names, held, held.bytes)
            if isinstance(told, Problem):
                other.append(told)
            elif told is not None:
                about.append(told)
        if about:
            _, _, problems, evidence = max(about, key=lambda found: (found[0], found[1]))
            yield what, problems, evidence
        else:
            missing = Problem(code=Code.ATTESTATION_MISSING, reason=f"no trusted signer says it of these bytes: {what}")
            yield what, (*other, missing), ""


def _answer(
    piece: Piece, asked: Statement, names: Sequence[str], held: Held, model: Bytes
) -> tuple[str, str, tuple[Problem, ...], str] | Problem | None:
    """Read one statement; None where it is none of those asked for, a problem where it could be but does not count."""
    read = _read(piece, names, held)
    if isinstance(read, Problem) or read is None:
        return read
    one, name = read
    if one.kind != asked.type:
        return None
    found = accompanied.against(one, model, held.now, asked.max_age)
    if other := [reason for code, reason in found if code is Code.ATTESTATION_OTHER_BYTES]:
        return Problem(code=Code.ATTESTATION_OTHER_BYTES, reason=f"{piece.shown} {other[0]}")
    found.extend(_lacking(piece, one, asked))
    problems = tuple(Problem(code=code, reason=f"{piece.shown} {reason}") for code, reason in found)
    made = accompanied.moment(one.made)
    order = made.isoformat() if made else ""
    return order, piece.shown, problems, f"by {name} at {one.made}, {piece.shown}"


def _lacking(piece: Piece, one: Attested, asked: Statement) -> Iterator[tuple[Code, str]]:
    if asked.verifier and not glob.matches(asked.verifier, one.verifier):
        yield Code.ATTESTATION_PROPERTY, f"is of the verifier {printable(one.verifier)!r}, not {asked.verifier!r}"
    if asked.require and piece.made is not None:
        statement = loads(piece.made.envelope.payload, "statement")
        predicate = statement.get("predicate") if isinstance(statement, dict) else None
        listed = predicate.get("properties") if isinstance(predicate, dict) else None
        for name in asked.require:
            if not isinstance(listed, list) or name not in listed:
                yield Code.ATTESTATION_PROPERTY, f"does not say {name}"


def _read(piece: Piece, names: Sequence[str], held: Held) -> tuple[Attested, str] | Problem | None:
    """Read a statement that one of some signers made."""
    if piece.made is None:
        error = piece.error
        return Problem(code=error.code, reason=f"{piece.shown}: {error.reason}") if error else None
    by, refused = vouch(piece.made, names, held.signers, held.now)
    if by is None:
        return Problem(code=refused[0][1].code, reason=f"{piece.shown}: {refused[0][1].reason}") if refused else None
    try:
        return attested.read(piece.made.envelope.payload), by.name
    except AttestError as error:
        return Problem(code=error.code, reason=f"{piece.shown}: {error.reason}")


def of_bills(held: Held) -> Iterator[Told]:
    """Compare every bill of materials that was named with the bytes."""
    for shown, raw in held.evidence.bills:
        problems = (_unscanned(),) if held.bytes is None else accompanied.bill(raw, held.bytes)
        yield "bill of materials", problems, f"{shown} lists these bytes"


def of_bases(asked: Bases | None, held: Held) -> Iterator[Told]:
    """Compare the bases that bills and signed statements name with those allowed."""
    if asked is None:
        return
    found: list[tuple[str, tuple[str, ...]]] | None = None
    try:
        for one in _pedigrees(held):
            found = [*(found or []), *one]
    except AttestError as error:
        yield "base models", (Problem(code=error.code, reason=error.reason),), ""
        return
    told = ", ".join(printable(name) for name, _ in found or []) or "none named"
    yield "base models", tuple(bases.against(found, asked)), told


def _pedigrees(held: Held) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
    """Yield the bases of each bill, and of each bill in a statement that a signer of the policy made of these bytes."""
    for _, raw in held.evidence.bills:
        if (listed := bases.read(raw)) is not None:
            yield listed
    for piece in held.evidence.statements:
        read = _read(piece, list(held.signers), held)
        if isinstance(read, tuple) and read[0].kind == predicates.CYCLONEDX and piece.made is not None:
            if held.bytes is None or accompanied.against(read[0], held.bytes, held.now, None):
                continue
            statement = loads(piece.made.envelope.payload, "statement")
            yield bases.named(statement.get("predicate") if isinstance(statement, dict) else None)


def _unscanned() -> Problem:
    return Problem(code=Code.SCAN_INCOMPLETE, reason="statements are compared with what a scan read; there was none")
