"""Who made this signature: the envelope is checked against what the caller trusts before its payload is read."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.attest import certificates, dsse, keys
from scanner.attest.bundle import Bundle
from scanner.attest.certificates import Requirements
from scanner.attest.errors import AttestError, Code
from scanner.attest.signer import Method, Signer
from scanner.record import record
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey


@record
class TrustedKey:
    """One public key."""

    key: "EllipticCurvePublicKey"


@record
class TrustedRoots:
    """Authorities, and what their signers must be."""

    roots: Sequence["x509.Certificate"]
    wanted: Requirements = certificates.STANDARD


@record
class TrustedIdentity:
    """A keyless signer: an identity, and who vouched for it. `root`: a trusted root file, not the built-in one."""

    identity: str
    issuer: str
    root: Path | None = None


Anchor = TrustedKey | TrustedRoots | TrustedIdentity


@record
class Authenticated:
    """A signer whose signature holds. `legacy`: older ways that had to be accepted for it."""

    signer: Signer
    legacy: tuple[str, ...] = ()


def authenticate(bundle: Bundle, anchor: Anchor, at: datetime, legacy: Collection[str] = ()) -> Authenticated:
    """Check the signature of a bundle as of `at`. Raises `AttestError`."""
    if isinstance(anchor, TrustedKey):
        _method(bundle, "key")
        return _by_key(bundle, anchor, legacy)
    if isinstance(anchor, TrustedRoots):
        _method(bundle, "certificate")
        chain = certificates.parse(bundle.material.chain)
        signer = certificates.verify(chain, anchor.roots, at, anchor.wanted)
        return Authenticated(signer=signer, legacy=_signature(keys.suited(chain[0].public_key()), bundle, legacy))
    _method(bundle, "sigstore")
    from scanner.attest import keyless

    return Authenticated(signer=keyless.verify(bundle, anchor.identity, anchor.issuer, anchor.root))


def _method(bundle: Bundle, wanted: Method) -> None:
    if bundle.material.method != wanted:
        ways = {"key": "--key", "certificate": "--certificate-chain", "sigstore": "--identity and --issuer"}
        reason = (
            f"the signature is of the {bundle.material.method} method: verify it with {ways[bundle.material.method]}"
        )
        raise AttestError(Code.METHOD_MISMATCH, reason)


def _by_key(bundle: Bundle, anchor: TrustedKey, legacy: Collection[str]) -> Authenticated:
    used: tuple[str, ...] = ()
    key, material = anchor.key, bundle.material
    name = keys.key_id(key)
    if material.raw_key:
        if "rawBytes-key" not in legacy:
            reason = "the bundle carries its key as writers before 1.1.0 did; --legacy rawBytes-key reads it"
            raise AttestError(Code.LEGACY_RAW_KEY, reason)
        if not _same(material.raw_key, key):
            raise AttestError(Code.KEY_MISMATCH, "the bundle carries another key than the trusted one")
        used = ("rawBytes-key",)
    elif material.hint != name:
        raise AttestError(Code.HINT_MISMATCH, f"signed with key {material.hint[:16]}…, not the trusted {name[:16]}…")
    used += _signature(key, bundle, legacy)
    return Authenticated(signer=Signer(method="key", algorithm=keys.algorithm(key), key_id=name), legacy=used)


def _same(raw: bytes, key: "EllipticCurvePublicKey") -> bool:
    try:
        return keys.key_id(keys.load_public(raw, "rawBytes")) == keys.key_id(key)
    except UsageError:
        return False


def _signature(key: "EllipticCurvePublicKey", bundle: Bundle, legacy: Collection[str]) -> tuple[str, ...]:
    """Check the signature; return the older encoding of the envelope, if that had to be accepted."""
    envelope = bundle.envelope
    signed: Callable[[str, bytes], bytes] = dsse.pae
    if keys.verify(key, envelope.signature, signed(envelope.payload_type, envelope.payload)):
        return ()
    old = dsse.pae_v02(envelope.payload_type, envelope.payload)
    if not keys.verify(key, envelope.signature, old, sha256=True):
        raise AttestError(Code.SIGNATURE_INVALID, "the signature is not of this key over this payload")
    if "pae-v0.2" not in legacy:
        raise AttestError(Code.LEGACY_PAE, "the signature is over the encoding of 0.2; --legacy pae-v0.2 reads it")
    return ("pae-v0.2",)
