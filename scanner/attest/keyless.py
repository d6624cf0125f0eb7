"""Keyless signatures: a short-lived certificate for an identity, and a transparency log that saw it used.

The `sigstore` library does both (extra `sigstore`), and is imported only when such a signature is at hand.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanner.attest import certificates
from scanner.attest.bundle import Bundle
from scanner.attest.errors import AttestError, Code
from scanner.attest.signer import Signer
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509

ISSUER: Final = "1.3.6.1.4.1.57264.1.8"
"""Extension of a Fulcio certificate: who vouched for the identity (sigstore/fulcio, docs/oid-info.md)."""


def verify(bundle: Bundle, identity: str, issuer: str, root: Path | None = None) -> Signer:
    """Check a keyless signature without the network, against a trusted root file or the one the library carries.

    Raises `AttestError` where it does not hold, `UsageError` where it cannot be checked here.
    """
    try:
        from sigstore.errors import Error
        from sigstore.models import Bundle as Sigstore
        from sigstore.models import InvalidBundle, TrustedRoot
        from sigstore.verify import Verifier, policy
    except ImportError as error:
        raise _missing() from error
    logging.getLogger("sigstore").setLevel(logging.ERROR)  # it says on standard error that it stays offline
    try:
        held = Sigstore.from_json(bundle.raw)
        verifier = (
            Verifier(trusted_root=TrustedRoot.from_file(str(root))) if root else Verifier.production(offline=True)
        )
        kind, payload = verifier.verify_dsse(held, policy.Identity(identity=identity, issuer=issuer))
    except (Error, InvalidBundle, ValueError) as error:
        raise AttestError(Code.KEYLESS_REFUSED, f"refused: {printable(' '.join(str(error).split()), 200)}") from error
    except OSError as error:
        message = f"{root}: {error.strerror or error}"
        raise UsageError(message) from error
    if (kind, payload) != (bundle.envelope.payload_type, bundle.envelope.payload):
        raise AttestError(Code.KEYLESS_REFUSED, "the log saw another payload than the bundle holds")
    return _signer(held.signing_certificate, bundle)


def _signer(leaf: "x509.Certificate", bundle: Bundle) -> Signer:
    entry = json.loads(bundle.raw)["verificationMaterial"]["tlogEntries"][0]
    seen = str(entry.get("integratedTime") or "")
    at = certificates.stamp(datetime.fromtimestamp(int(seen), UTC)) if seen.isdecimal() and seen != "0" else ""
    return replace(certificates.describe(leaf, "sigstore"), oidc_issuer=_issuer(leaf), signed_at=at)


def _issuer(leaf: "x509.Certificate") -> str:
    from cryptography import x509

    for one in leaf.extensions:
        if one.oid.dotted_string == ISSUER and isinstance(one.value, x509.UnrecognizedExtension):
            return printable(one.value.value[2:].decode("utf-8", "replace"), certificates.SHOWN)
    return ""


def signing(config: Path | None = None, token: str | None = None) -> Callable[[bytes], bytes]:
    """Return what signs a statement and gives its bundle. It speaks with the signing services when it is called.

    `config` is a client trust configuration instead of the public instance; `token` is an identity token, otherwise
    the one that the environment (a CI job) offers. Raises `UsageError`.
    """
    try:
        from sigstore.errors import Error
        from sigstore.models import ClientTrustConfig
        from sigstore.oidc import IdentityError, IdentityToken, detect_credential
    except ImportError as error:
        raise _missing() from error
    try:
        offered = token or detect_credential()
        if offered is None:
            message = "no identity: run in a CI job that offers a token, or give --identity-token FILE"
            raise UsageError(message)
        trust = ClientTrustConfig.from_json(config.read_text()) if config else None
        identity = IdentityToken(offered)
    except (Error, IdentityError, OSError, ValueError) as error:
        message = f"keyless signing: {printable(' '.join(str(error).split()), 200)}"
        raise UsageError(message) from error

    def sign(payload: bytes) -> bytes:
        from sigstore.dsse import Statement
        from sigstore.sign import SigningContext

        try:
            context = SigningContext.from_trust_config(trust or ClientTrustConfig.production())
            with context.signer(identity) as signer:
                made: str = signer.sign_dsse(Statement(payload)).to_json()
        except (Error, IdentityError, OSError) as error:
            message = f"keyless signing: {printable(' '.join(str(error).split()), 200)}"
            raise UsageError(message) from error
        return made.encode() + b"\n"

    return sign


def _missing() -> UsageError:
    return UsageError("this needs the sigstore library; pip install 'modelassay[sigstore]'")
