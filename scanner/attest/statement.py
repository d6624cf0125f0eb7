"""Statements about a scanned model: in-toto Statement v1 over its root and every file, in canonical JSON, and signed.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md. What a statement says is its predicate:
`svr`, `scan_predicate`, `vsa`.
"""

from dataclasses import replace

from scanner.attest import bundle, canonical, predicates
from scanner.attest.bill import Bill
from scanner.attest.making import Maker
from scanner.attest.strict import loads
from scanner.usage import UsageError

TYPE = predicates.STATEMENT

Node = dict[str, object]


def passed(bill: Bill) -> bool:
    """Say whether a model passed: by its policy, with every byte of every file looked at. Nothing else passes."""
    return bill.verdict == "pass" and bill.complete


def subjects(bill: Bill) -> list[Node]:
    """Name what is spoken of: the model by its root, then each of its files that has a digest."""
    files: list[Node] = [{"name": part.name, "digest": {"sha256": part.sha256}} for part in bill.parts if part.sha256]
    model: list[Node] = [{"name": bill.name, "digest": {"sha256": bill.root}}] if bill.root else []
    return [*model, *files]


def encode(bill: Bill, predicate_type: str, predicate: Node) -> bytes:
    """Write a statement. Raises `UsageError` where there is nothing that it could be about."""
    about = subjects(bill)
    if not about:
        message = f"{bill.name}: no file could be digested, so that there is nothing to attest to"
        raise UsageError(message)
    try:
        return canonical.encode(
            {"_type": TYPE, "subject": about, "predicateType": predicate_type, "predicate": predicate}
        )
    except (ValueError, UnicodeError) as error:
        message = f"{bill.name}: a file's name is not UTF-8, and cannot stand in a statement; rename it"
        raise UsageError(message) from error


def sign(statement: bytes, make: Maker) -> bytes:
    """Sign a statement: one line of JSON, a Sigstore bundle. Raises what `make` raises.

    Other than in a signature over a model the key is named beside the signature too: readers of plain DSSE look there.
    """
    raw = make(statement)
    made = bundle.parse(raw)
    if made.material.method != "key":
        return canonical.encode(loads(raw, "bundle")) + b"\n"
    named = replace(made.envelope, keyid=made.material.hint)
    return bundle.encode(replace(made, envelope=named))
