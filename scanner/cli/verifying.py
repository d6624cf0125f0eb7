"""What `assay verify` does once its line is understood: find whom to trust, verify, and say what was decided."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli import scanning, terminal
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.attest.authenticate import Anchor
    from scanner.attest.comparison import Asked
    from scanner.attest.decision import Decision
    from scanner.attest.scanned import Scan, Scanned
    from scanner.report import Report


def run(  # noqa: PLR0913 - one parameter an option
    model: str,
    *,
    signature: Sequence[str] | None = None,
    trust: str | None = None,
    called: str | None = None,
    attestation: Sequence[str] | None = None,
    bom: Sequence[str] | None = None,
    key: str | None = None,
    certificate_chain: str | None = None,
    identity: str | None = None,
    issuer: str | None = None,
    trusted_root: str | None = None,
    subset: bool = False,
    ignore_unsigned: bool = False,
    ignore: Sequence[str] | None = None,
    legacy: Sequence[str] | None = None,
    policy: str | None = None,
    report_format: str = "text",
    output: str | None = None,
    jobs: int | None = None,
    quiet: bool = False,
) -> int:
    """Verify as a line says, and return the exit code. Raises `UsageError`."""
    from scanner.attest.comparison import Asked

    asked = Asked(
        subset=subset,
        unsigned=ignore_unsigned,
        ignored=tuple(ignore or ()),
        legacy=departures(legacy or ()),
    )
    scan = partial(scanning.report_on, policy=policy, jobs=jobs, quiet=quiet)
    named = _Named(tuple(signature or ()), tuple(attestation or ()), tuple(bom or ()))
    if report_format not in {"text", "json"}:
        message = f"--format {report_format}: unknown; one of text, json"
        raise UsageError(message)
    named.check()
    if trust is None:
        if called is not None:
            message = "--as goes with --trust: it says which rule of the policy is meant"
            raise UsageError(message)
        decision, looked = _by_anchor(model, anchor(key, certificate_chain, identity, issuer, trusted_root), asked,
                                      named, scan)  # fmt: skip
    else:
        if key or certificate_chain or identity or issuer or trusted_root or legacy or ignore or ignore_unsigned:
            message = "--trust says whom to trust and what to accept; leave other options of that out"
            raise UsageError(message)
        decision, looked = _by_policy(model, trust, called, asked, named, scan)
    report = looked.report if looked else None
    text = _json(decision, report) if report_format == "json" else _text(model, decision, report)
    if output:
        from scanner.cli.output import save

        save(Path(output), text)
    elif not quiet:
        terminal.write(text)
    return scanning.EXIT_CODES[decision.verdict]


class _Named(NamedTuple):
    """Files that a line names."""

    signatures: tuple[str, ...]
    attestations: tuple[str, ...]
    bills: tuple[str, ...]

    def check(self) -> None:
        """Refuse a file that is not there. Raises `UsageError`."""
        options = zip(("--signature", "--attestation", "--bom"), self, strict=True)
        for option, files in options:
            for file in files:
                if not Path(file).exists():
                    message = f"{option} {file}: no such file"
                    raise UsageError(message)


def departures(given: Sequence[str]) -> tuple[str, ...]:
    """Check the names of legacy switches. Raises `UsageError`."""
    from scanner.attest.oms import LEGACY

    for name in given:
        if name not in LEGACY:
            message = f"--legacy {name}: unknown; one of {', '.join(LEGACY)}"
            raise UsageError(message)
    return tuple(given)


def anchor(key: str | None, chain: str | None, identity: str | None, issuer: str | None, root: str | None) -> "Anchor":
    """Find the one thing to trust that a line names. Raises `UsageError`: there is no default."""
    from scanner.attest import certificates, keys
    from scanner.attest.authenticate import TrustedIdentity, TrustedKey, TrustedRoots

    if bool(key) + bool(chain) + bool(issuer) != 1:
        message = "say whom you trust, with one of --key, --certificate-chain, --trust, or --identity and --issuer"
        raise UsageError(message)
    if root and not issuer:
        message = "--trusted-root goes with --identity and --issuer"
        raise UsageError(message)
    if key:
        if identity:
            message = "--identity goes with --certificate-chain or --issuer; a key has no name"
            raise UsageError(message)
        return TrustedKey(key=keys.load_public(keys.read(Path(key)), key))
    if chain:
        wanted = certificates.Requirements(identity=identity or "")
        return TrustedRoots(roots=certificates.load(keys.read(Path(chain)), chain), wanted=wanted)
    if not identity or not issuer:
        message = "--issuer goes with --identity: who signed, and who vouched for that"
        raise UsageError(message)
    return TrustedIdentity(identity=identity, issuer=issuer, root=Path(root) if root else None)


def _by_anchor(
    model: str, trusted: "Anchor", asked: "Asked", named: _Named, scan: "Scan"
) -> "tuple[Decision, Scanned | None]":
    """Verify by the one thing to trust that a line names."""
    from scanner.attest import evidence, verify

    if len(named.signatures) > 1:
        message = "several --signature go with --trust; one signer makes one"
        raise UsageError(message)
    beside = verify.Beside(
        statements=tuple(evidence.raw(Path(file)) for file in named.attestations),
        bills=tuple(evidence.raw(Path(file)) for file in named.bills),
    )
    file = Path(named.signatures[0]) if named.signatures else None
    given = beside if named.attestations or named.bills else None
    return verify.verify(Path(model), trusted, signature=file, asked=asked, scan=scan, beside=given)


def _by_policy(  # noqa: PLR0913, PLR0917 - what a line says
    model: str, trust: str, called: str | None, asked: "Asked", named: _Named, scan: "Scan"
) -> "tuple[Decision, Scanned | None]":
    """Verify by a trust policy."""
    from scanner.attest import policed, trust_file

    given = policed.Given(
        signatures=tuple(map(Path, named.signatures)),
        attestations=tuple(map(Path, named.attestations)),
        bills=tuple(map(Path, named.bills)),
        name=called,
    )
    policy = trust_file.load(Path(trust))
    return policed.verify(Path(model), policy, given=given, asked=asked, scan=scan)


def _json(decision: "Decision", report: "Report | None") -> str:
    from scanner.attest.decision import document
    from scanner.writers import json as writer

    whole = {**document(decision), "report": json.loads(writer.write(report)) if report else None}
    return json.dumps(whole, indent=1) + "\n"


def _text(model: str, decision: "Decision", report: "Report | None") -> str:
    from scanner import writers
    from scanner.attest import decision_text

    text = decision_text.write(model, decision)
    if report is None or report.verdict == "pass":
        return text
    shown = writers.discover()["text"](report, colour=terminal.colour(), width=terminal.width())
    return f"{text}\n{shown}"
