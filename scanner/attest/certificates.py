"""Certificates of signers (RFC 5280): a chain is followed to a root that the caller trusts, at a time the caller names.

There are no roots by default. A leaf must be valid at that time, be made for digital signatures, and not for
something else alone: a certificate of a web server signs no models.
"""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from scanner.attest import keys
from scanner.attest.errors import AttestError, Code
from scanner.attest.signer import Method, Signer
from scanner.limits import CHAIN_CERTIFICATES
from scanner.record import record
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.x509.verification import ExtensionPolicy, Policy

CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"

SHOWN = 300
"""Characters kept of a name in a certificate."""


@record
class Requirements:
    """What a leaf must be. `purposes` are OIDs of extended key usage, one of which it must have.

    A leaf without that extension is for any purpose (RFC 5280 §4.2.1.12): `purpose_named` refuses it.
    `identity` is its common name, or one of its alternative names; empty asks for none.
    """

    purposes: tuple[str, ...] = (CODE_SIGNING,)
    purpose_named: bool = False
    identity: str = ""


STANDARD = Requirements()


def load(raw: bytes, name: str) -> list["x509.Certificate"]:
    """Read every certificate of a PEM file. Raises `UsageError` where there is none."""
    found = keys.blocks(raw, "CERTIFICATE")
    if not found:
        message = f"{name}: no certificate in PEM"
        raise UsageError(message)
    from cryptography import x509

    try:
        return [x509.load_pem_x509_certificate(one) for one in found]
    except unreadable() as error:
        message = f"{name}: a broken certificate: {error}"
        raise UsageError(message) from error


def parse(chain: Sequence[bytes]) -> list["x509.Certificate"]:
    """Read the certificates of a bundle. Raises `AttestError`."""
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what is only tolerated is no certificate of a signer
            return [x509.load_der_x509_certificate(raw) for raw in chain]
    except unreadable() as error:
        raise AttestError(Code.CERTIFICATE_UNREADABLE, f"a certificate cannot be read: {error}") from error


