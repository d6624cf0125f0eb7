"""Timestamps (RFC 3161): when a signature was there already, as an authority says that the caller trusts for it.

A key and a certificate alone tell no time; a token over the bytes of the signature does. It is a CMS SignedData
(RFC 5652) around a TSTInfo. Its signer's certificate must be for timestamps alone, and valid when it stamped.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from scanner.attest import certificates, der
from scanner.attest.der import INTEGER, OCTETS, OID, SEQUENCE, SET, TIME, DerError, Value
from scanner.attest.errors import AttestError, Code
from scanner.record import record
from scanner.text import printable

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
TST_INFO: Final = bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
SIGNING_CERTIFICATE: Final = bytes.fromhex("2a864886f70d010910020c")
SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("2a864886f70d010910022f")
HASHES: Final = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
"""Object identifiers, as DER holds them. SHA-1 is taken for nothing that is signed."""

GRANTED: Final = (b"\x00", b"\x01")
TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
EXPLICIT: Final = 0xA0
"""Tag [0], constructed."""

BAD: Final = Code.TIMESTAMP_INVALID

SKEW: Final = timedelta(minutes=5)
"""How far the clock of an authority may be ahead."""


@record
class _Token:
    """A token cut apart: what is stamped, and how that is signed. Hashes by the names of `hashlib`.

    `nonce` is the content of an integer, empty where there is none.
    """

    imprint: tuple[str, bytes]
    moment: datetime
    nonce: bytes
    info: bytes
    attributes: Sequence[Value]
    signed: bytes
    digest: str
    signature: bytes
    certificates: tuple[bytes, ...]


def first(stamps: Iterable[bytes], signature: bytes, clocks: Sequence["x509.Certificate"], now: datetime) -> datetime:
    """Return the earliest trusted time at which a signature was stamped. Raises `AttestError` where none holds."""
    found: list[datetime] = []
    reason = "the bundle holds no timestamp"
    for raw in stamps:
        try:
            found.append(verify(raw, signature, clocks, now))
        except AttestError as error:
            reason = error.reason
    if not found:
        raise AttestError(Code.TIMESTAMP_INVALID, reason)
    return min(found)


def verify(
    raw: bytes,
    signature: bytes,
    clocks: Sequence["x509.Certificate"] | None,
    now: datetime,
    nonce: bytes | None = None,
) -> datetime:
    """Check one response or token over the bytes of a signature; return its time. Raises `AttestError`.

    `clocks` None leaves open whether the authority is to be trusted; `nonce` must be that of the token.
    """
    try:
        token = _token(raw)
    except (DerError, ValueError) as error:
        raise AttestError(BAD, f"the timestamp cannot be read: {printable(str(error), 150)}") from error
    name, digest = token.imprint
    if hashlib.new(name, signature).digest() != digest:
        raise AttestError(BAD, "the timestamp is over other bytes than this signature")
    if nonce is not None and token.nonce != nonce:
        raise AttestError(BAD, "the timestamp answers another request")
    if token.moment > now + SKEW:
        raise AttestError(BAD, "the timestamp is of a time that is yet to come")
    held = certificates.parse(token.certificates)
    try:
        signer = _signer(token, held)
        _check_purpose(signer)
        _check_signature(token, signer)
        if clocks is not None:
            certificates.check_path(signer, [one for one in held if one != signer], clocks, token.moment)
    except certificates.unreadable() as error:  # extensions are parsed when they are asked for
        raise AttestError(BAD, f"the timestamp cannot be read: {printable(str(error), 150)}") from error
    return token.moment


def _token(raw: bytes) -> _Token:
    outer = der.inside(der.one(raw), SEQUENCE)
    if der.at(outer, 0).tag == SEQUENCE:  # a response: a status, then the token
        status = der.at(der.inside(outer[0], SEQUENCE), 0)
        if der.content(status, INTEGER) not in GRANTED:
            message = "the authority did not grant it"
            raise DerError(message)
        outer = der.inside(der.at(outer, 1), SEQUENCE)
    _expect(der.at(outer, 0), SIGNED_DATA)
    parts = der.inside(der.one(der.content(der.at(outer, 1), EXPLICIT)), SEQUENCE)
    wrapped = der.inside(der.at(parts, 2), SEQUENCE)
    _expect(der.at(wrapped, 0), TST_INFO)
    info = der.content(der.one(der.content(der.at(wrapped, 1), EXPLICIT)), OCTETS)
    held = [one.whole for part in parts[3:] if part.tag == EXPLICIT for one in der.values(part.content)]
    signer = der.inside(der.one(der.content(parts[-1], SET)), SEQUENCE)
    attributes = der.at(signer, 3)
    imprint, moment, nonce = _info(info)
    return _Token(
        imprint=imprint,
        moment=moment,
        nonce=nonce,
        info=info,
        attributes=der.inside(attributes, EXPLICIT),
        signed=bytes([SET]) + attributes.whole[1:],  # RFC 5652 §5.4: as a SET, not as [0]
        digest=_hash(der.at(signer, 2)),
        signature=der.content(der.at(signer, 5), OCTETS),
        certificates=tuple(held),
    )


def _info(raw: bytes) -> tuple[tuple[str, bytes], datetime, bytes]:
    """Read imprint, time and nonce of a TSTInfo (RFC 3161 §2.4.2)."""
    parts = der.inside(der.one(raw), SEQUENCE)
    imprint = der.inside(der.at(parts, 2), SEQUENCE)
    text = der.content(der.at(parts, 4), TIME).decode("ascii")
    if not text.endswith("Z"):
        message = "a time that is not in UTC"
        raise DerError(message)
    whole = text[:-1].partition(".")[0]
    moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    nonce = next((one.content for one in parts[5:] if one.tag == INTEGER), b"")
    return (_hash(der.at(imprint, 0)), der.content(der.at(imprint, 1), OCTETS)), moment, nonce


def _hash(algorithm: Value) -> str:
    name = HASHES.get(der.content(der.at(der.inside(algorithm, SEQUENCE), 0), OID))
    if name is None:
        message = "a hash that is not taken"
        raise DerError(message)
    return name


def _expect(value: Value, identifier: bytes) -> None:
    if der.content(value, OID) != identifier:
        message = "another kind of content"
        raise DerError(message)


def _attribute(token: _Token, *identifiers: bytes) -> list[tuple[bytes, Value]]:
    """Find the values of a signed attribute."""
    found: list[tuple[bytes, Value]] = []
    for one in token.attributes:
        name, held = (der.at(der.inside(one, SEQUENCE), index) for index in (0, 1))
        if der.content(name, OID) in identifiers:
            found.append((name.content, der.one(der.content(held, SET))))
    return found


def _signer(token: _Token, held: Sequence["x509.Certificate"]) -> "x509.Certificate":
    """Find the certificate that the signed attributes name by its digest (RFC 5035, RFC 5816)."""
    from cryptography.hazmat.primitives.serialization import Encoding

    for kind, value in _attribute(token, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2):
        entry = der.inside(der.at(der.inside(der.at(der.inside(value, SEQUENCE), 0), SEQUENCE), 0), SEQUENCE)
        algorithm = "sha1" if kind == SIGNING_CERTIFICATE else "sha256"
        if kind == SIGNING_CERTIFICATE_V2 and der.at(entry, 0).tag == SEQUENCE:
            algorithm, entry = _hash(entry[0]), entry[1:]
        digest = der.content(der.at(entry, 0), OCTETS)
        for one in held:
            # SHA-1 here only finds a certificate, whose own signature is checked.
            if hashlib.new(algorithm, one.public_bytes(Encoding.DER), usedforsecurity=False).digest() == digest:
                return one
    raise AttestError(BAD, "the timestamp names no certificate that it holds")


def _check_purpose(signer: "x509.Certificate") -> None:
    """Ask for a certificate that is for timestamps and nothing else (RFC 3161 §2.3)."""
    from cryptography import x509

    try:
        held = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise AttestError(BAD, "the timestamp is signed by a certificate that is not for timestamps") from error
    if not held.critical or [one.dotted_string for one in held.value] != [TIME_STAMPING]:
        raise AttestError(BAD, "the timestamp is signed by a certificate that is not for timestamps alone")


def _check_signature(token: _Token, signer: "x509.Certificate") -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    try:
        kinds, digests = _attribute(token, CONTENT_TYPE), _attribute(token, MESSAGE_DIGEST)
        whole = [der.content(one, OCTETS) for _, one in digests] == [hashlib.new(token.digest, token.info).digest()]
        if not whole or [der.content(one, OID) for _, one in kinds] != [TST_INFO]:
            raise AttestError(BAD, "the timestamp is signed over another content")
        key, algorithm = signer.public_key(), _algorithm(token.digest)
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(token.signature, token.signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(token.signature, token.signed, ec.ECDSA(algorithm))
        else:
            raise AttestError(BAD, "the timestamp is signed with a key of another kind than RSA and ECDSA")
    except InvalidSignature as error:
        raise AttestError(BAD, "the timestamp has a signature that does not hold") from error


def _algorithm(name: str) -> "HashAlgorithm":
    from cryptography.hazmat.primitives import hashes

    known: dict[str, HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    return known[name]
