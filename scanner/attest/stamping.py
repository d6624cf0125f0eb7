"""Ask an authority for a timestamp (RFC 3161 over HTTP, §3.4), and keep only an answer to this very question."""

import hashlib
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scanner.attest import der, timestamps
from scanner.attest.errors import AttestError
from scanner.foreign import ForeignError, foreign
from scanner.limits import KEY_NBYTES
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from cryptography import x509

SHA256: Final = bytes.fromhex("608648016503040201")
SECONDS: Final = 30
"""How long an authority may take to answer."""

NONCE_NBYTES: Final = 8
BOOLEAN: Final = 0x01
KIND: Final = "application/timestamp-reply"


def stamping(url: str, clocks: Sequence["x509.Certificate"] | None = None) -> Callable[[bytes], bytes]:
    """Return what has a signature stamped by the authority at `url`, which one of `clocks` vouches for if given.

    Raises `UsageError` for an address that is none; what is returned raises it for an answer that does not hold.
    """
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        message = "--timestamp-url: no address of the form http://… or https://…"
        raise UsageError(message)
    return lambda signature: _stamped(url, signature, clocks)


def request(signature: bytes, nonce: bytes) -> bytes:
    """Write what is asked: a timestamp over the SHA-256 of a signature, with the authority's certificate in it."""
    algorithm = der.write(der.SEQUENCE, der.write(der.OID, SHA256))
    imprint = der.write(der.SEQUENCE, algorithm, der.write(der.OCTETS, hashlib.sha256(signature).digest()))
    wanted = der.write(der.INTEGER, nonce), der.write(BOOLEAN, b"\xff")
    return der.write(der.SEQUENCE, der.write(der.INTEGER, b"\x01"), imprint, *wanted)


def _stamped(url: str, signature: bytes, clocks: Sequence["x509.Certificate"] | None) -> bytes:
    nonce = b"\x01" + secrets.token_bytes(NONCE_NBYTES)  # as an integer it is positive, and in its shortest form
    raw = _sent(url, request(signature, nonce))
    try:
        timestamps.verify(raw, signature, clocks, datetime.now(UTC), nonce)
    except AttestError as error:
        message = f"timestamp of {_host(url)}: {error.reason}"
        raise UsageError(message) from error
    return raw


def _sent(url: str, question: bytes) -> bytes:
    """Send a request and return the answer's bytes. Redirections are not followed. Raises `UsageError`."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": KIND, "User-Agent": "assay"}
    asked = urllib.request.Request(url, question, headers)  # noqa: S310 - `stamping` has looked at the scheme
    opener = urllib.request.build_opener(_Stay)
    try:
        with foreign(urllib.error.HTTPError), opener.open(asked, timeout=SECONDS) as answer:
            raw: bytes = answer.read(KEY_NBYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            message = f"timestamp of {_host(url)}: the answer is HTTP {error.code}"
        raise UsageError(message) from error
    except ForeignError as error:
        message = f"timestamp of {_host(url)}: {error}"
        raise UsageError(message) from error
    if len(raw) > KEY_NBYTES:
        message = f"timestamp of {_host(url)}: the answer has more than {KEY_NBYTES} bytes"
        raise UsageError(message)
    return raw


def _host(url: str) -> str:
    """Say who is asked, without what an address may hold of secrets."""
    return printable(urlsplit(url).hostname or "")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Take a redirection for the failure that it is to a POST."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""
