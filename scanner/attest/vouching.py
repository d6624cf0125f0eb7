"""Which signers of a trust policy made a signature, and whether each might at the time it was made."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from scanner import glob
from scanner.attest import certificates, keys
from scanner.attest.authenticate import Authenticated, TrustedIdentity, TrustedKey, TrustedRoots, authenticate
from scanner.attest.bundle import Bundle
from scanner.attest.errors import AttestError, Code
from scanner.attest.signer import Method
from scanner.attest.trust import Authority, Key, Keyless, Trusted
from scanner.record import record
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509

ATTRIBUTES: Mapping[str, str] = {
    "C": "2.5.4.6",
    "CN": "2.5.4.3",
    "L": "2.5.4.7",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "ST": "2.5.4.8",
}
"""Attributes of a name that a policy can ask for (RFC 4514 §3), by their OIDs."""

METHODS: Mapping[type, Method] = {Key: "key", Authority: "certificate", Keyless: "sigstore"}


@record
class Vouched:
    """A signature that a signer of the policy made. `stamped`: the time at which it was there, None for now."""

    name: str
    by: Authenticated
    stamped: datetime | None = None


def vouch(
    made: Bundle, names: Iterable[str], signers: Mapping[str, Trusted], now: datetime, legacy: Sequence[str] = ()
) -> tuple[Vouched | None, tuple[tuple[str, AttestError], ...]]:
    """Find the first of some signers who made a signature; else say for each of its method why it was not theirs."""
    refused: list[tuple[str, AttestError]] = []
    for name in names:
        if METHODS[type(signers[name])] != made.material.method:
            continue
        try:
            return _by(name, signers[name], made, now, legacy), ()
        except AttestError as error:
            refused.append((name, error))
    return None, tuple(refused)


def _by(name: str, signer: Trusted, made: Bundle, now: datetime, legacy: Sequence[str]) -> Vouched:
    if isinstance(signer, Keyless):
        login = _keyless(signer, made, now)
        at = _logged(login, now)
        _check_revoked(name, signer.revoked, at, "" if at == now else f" (logged {certificates.stamp(at)})")
        return Vouched(name=name, by=login)
    stamped = _stamped(made, signer.clocks, now)
    at = stamped or now
    if isinstance(signer, Key):
        by = authenticate(made, TrustedKey(key=signer.key), at, legacy)
        _check_window(signer, at)
    else:
        by = authenticate(made, TrustedRoots(roots=signer.roots, wanted=signer.wanted), at, legacy)
        _check_subject(signer, certificates.parse(made.material.chain)[0])
    _check_revoked(name, signer.revoked, at, _when(stamped))
    return Vouched(name=name, by=by, stamped=stamped)


def _check_revoked(name: str, revoked: datetime | None, at: datetime, when: str) -> None:
    if revoked is not None and at >= revoked:
        reason = f"{name} is revoked from {certificates.stamp(revoked)} on{when}"
        raise AttestError(Code.SIGNER_REVOKED, reason)


def _logged(by: Authenticated, now: datetime) -> datetime:
    """Return when a log saw a signature; without a log that says so it is of now."""
    return datetime.fromisoformat(by.signer.signed_at) if by.signer.signed_at else now


def _stamped(made: Bundle, clocks: Sequence["x509.Certificate"], now: datetime) -> datetime | None:
    """Return when a signature was there, by an authority that the signer's entry names; None where nobody says."""
    if not clocks or not made.material.timestamps:
        return None
    from scanner.attest import timestamps

    return timestamps.first(made.material.timestamps, made.envelope.signature, clocks, now)


def _when(stamped: datetime | None) -> str:
    return f" (stamped {certificates.stamp(stamped)})" if stamped else "; without a timestamp a signature is of now"


def _check_window(signer: Key, at: datetime) -> None:
    if signer.since is not None and at < signer.since:
        reason = f"the key signs only from {certificates.stamp(signer.since)} (it is {certificates.stamp(at)})"
        raise AttestError(Code.KEY_NOT_YET_VALID, reason)
    if signer.until is not None and at >= signer.until:
        reason = f"the key signed until {certificates.stamp(signer.until)} (it is {certificates.stamp(at)})"
        raise AttestError(Code.KEY_EXPIRED, reason)


def _check_subject(signer: Authority, leaf: "x509.Certificate") -> None:
    """Compare each attribute that the policy names: the certificate has it once, and it fits."""
    for wanted, pattern in signer.subject:
        held = [str(one.value) for one in leaf.subject if one.oid.dotted_string == ATTRIBUTES[wanted]]
        if len(held) != 1 or not glob.matches(pattern, held[0]):
            shown = printable(", ".join(held)) or "none"
            raise AttestError(Code.SUBJECT_MISMATCH, f"the certificate's {wanted} is {shown!r}, not {pattern!r}")


def _keyless(signer: Keyless, made: Bundle, now: datetime) -> Authenticated:
    _check_root(signer, now)
    leaf = certificates.parse(made.material.chain)[0]
    try:
        found = certificates.alternative_names(leaf)
    except ValueError as error:
        raise AttestError(Code.CERTIFICATE_UNREADABLE, f"the certificate cannot be read: {error}") from error
    fitting = [one for one in found if glob.matches(signer.san, one)]
    if len(found) != 1 or not fitting:
        shown = printable(", ".join(found), 200) or "nobody"
        raise AttestError(Code.IDENTITY_MISMATCH, f"signed by {shown!r}, not {signer.san!r}")
    return authenticate(made, TrustedIdentity(identity=fitting[0], issuer=signer.issuer, root=signer.root), now)


def _check_root(signer: Keyless, now: datetime) -> None:
    if signer.root_until is not None and now >= signer.root_until:
        reason = f"the pinned trusted root is too old since {certificates.stamp(signer.root_until)}; fetch it anew"
        raise AttestError(Code.TRUSTED_ROOT_OUTDATED, reason)
    if signer.root is None:
        return
    try:
        raw = keys.read(signer.root)
    except UsageError as error:
        raise AttestError(Code.TRUSTED_ROOT_DIFFERS, str(error)) from error
    if hashlib.sha256(raw).hexdigest() != signer.sha256:
        raise AttestError(Code.TRUSTED_ROOT_DIFFERS, f"{signer.root} has another digest than the policy pins")
