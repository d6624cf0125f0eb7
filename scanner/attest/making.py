"""Ways to sign a statement: each returns what turns the bytes of a statement into the bytes of a bundle."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scanner.attest import bundle, dsse, keys
from scanner.attest.bundle import Bundle, Material
from scanner.attest.dsse import Envelope
from scanner.text import printable
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
    """Sign with a key that a certificate vouches for. `between` leads from it towards a root.

    Raises `UsageError` if the certificate is of another key.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    if keys.public_pem(key.public_key()) != keys.public_pem(keys.suited(leaf.public_key())):
        message = "the certificate is of another key than --key"
        raise UsageError(message)
    chain = tuple(one.public_bytes(Encoding.DER) for one in (leaf, *between))
    material = Material(method="certificate", chain=chain)
    return lambda statement: _bundle(material, lambda message: keys.sign(key, message), statement)


def with_service(uri: str, public: "EllipticCurvePublicKey") -> Maker:
    """Sign with a key in a service or a token (cloud KMS, PKCS #11), named by a URI of `securesystemslib`.

    Raises `UsageError`; so does the maker.
    """
    try:
        from securesystemslib import signer as services
        from securesystemslib.exceptions import Error
    except ImportError as error:
        message = "this needs the securesystemslib library; pip install 'modelassay[kms]'"
        raise UsageError(message) from error
    try:
        signer = services.Signer.from_priv_key_uri(uri, services.SSlibKey.from_crypto(public))
    except (Error, OSError, ValueError, TypeError, LookupError) as error:
        message = f"{printable(uri)}: {printable(str(error), 200)}"
        raise UsageError(message) from error

    def sign(message: bytes) -> bytes:
        signature = bytes.fromhex(signer.sign(message).signature)
        if not keys.verify(public, signature, message):
            reason = f"{printable(uri)}: signs with another key than --public-key"
            raise UsageError(reason)
        return signature

    return by_hint(public, sign)


def _bundle(material: Material, sign: Raw, statement: bytes) -> bytes:
    signature = sign(dsse.pae(dsse.IN_TOTO, statement))
    envelope = Envelope(payload_type=dsse.IN_TOTO, payload=statement, signature=signature)
    return bundle.encode(Bundle(material=material, envelope=envelope))
