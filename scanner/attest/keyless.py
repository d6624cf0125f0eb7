"""Keyless signatures: a short-lived certificate for an identity, and a transparency log that saw it used.

The `sigstore` library does both (extra `sigstore`), and is imported only when such a signature is at hand.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanner.attest import certificates, der
from scanner.attest.bundle import Bundle
from scanner.attest.errors import AttestError, Code
from scanner.attest.signer import Signer
from scanner.foreign import ForeignError, foreign
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509

ISSUERS: Final = {"1.3.6.1.4.1.57264.1.8": True, "1.3.6.1.4.1.57264.1.1": False}
"""Extensions of a Fulcio certificate that say who vouched for the identity, and whether they are DER within, the
newer one first (sigstore/fulcio, docs/oid-info.md)."""

UTF8: Final = 0x0C

CAUSES: Final = (
    ("no timestamp authorities", Code.TIMESTAMP_INVALID),
    ("timestamp response", Code.TIMESTAMP_INVALID),
    ("duplicate timestamp", Code.TIMESTAMP_INVALID),
    ("inclusion promise or signed timestamp", Code.TIME_MISSING),
    ("not enough sources of verified time", Code.TIME_MISSING),
    ("verify sct", Code.CERTIFICATE_UNLOGGED),
    ("key usage", Code.CERTIFICATE_KEY_USAGE),
    ("extended usage", Code.CERTIFICATE_PURPOSE),
    ("timestamp certificate chain", Code.CERTIFICATE_UNTRUSTED),
    ("expired at time of signing", Code.CERTIFICATE_EXPIRED),
    ("dsse: invalid signature", Code.SIGNATURE_INVALID),
    ("log entry", Code.LOG_ENTRY_INVALID),
    ("inclusion proof", Code.LOG_ENTRY_INVALID),
    ("checkpoint", Code.LOG_ENTRY_INVALID),
)
"""What the library says, in words alone, of why it refuses; the first that fits counts (sigstore 4.5)."""


def verify(bundle: Bundle, identity: str, issuer: str, root: Path | None = None) -> Signer:
    """Check a keyless signature without the network, against a trusted root file or the one the library carries.

    Raises `AttestError` where it does not hold, `UsageError` where it cannot be checked here.
    """
    leaf = certificates.parse(bundle.material.chain)[0]
    try:
        _check_identity(leaf, identity, issuer)
        described = replace(certificates.describe(leaf, "sigstore"), oidc_issuer=printable(_issuer(leaf), 300))
    except certificates.unreadable() as error:  # extensions are parsed when they are asked for
        raise AttestError(Code.CERTIFICATE_UNREADABLE, f"the certificate cannot be read: {error}") from error
    verifier = _verifier(root)
    from sigstore.models import Bundle as Sigstore
    from sigstore.verify import policy

    vouched = policy.AnyOf([policy.OIDCIssuerV2(issuer), policy.OIDCIssuer(issuer)])
    wanted = policy.AllOf([policy.Identity(identity=identity), vouched])
    try:
        with foreign():  # for hostile bytes it raises classes of the libraries below it, too
            held = Sigstore.from_json(bundle.raw)
            kind, payload = verifier.verify_dsse(held, wanted)
            times = _times(held)
    except ForeignError as error:
        raise _refused(error, leaf, bundle) from error
    if (kind, payload) != (bundle.envelope.payload_type, bundle.envelope.payload):
        raise AttestError(Code.KEYLESS_REFUSED, "the log saw another payload than the bundle holds")
    return replace(described, signed_at=certificates.stamp(times[0]) if len(times) == 1 else "")


def _check_identity(leaf: "x509.Certificate", identity: str, issuer: str) -> None:
    """Compare what a certificate says; that it may say so is checked afterwards."""
    found = certificates.alternative_names(leaf)
    if found and identity not in found:
        shown = printable(", ".join(found), 200)
        raise AttestError(Code.IDENTITY_MISMATCH, f"signed by {shown!r}, not {printable(identity, 200)!r}")
    if _issuer(leaf) != issuer:
        shown = printable(_issuer(leaf), 200) or "nobody"
        reason = f"the identity is vouched for by {shown!r}, not {printable(issuer, 200)!r}"
        raise AttestError(Code.ISSUER_MISMATCH, reason)


def _issuer(leaf: "x509.Certificate") -> str:
    from cryptography import x509

    held = {
        one.oid.dotted_string: one.value.value
        for one in leaf.extensions
        if isinstance(one.value, x509.UnrecognizedExtension)
    }
    for name, wrapped in ISSUERS.items():
        if name in held:
            return (der.content(der.one(held[name]), UTF8) if wrapped else held[name]).decode()
    return ""


def _verifier(root: Path | None) -> Any:  # noqa: ANN401 - of a library that may not be there
    """Make what verifies. Raises `UsageError` for a root that trusts nobody."""
    try:
        from sigstore.models import TrustedRoot
        from sigstore.verify import Verifier
    except ImportError as error:
        raise missing() from error
    logging.getLogger("sigstore").setLevel(logging.ERROR)  # it says on standard error that it stays offline
    try:
        with foreign():
            return (
                Verifier(trusted_root=TrustedRoot.from_file(str(root))) if root else Verifier.production(offline=True)
            )
    except ForeignError as error:
        message = f"{root or 'the built-in root'}: no trusted root of Sigstore: {error}"
        raise UsageError(message) from error


def _times(held: Any) -> list[datetime]:  # noqa: ANN401 - of a library that may not be there
    """Tell when a bundle says that it was signed: by the log where that promises it, and by timestamps."""
    entry = held.log_entry._inner  # noqa: SLF001 - there is no other way to it, and JSON can spell it in two ways
    stamps = held.verification_material.timestamp_verification_data
    found = [] if stamps is None else [one.tst_info.gen_time for one in stamps.rfc3161_timestamps]
    if entry.integrated_time and entry.inclusion_promise:
        return [datetime.fromtimestamp(entry.integrated_time, UTC)]
    return found


def _refused(error: ForeignError, leaf: "x509.Certificate", bundle: Bundle) -> AttestError:
    """Say why the library refuses: in its words, by a code of ours."""
    line = str(error)
    code = next((code for words, code in CAUSES if words in line.lower()), Code.KEYLESS_REFUSED)
    if code == Code.TIME_MISSING and bundle.material.timestamps:
        code = Code.TIMESTAMP_INVALID
    if code == Code.CERTIFICATE_UNTRUSTED:
        start, end, at = leaf.not_valid_before_utc, leaf.not_valid_after_utc, _claimed(bundle)
        if at is not None and not start <= at <= end:
            code = Code.CERTIFICATE_EXPIRED if at > end else Code.CERTIFICATE_NOT_YET_VALID
            line = "the certificate was valid from {} until {}, and was used at {}".format(
                *map(certificates.stamp, (start, end, at))
            )
    return AttestError(code, f"refused: {line}")


def _claimed(bundle: Bundle) -> datetime | None:
    """Return the time that a bundle claims; None where it claims none that can be read."""
    from sigstore.models import Bundle as Sigstore

    with suppress(ForeignError), foreign():
        return max(_times(Sigstore.from_json(bundle.raw)), default=None)
    return None


def missing() -> UsageError:
    """Say what to install."""
    return UsageError("this needs the sigstore library; pip install 'modelassay[sigstore]'")
