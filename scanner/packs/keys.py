"""Ed25519 keys of those who publish rule packs (RFC 8032), and what they sign: the bytes of `pack.yaml`.

`pack.sig` is the 64 bytes of the signature and nothing else, so that other programs can check it too.
"""

import hashlib
from typing import TYPE_CHECKING, Final

from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_NBYTES: Final = 32
SIGNATURE_NBYTES: Final = 64


def key_id(key: bytes) -> str:
    """Name a public key by the SHA-256 of its 32 bytes, hex."""
    return hashlib.sha256(key).hexdigest()


def generate() -> "Ed25519PrivateKey":
    """Make a key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def private_pem(key: "Ed25519PrivateKey", passphrase: bytes | None) -> bytes:
    """Write a private key as PKCS #8, encrypted unless there is no passphrase."""
    from cryptography.hazmat.primitives import serialization

    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def public_pem(key: "Ed25519PrivateKey") -> bytes:
    """Write the public key of a private one as SubjectPublicKeyInfo in PEM (RFC 8410)."""
    from cryptography.hazmat.primitives import serialization

    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def public(key: "Ed25519PrivateKey") -> bytes:
    """Take the 32 bytes of the public key."""
    return key.public_key().public_bytes_raw()


def load_private(raw: bytes, passphrase: bytes | None, name: str) -> "Ed25519PrivateKey":
    """Read a private key in PEM; no passphrase for one that has none. Raises `UsageError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(raw, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"{name}: {'wrong passphrase, or a broken file' if passphrase else 'no private key in PEM'}"
        raise UsageError(message) from error
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{name}: a key of another kind; rule packs take Ed25519 (`assay keygen NAME --curve ed25519`)"
        raise UsageError(message)
    return key


def load_public(raw: bytes, name: str) -> bytes:
    """Read a public key in PEM to its 32 bytes. Raises `UsageError`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_pem_public_key(raw)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"{name}: no public key in PEM"
        raise UsageError(message) from error
    if not isinstance(key, Ed25519PublicKey):
        message = f"{name}: a key of another kind; rule packs are signed with Ed25519"
        raise UsageError(message)
    return key.public_bytes_raw()


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature is of this key over this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
