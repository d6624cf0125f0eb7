"""Keys in services and tokens (cloud KMS, PKCS #11), named by URIs of `securesystemslib` (extra `kms`)."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from scanner.attest import keys
from scanner.foreign import ForeignError, foreign
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

PINS: Final = {"PinIncorrect": "wrong PIN", "PinLenRange": "wrong PIN", "PinLocked": "the PIN is locked"}
"""Errors of a token (PKCS #11 §5.1.2) that `python-pkcs11` raises without words."""

EXTRAS: Final = {"hv": "vault"}
"""Extras of `securesystemslib` that are not called as the scheme of their URI is."""


def signer(
    uri: str, public: "EllipticCurvePublicKey", secret: Callable[[str], str] | None = None
) -> Callable[[bytes], bytes]:
    """Return what signs messages with the key that a URI names, of which `public` is the public half.

    `secret` is asked for what opens a token, by the library's name for it ("pin"). Raises `UsageError`; so does what
    is returned.
    """
    try:
        from securesystemslib import signer as services
    except ImportError as error:
        message = "this needs the securesystemslib library; pip install 'modelassay[kms]'"
        raise UsageError(message) from error
    logging.getLogger("securesystemslib").setLevel(logging.CRITICAL)  # what it logs it raises as well
    try:
        with foreign(UsageError):  # each service has a client of its own, whose errors share no class
            held = services.Signer.from_priv_key_uri(uri, services.SSlibKey.from_crypto(public), secret)
    except ForeignError as error:
        raise _unusable(uri, error) from error

    def sign(message: bytes) -> bytes:
        try:
            with foreign(UsageError):
                signature = bytes.fromhex(held.sign(message).signature)
        except ForeignError as error:
            raise _unusable(uri, error) from error
        if not keys.verify(public, signature, message):
            reason = f"{printable(uri)}: signs with another key than the given public one"
            raise UsageError(reason)
        return signature

    return sign


def _unusable(uri: str, error: ForeignError) -> UsageError:
    kind = type(error.__cause__).__name__
    if kind == "UnsupportedLibraryError":
        scheme = uri.partition(":")[0]
        return UsageError(f"{printable(uri)}: {error}; pip install 'securesystemslib[{EXTRAS.get(scheme, scheme)}]'")
    return UsageError(f"{printable(uri)}: {PINS.get(kind, error)}")
