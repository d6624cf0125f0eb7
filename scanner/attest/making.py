"""Ways to sign a statement: each returns what turns the bytes of a statement into the bytes of a bundle."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.attest import bundle, dsse, keys, service
from scanner.attest.bundle import Bundle, Material
from scanner.attest.dsse import Envelope
from scanner.attest.errors import AttestError
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

Maker = Callable[[bytes], bytes]
"""From a statement to its bundle; may raise `UsageError`."""

Raw = Callable[[bytes], bytes]
"""From a message to its signature: ECDSA in DER."""


def with_key(key: "EllipticCurvePrivateKey") -> Maker:
    """Sign with a key alone."""
    return by_hint(key.public_key(), lambda message: keys.sign(key, message))


def by_hint(public: "EllipticCurvePublicKey", sign: Raw) -> Maker:
    """Sign with whatever holds the private half of a key."""
    material = Material(method="key", hint=keys.key_id(public))
    return lambda statement: _bundle(material, sign, statement)


def with_certificate(
    key: "EllipticCurvePrivateKey", leaf: "x509.Certificate", between: Sequence["x509.Certificate"]
) -> Maker:
    """Sign with a key that a certificate vouches for. Raises `UsageError` if the certificate is of another key."""
    if keys.public_pem(key.public_key()) != keys.public_pem(_certified(leaf)):
        message = "the certificate is of another key than --key"
        raise UsageError(message)
    return by_certificate(leaf, between, lambda message: keys.sign(key, message))


def by_certificate(leaf: "x509.Certificate", between: Sequence["x509.Certificate"], sign: Raw) -> Maker:
    """Sign with whatever holds the key of a certificate. `between` leads from it towards a root."""
    from cryptography.hazmat.primitives.serialization import Encoding

    chain = tuple(one.public_bytes(Encoding.DER) for one in (leaf, *between))
    material = Material(method="certificate", chain=chain)
    return lambda statement: _bundle(material, sign, statement)


def with_certified_service(
    uri: str,
    leaf: "x509.Certificate",
    between: Sequence["x509.Certificate"],
    secret: Callable[[str], str] | None = None,
) -> Maker:
    """Sign with a key in a service or a token that a certificate vouches for. Raises `UsageError`."""
    return by_certificate(leaf, between, service.signer(uri, _certified(leaf), secret))


def _certified(leaf: "x509.Certificate") -> "EllipticCurvePublicKey":
    try:
        return keys.suited(leaf.public_key())
    except AttestError as error:
        message = f"the certificate cannot sign: {error.reason}"
        raise UsageError(message) from error


def with_service(uri: str, public: "EllipticCurvePublicKey", secret: Callable[[str], str] | None = None) -> Maker:
    """Sign with a key in a service or a token, as `service.signer` does. Raises `UsageError`; so does the maker."""
    return by_hint(public, service.signer(uri, public, secret))


def stamped(make: Maker, stamp: Raw) -> Maker:
    """Add a timestamp over its signature to what a maker makes; `stamp` gets it, and may raise `UsageError`."""

    def made(statement: bytes) -> bytes:
        held = bundle.parse(make(statement))
        stamps = (*held.material.timestamps, stamp(held.envelope.signature))
        return bundle.encode(replace(held, material=replace(held.material, timestamps=stamps)))

    return made


def _bundle(material: Material, sign: Raw, statement: bytes) -> bytes:
    signature = sign(dsse.pae(dsse.IN_TOTO, statement))
    envelope = Envelope(payload_type=dsse.IN_TOTO, payload=statement, signature=signature)
    return bundle.encode(Bundle(material=material, envelope=envelope))
