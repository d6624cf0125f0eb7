"""Elliptic-curve keys in PEM: made, read, named, and used. `cryptography` is imported when one is needed."""

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanner.attest import files
from scanner.attest.errors import AttestError, Code
from scanner.limits import KEY_NBYTES
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

CURVES: Final = {"p256": "secp256r1", "p384": "secp384r1", "p521": "secp521r1"}
ALGORITHMS: Final = {
    "secp256r1": "ecdsa-p256-sha256",
    "secp384r1": "ecdsa-p384-sha384",
    "secp521r1": "ecdsa-p521-sha512",
}
"""The curves that OMS v1.0 signs with, each with one hash."""

SPKI: Final = {
    "secp256r1": bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    "secp384r1": bytes.fromhex("3076301006072a8648ce3d020106052b81040022036200"),
    "secp521r1": bytes.fromhex("30819b301006072a8648ce3d020106052b8104002303818600"),
}
"""What stands before the point of a key in its SubjectPublicKeyInfo (RFC 5480), by curve.

With it keys are read and written without `cryptography`'s own reader of keys, which imports more than a start may cost.
"""

PEM_COLUMNS: Final = 64
"""Characters of a full line of PEM (RFC 7468 §2)."""

UNCOMPRESSED: Final = b"\x04"
"""First byte of a point that is written with both its coordinates (SEC 1 §2.3.3)."""

_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
"""A block of PEM (RFC 7468); tools write notes around it."""


def read(file: Path) -> bytes:
    """Read a file of keys or certificates. Raises `UsageError`."""
    return files.read(file, KEY_NBYTES, hint="; this is no key")


def blocks(raw: bytes, label: str) -> list[bytes]:
    """Cut out the PEM blocks of one label."""
    return [found[0] + b"\n" for found in _BLOCK.finditer(raw) if found[1].decode() == label]


def generate(curve: str) -> "EllipticCurvePrivateKey":
    """Make a key on "p256", "p384" or "p521"."""
    from cryptography.hazmat.primitives.asymmetric import ec

    kinds: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
    return ec.generate_private_key(kinds[curve])


def private_pem(key: "EllipticCurvePrivateKey", passphrase: bytes | None) -> bytes:
    """Write a private key as PKCS #8, encrypted unless there is no passphrase."""
    from cryptography.hazmat.primitives import serialization

    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def public_pem(key: "EllipticCurvePublicKey") -> bytes:
    """Write a public key as SubjectPublicKeyInfo in PEM."""
    numbers, length = key.public_numbers(), (key.curve.key_size + 7) // 8
    point = UNCOMPRESSED + numbers.x.to_bytes(length, "big") + numbers.y.to_bytes(length, "big")
    body = base64.b64encode(SPKI[key.curve.name] + point)
    lines = [body[at : at + PEM_COLUMNS] for at in range(0, len(body), PEM_COLUMNS)]
    return b"\n".join((b"-----BEGIN PUBLIC KEY-----", *lines, b"-----END PUBLIC KEY-----", b""))


def key_id(key: "EllipticCurvePublicKey") -> str:
    """Name a key as OMS bundles do: the SHA-256 of its PEM text, hex."""
    return hashlib.sha256(public_pem(key)).hexdigest()


def is_encrypted(raw: bytes) -> bool:
    """Say whether a private key in PEM wants a passphrase: PKCS #8 by its label, older ones by a header."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in raw or b"Proc-Type: 4,ENCRYPTED" in raw


def load_private(raw: bytes, passphrase: bytes | None, name: str) -> "EllipticCurvePrivateKey":
    """Read a private key in PEM. Raises `UsageError`: no key, another kind, a wrong passphrase."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    encrypted = is_encrypted(raw)
    try:
        key = serialization.load_pem_private_key(raw, passphrase if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = "wrong passphrase, or a broken file" if encrypted else "no private key in PEM"
        message = f"{name}: {reason}"
        raise UsageError(message) from error
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name not in ALGORITHMS:
        message = f"{name}: a key of another kind; model signing takes {', '.join(CURVES)} (`assay keygen` makes one)"
        raise UsageError(message)
    return key


def load_public(raw: bytes, name: str) -> "EllipticCurvePublicKey":
    """Read a public key from PEM, notes around it or not. Raises `UsageError`."""
    found = blocks(raw, "PUBLIC KEY")
    if len(found) != 1:
        message = f"{name}: {'several public keys' if found else 'no public key in PEM'}; give exactly one"
        raise UsageError(message)
    plain = _plain(found[0])
    if plain is not None:
        return plain
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        return suited(serialization.load_pem_public_key(found[0]))
    except (ValueError, UnsupportedAlgorithm, AttestError) as error:
        message = f"{name}: no public key on one of {', '.join(CURVES)}"
        raise UsageError(message) from error


def _plain(pem: bytes) -> "EllipticCurvePublicKey | None":
    """Read a key that is written as nearly all are; None leaves it to the reader of all kinds."""
    from cryptography.hazmat.primitives.asymmetric import ec

    curves: dict[str, ec.EllipticCurve] = {
        "secp256r1": ec.SECP256R1(),
        "secp384r1": ec.SECP384R1(),
        "secp521r1": ec.SECP521R1(),
    }
    try:
        raw = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]), validate=True)
        for curve, start in SPKI.items():
            if raw.startswith(start + UNCOMPRESSED):
                return ec.EllipticCurvePublicKey.from_encoded_point(curves[curve], raw.removeprefix(start))
    except ValueError:
        return None
    return None


def suited(key: object) -> "EllipticCurvePublicKey":
    """Take only a key that OMS v1.0 signs with. Raises `AttestError`."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    if not isinstance(key, EllipticCurvePublicKey) or key.curve.name not in ALGORITHMS:
        raise AttestError(Code.KEY_UNSUPPORTED, f"the signer's key is on none of {', '.join(CURVES)}")
    return key


def algorithm(key: "EllipticCurvePublicKey") -> str:
    """Name the curve of a key with the hash that goes with it."""
    return ALGORITHMS[key.curve.name]


def sign(key: "EllipticCurvePrivateKey", message: bytes) -> bytes:
    """Sign as OMS v1.0 says: ECDSA in DER, with the hash that goes with the curve."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return key.sign(message, ec.ECDSA(_hash(key.curve.name)))


def verify(key: "EllipticCurvePublicKey", signature: bytes, message: bytes, *, sha256: bool = False) -> bool:
    """Say whether a signature is of this key over this message. `sha256`: whatever the curve, as writers of 0.2 did."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key.verify(signature, message, ec.ECDSA(_hash("secp256r1" if sha256 else key.curve.name)))
    except InvalidSignature:
        return False
    return True


def _hash(curve: str) -> "HashAlgorithm":
    from cryptography.hazmat.primitives import hashes

    chosen: dict[str, hashes.HashAlgorithm] = {
        "secp256r1": hashes.SHA256(),
        "secp384r1": hashes.SHA384(),
        "secp521r1": hashes.SHA512(),
    }
    return chosen[curve]
