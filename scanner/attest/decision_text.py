"""A decision for people: who signed what, what differs, and what the scan says."""

from collections.abc import Iterator, Sequence

from scanner.attest.decision import Decision
from scanner.attest.signer import Signer
from scanner.text import printable

LISTED = 10
"""Names shown of each kind; the others are counted. JSON has all."""

WIDTH = 10
"""Columns of the labels."""

SHOWN = 300
"""Characters shown of a name, after escaping."""

WORDS = {"pass": "verified", "fail": "NOT verified", "incomplete": "not verified"}


def write(model: str, decision: Decision) -> str:
    """Write a decision in lines. Nothing that a model or a signature holds reaches the terminal unescaped."""
    return "".join(f"{line}\n" for line in _lines(model, decision))


def _lines(model: str, decision: Decision) -> Iterator[str]:
    yield f"{printable(model, SHOWN)}: {WORDS[decision.verdict]} ({decision.code})"
    for problem in decision.problems:
        yield _row(problem.code if len(decision.problems) > 1 else "why", problem.reason)
    yield _row("signature", decision.signature)
    if decision.signer:
        yield from _signer(decision.signer)
    if decision.manifest:
        signed = decision.manifest
        count = len(signed.names)
        yield _row(
            "signed", f"{signed.model or 'a model'}, {count} file{'s' * (count != 1)}, root sha256 {signed.root}"
        )
        if signed.declared:
            yield _row("declared", f"its signer's own scan said {signed.declared}")
    yield from _names("changed", decision.changed)
    yield from _names("missing", decision.missing)
    yield from _names("unsigned", decision.unsigned)
    yield from _names("ignored", decision.ignored)
    yield from _names("links", decision.linked)
    if decision.legacy:
        yield _row("legacy", ", ".join(decision.legacy))
    if decision.scan:
        yield _row("scan", decision.scan)
    yield from _policy(decision)


def _policy(decision: Decision) -> Iterator[str]:
    if decision.policy:
        yield _row("policy", f"{decision.policy}, {decision.rule}")
    for one in decision.checks:
        yield _row(one.outcome, f"{one.what}: {one.evidence}")


def _signer(signer: Signer) -> Iterator[str]:
    if signer.method == "key":
        yield _row("signer", f"key {signer.key_id} ({signer.algorithm})")
        return
    vouched = f", vouched for by {signer.oidc_issuer}" if signer.oidc_issuer else ""
    yield _row("signer", f"{signer.identity or signer.subject}{vouched} ({signer.algorithm})")
    yield _row("", f"certificate {signer.certificate_sha256}, issued by {signer.issuer}")
    yield _row("", f"valid from {signer.valid_from} until {signer.valid_until}")
    if signer.signed_at:
        yield _row("", f"seen in the transparency log at {signer.signed_at}")


def _names(label: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        yield _row(label, f"{', '.join(printable(name, SHOWN) for name in names[:LISTED])}{more}")


def _row(label: str, text: str) -> str:
    return f"  {label.ljust(WIDTH)}{' ' * (len(label) >= WIDTH)}{printable(text, SHOWN * (LISTED + 1))}".rstrip()
