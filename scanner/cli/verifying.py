"""What `assay verify` does once its line is understood: find whom to trust, verify, and say what was decided."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli import decided, scanning, terminal
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.attest.authenticate import Anchor
    from scanner.attest.comparison import Asked
    from scanner.attest.decision import Decision
    from scanner.attest.scanned import Scan, Scanned
    from scanner.cli.verify_listed import Observe


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
    decided.check(report_format)
    named.check()
    looked: Scanned | None
    if trust is None:
        if called is not None:
            message = "--as goes with --trust: it says which rule of the policy is meant"
            raise UsageError(message)
        trusted = anchor(key, certificate_chain, identity, issuer, trusted_root)
        observe = partial(scanning.observed, policy=policy, jobs=jobs)
        decision, looked = _by_anchor(model, trusted, asked, named, scan, observe)
    else:
        if any((key, certificate_chain, identity, issuer, trusted_root, legacy, ignore, ignore_unsigned, subset)):
            message = "--trust says whom to trust and what to accept; leave other options of that out"
            raise UsageError(message)
        decision, looked = _by_policy(model, trust, called, asked, named, scan)
    report = looked.report if looked else None
    text = decided.FORMATS[report_format](model, decision, report)
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


def _by_anchor(  # noqa: PLR0913, PLR0917 - what a line says
    model: str, trusted: "Anchor", asked: "Asked", named: _Named, scan: "Scan", observe: "Observe"
) -> "tuple[Decision, Scanned | None]":
    """Verify by the one thing to trust that a line names."""
    from scanner import sources
    from scanner.attest import evidence, verify

    if len(named.signatures) > 1:
        message = "several --signature go with --trust; one signer makes one"
        raise UsageError(message)
    if not sources.local(model):
        from scanner.cli import verify_listed

        _only_here(model, bool(named.attestations or named.bills))
        return verify_listed.verify(model, trusted, asked, named.signatures, observe)
    beside = verify.Beside(
        statements=tuple(evidence.raw(Path(file)) for file in named.attestations),
        bills=tuple(evidence.raw(Path(file)) for file in named.bills),
    )
    file = Path(named.signatures[0]) if named.signatures else None
    given = beside if named.attestations or named.bills else None
    return verify.verify(Path(model), trusted, signature=file, asked=asked, scan=scan, beside=given)


def _only_here(model: str, needed: bool) -> None:  # noqa: FBT001 - its one question
    """Refuse what needs files of this machine. Raises `UsageError`."""
    if needed:
        message = f"{model}: --trust, --attestation and --bom go with a downloaded model; verify its folder"
        raise UsageError(message)


def _by_policy(  # noqa: PLR0913, PLR0917 - what a line says
    model: str, trust: str, called: str | None, asked: "Asked", named: _Named, scan: "Scan"
) -> "tuple[Decision, Scanned | None]":
    """Verify by a trust policy."""
    from scanner import sources
    from scanner.attest import policed, trust_file

    _only_here(model, not sources.local(model))
    given = policed.Given(
        signatures=tuple(map(Path, named.signatures)),
        attestations=tuple(map(Path, named.attestations)),
        bills=tuple(map(Path, named.bills)),
        name=called,
    )
    policy = trust_file.load(Path(trust))
    return policed.verify(Path(model), policy, given=given, asked=asked, scan=scan)
