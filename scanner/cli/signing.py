"""What `assay sign` does once its line is understood: find what signs, scan, sign, and say what came of it."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import scanning, terminal
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509

    from scanner.attest.making import Maker, Raw
    from scanner.attest.sign import Shape


def maker(  # noqa: PLR0913 - one parameter an option
    *,
    key: str | None,
    certificate: str | None,
    chain: str | None,
    service: str | None,
    public_key: str | None,
    sigstore: bool,
    identity_token: str | None,
    trust_config: str | None,
    timestamp_url: str | None = None,
    timestamp_root: str | None = None,
) -> "Maker":
    """Find the one way to sign that a line names. Raises `UsageError`."""
    _check(
        {"--key": key, "--service": service, "--sigstore": sigstore},
        {
            "--certificate": (certificate, ("--key", "--service")),
            "--chain": (chain, ("--key", "--service")),
            "--public-key": (public_key, ("--service",)),
            "--identity-token": (identity_token, ("--sigstore",)),
            "--trust-config": (trust_config, ("--sigstore",)),
            # The services of a keyless signature have a clock of their own, which --trust-config names.
            "--timestamp-url": (timestamp_url, ("--key", "--service")),
            "--timestamp-root": (timestamp_root, ("--key", "--service")),
        },
    )
    if chain and not certificate:
        message = "--chain goes with --certificate"
        raise UsageError(message)
    if timestamp_root and not timestamp_url:
        message = "--timestamp-root goes with --timestamp-url"
        raise UsageError(message)
    stamp = _stamp(timestamp_url, timestamp_root) if timestamp_url else None
    if key:
        return _stamped(_with_key(Path(key), certificate, chain), stamp)
    if service:
        return _stamped(_with_service(service, public_key, certificate, chain), stamp)
    from scanner.attest import keyless_signing

    token = _text(identity_token) if identity_token else None
    return keyless_signing.signing(Path(trust_config) if trust_config else None, token)


def _check(ways: Mapping[str, object], beside: Mapping[str, tuple[str | None, tuple[str, ...]]]) -> None:
    """Ask for one way to sign, and for no option of another. Raises `UsageError`."""
    named = [option for option, value in ways.items() if value]
    if len(named) != 1:
        message = f"say what signs, with one of {', '.join(ways)}{'; not ' + ' and '.join(named) if named else ''}"
        raise UsageError(message)
    for option, (value, fitting) in beside.items():
        if value and named[0] not in fitting:
            message = f"{option} goes with {' or '.join(fitting)}"
            raise UsageError(message)


def _with_key(file: Path, certificate: str | None, chain: str | None) -> "Maker":
    from scanner.attest import keys, making
    from scanner.cli import passphrase

    raw = keys.read(file)
    secret = passphrase.ask(str(file)) if keys.is_encrypted(raw) else None
    key = keys.load_private(raw, secret, str(file))
    if not certificate:
        return making.with_key(key)
    leaf, *between = _chain(certificate, chain)
    return making.with_certificate(key, leaf, between)


def _chain(certificate: str, chain: str | None) -> "list[x509.Certificate]":
    """Read a certificate, and those between it and a root."""
    from scanner.attest import certificates, keys

    files = (certificate, chain) if chain else (certificate,)
    return [one for file in files for one in certificates.load(keys.read(Path(file)), file)]


def _with_service(uri: str, public_key: str | None, certificate: str | None, chain: str | None) -> "Maker":
    from scanner.attest import keys, making
    from scanner.cli import passphrase

    if bool(public_key) + bool(certificate) != 1:
        message = "--service needs the public half of its key: name it with either --public-key or --certificate"
        raise UsageError(message)
    public = keys.load_public(keys.read(Path(public_key)), public_key) if public_key else None
    held = _chain(certificate, chain) if certificate else []
    known: dict[str, str] = {}

    def secret(name: str) -> str:
        if name not in known:
            known[name] = passphrase.ask(uri, called=name.upper() if name == "pin" else name).decode()
        return known[name]

    if uri.startswith("hsm:"):
        secret("pin")  # before the scan, not after it
    if public is None:
        return making.with_certified_service(uri, held[0], held[1:], secret)
    return making.with_service(uri, public, secret)


def _stamp(url: str, root: str | None) -> "Raw":
    from scanner.attest import certificates, keys, stamping

    return stamping.stamping(url, certificates.load(keys.read(Path(root)), root) if root else None)


def _stamped(make: "Maker", stamp: "Raw | None") -> "Maker":
    from scanner.attest import making

    return making.stamped(make, stamp) if stamp else make


def _text(file: str) -> str:
    from scanner.attest import keys

    return keys.read(Path(file)).decode("ascii", "replace").strip()


def sign(  # noqa: PLR0913 - one parameter an option
    model: str,
    make: "Maker",
    *,
    out: str | None,
    shape: "Shape",
    anyway: bool,
    policy: str | None,
    jobs: int | None,
) -> int:
    """Scan and sign; return the exit code."""
    from scanner import writers
    from scanner.attest import sign as signing

    scan = partial(scanning.report_on, policy=policy, jobs=jobs)
    file = Path(out) if out else None
    made = signing.sign(Path(model), make, scan, out=file, shape=shape, anyway=anyway)
    verdict = made.scanned.verdict
    if verdict != "pass":
        page = {"colour": terminal.colour(), "width": terminal.width()}
        terminal.write(writers.discover()["text"](made.scanned.report, **page))
    if made.manifest is None:
        terminal.note(f"{model} is not signed: its scan says {verdict}; --allow-failing signs it all the same")
        return scanning.EXIT_CODES[verdict]
    count = len(made.manifest.names)
    terminal.say(f"{made.file}  signs {count} file{'s' * (count != 1)}, root sha256 {made.manifest.root}")
    if made.manifest.declared:
        terminal.say(f"the signature records that the scan says {verdict}")
    return 0
