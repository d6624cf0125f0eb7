"""What `assay sign` does once its line is understood: find what signs, scan, sign, and say what came of it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import scanning, terminal
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.attest.making import Maker
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
) -> "Maker":
    """Find the one way to sign that a line names. Raises `UsageError`."""
    ways = {"--key": key, "--service": service, "--sigstore": sigstore}
    named = [option for option, value in ways.items() if value]
    if len(named) != 1:
        message = f"say what signs, with one of {', '.join(ways)}{'; not ' + ' and '.join(named) if named else ''}"
        raise UsageError(message)
    beside = (
        {"--certificate": certificate, "--chain": chain},
        {"--public-key": public_key},
        {
            "--identity-token": identity_token,
            "--trust-config": trust_config,
        },
    )
    for option, values in zip(ways, beside, strict=True):
        for other, value in values.items():
            if value and option != named[0]:
                message = f"{other} goes with {option}"
                raise UsageError(message)
    if key:
        return _with_key(Path(key), certificate, chain)
    if service:
        return _with_service(service, public_key)
    from scanner.attest import keyless

    token = _text(identity_token) if identity_token else None
    return keyless.signing(Path(trust_config) if trust_config else None, token)


def _with_key(file: Path, certificate: str | None, chain: str | None) -> "Maker":
    from scanner.attest import certificates, keys, making
    from scanner.cli import passphrase

    if chain and not certificate:
        message = "--chain goes with --certificate"
        raise UsageError(message)
    raw = keys.read(file)
    secret = passphrase.ask(str(file)) if keys.is_encrypted(raw) else None
    key = keys.load_private(raw, secret, str(file))
    if not certificate:
        return making.with_key(key)
    leaf, *between = certificates.load(keys.read(Path(certificate)), certificate)
    if chain:
        between += certificates.load(keys.read(Path(chain)), chain)
    return making.with_certificate(key, leaf, between)


def _with_service(uri: str, public_key: str | None) -> "Maker":
    from scanner.attest import keys, making

    if not public_key:
        message = "--service needs the public half of its key; name it with --public-key FILE"
        raise UsageError(message)
    return making.with_service(uri, keys.load_public(keys.read(Path(public_key)), public_key))


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