def unreadable() -> tuple[type[Exception], ...]:
    """Name what `cryptography` raises for bytes that are no certificate after all."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    rare = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
    return (ValueError, TypeError, Warning, UnsupportedAlgorithm, *rare)


def verify(
    chain: Sequence["x509.Certificate"],
    roots: Sequence["x509.Certificate"],
    at: datetime,
    wanted: Requirements = STANDARD,
) -> Signer:
    """Follow a chain (leaf first) to one of `roots` as of `at`; return its leaf as a signer. Raises `AttestError`."""
    if len(chain) > CHAIN_CERTIFICATES:
        raise AttestError(Code.CHAIN_TOO_LONG, f"a chain of {len(chain)} certificates")
    leaf = chain[0]
    try:
        _check_time(leaf, at, "the signer's certificate")
        _check_usage(leaf, wanted)
        signer = describe(leaf)
        check_path(leaf, chain[1:], roots, at)
    except unreadable() as error:  # extensions are parsed when they are asked for
        raise AttestError(Code.CERTIFICATE_UNREADABLE, f"the certificate cannot be read: {error}") from error
    if wanted.identity and wanted.identity not in names(leaf):
        reason = f"the certificate is of {printable(signer.identity or signer.subject)!r}, not {wanted.identity!r}"
        raise AttestError(Code.IDENTITY_MISMATCH, reason)
    return signer


def describe(leaf: "x509.Certificate", method: Method = "certificate") -> Signer:
    """Say whose certificate this is. Raises `AttestError` for a key that model signing does not know."""
    from cryptography.hazmat.primitives.hashes import SHA256

    key = keys.suited(leaf.public_key())
    alternative = alternative_names(leaf)
    return Signer(
        method=method,
        algorithm=keys.algorithm(key),
        key_id=keys.key_id(key),
        subject=printable(leaf.subject.rfc4514_string(), SHOWN),
        issuer=printable(leaf.issuer.rfc4514_string(), SHOWN),
        serial=f"{leaf.serial_number:x}",
        certificate_sha256=leaf.fingerprint(SHA256()).hex(),
        identity=printable(alternative[0], SHOWN) if alternative else "",
        valid_from=stamp(leaf.not_valid_before_utc),
        valid_until=stamp(leaf.not_valid_after_utc),
    )


def names(leaf: "x509.Certificate") -> tuple[str, ...]:
    """Return the common names of a certificate, then its alternative names: addresses, hosts and URIs."""
    from cryptography import x509

    try:
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return _common_names(leaf)
    kinds = (x509.RFC822Name, x509.DNSName, x509.UniformResourceIdentifier)
    return (*_common_names(leaf), *(str(one.value) for one in held if isinstance(one, kinds)))


def alternative_names(leaf: "x509.Certificate") -> tuple[str, ...]:
    """Return the alternative names alone. Raises `ValueError` for a certificate that cannot be read."""
    try:
        return names(leaf)[len(_common_names(leaf)) :]
    except unreadable() as error:
        raise ValueError(str(error)) from error


def _common_names(leaf: "x509.Certificate") -> tuple[str, ...]:
    from cryptography.x509.oid import NameOID

    return tuple(str(one.value) for one in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME))


def stamp(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_time(one: "x509.Certificate", at: datetime, what: str) -> None:
    if at < one.not_valid_before_utc:
        reason = f"{what} is valid only from {stamp(one.not_valid_before_utc)} (it is {stamp(at)})"
        raise AttestError(Code.CERTIFICATE_NOT_YET_VALID, reason)
    if at > one.not_valid_after_utc:
        reason = f"{what} was valid until {stamp(one.not_valid_after_utc)} (it is {stamp(at)})"
        raise AttestError(Code.CERTIFICATE_EXPIRED, reason)


def _check_usage(leaf: "x509.Certificate", wanted: Requirements) -> None:
    from cryptography import x509

    held = leaf.extensions
    try:
        signs = held.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        signs = False
    if not signs:
        raise AttestError(Code.CERTIFICATE_KEY_USAGE, "the signer's certificate is not for digital signatures")
    try:
        purposes = {one.dotted_string for one in held.get_extension_for_class(x509.ExtendedKeyUsage).value}
    except x509.ExtensionNotFound:
        purposes = set() if wanted.purpose_named else set(wanted.purposes)
    if purposes.isdisjoint(wanted.purposes):
        raise AttestError(Code.CERTIFICATE_PURPOSE, "the signer's certificate is for another purpose than signing code")


def check_path(
    leaf: "x509.Certificate", between: Sequence["x509.Certificate"], roots: Sequence["x509.Certificate"], at: datetime
) -> None:
    """Follow a leaf to one of `roots` as of `at`. Raises `AttestError`."""
    from cryptography.x509 import verification

    builder = (
        verification.PolicyBuilder()
        .store(verification.Store(list(roots)))
        .time(at.astimezone(UTC).replace(tzinfo=None))
    )
    builder = builder.max_chain_depth(CHAIN_CERTIFICATES).extension_policies(
        ca_policy=_authority(), ee_policy=verification.ExtensionPolicy.permit_all()
    )
    try:
        builder.build_client_verifier().verify(leaf, list(between))
    except verification.VerificationError as error:
        for one in (*between, *roots):
            _check_time(one, at, f"the certificate of {printable(one.subject.rfc4514_string())!r}")
        reason = f"the certificate leads to no trusted root: {printable(str(error), 150)}"
        raise AttestError(Code.CERTIFICATE_UNTRUSTED, reason) from error


def _authority() -> "ExtensionPolicy":
    """Ask of an authority what RFC 5280 asks: that it is one, and may sign certificates. Path lengths are kept."""
    from cryptography import x509
    from cryptography.x509.verification import Criticality, ExtensionPolicy

    either = Criticality.AGNOSTIC
    return (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, either, _is_authority)
        .may_be_present(x509.KeyUsage, either, _signs_certificates)
    )


def _is_authority(policy: "Policy", certificate: "x509.Certificate", extension: "x509.BasicConstraints") -> None:
    del policy, certificate
    if not extension.ca:
        message = "a certificate in the chain is no authority"
        raise ValueError(message)


def _signs_certificates(policy: "Policy", certificate: "x509.Certificate", extension: "x509.KeyUsage | None") -> None:
    del policy, certificate
    if extension is not None and not extension.key_cert_sign:
        message = "an authority in the chain may not sign certificates"
        raise ValueError(message)
