"""An authority for timestamps (RFC 3161), honest unless told otherwise: it answers requests with tokens."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from scanner.attest import der
from tests.builders import bundles

SEQUENCE, SET, INTEGER, OCTETS, NULL, TIME, ZERO = 0x30, 0x31, 0x02, 0x04, 0x05, 0x18, 0xA0
SHA256, ECDSA = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST, CERTIFICATE = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"
REPLY = {"content-type": "application/timestamp-reply"}


def tlv(tag: int, *parts: bytes) -> bytes:
    """Write a value of DER."""
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 0x80 else size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, *([0x80 | len(length)] if size >= 0x80 else [])]) + length + content


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = b""
    for arc in (first * 40 + second, *rest):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.insert(0, 0x80 | arc & 0x7F)
        body += bytes(digits)
    return tlv(0x06, body)


def number(value: int) -> bytes:
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def algorithm(dotted: str, *parameters: bytes) -> bytes:
    return tlv(SEQUENCE, oid(dotted), *parameters)


def attribute(kind: str, value: bytes) -> bytes:
    return tlv(SEQUENCE, oid(kind), tlv(SET, value))


@dataclass
class Clock:
    """An authority below a root. `at` None: it stamps the time that it is. `lies` replaces parts of what it stamps.

    `lies` knows "nonce" (a number), "imprint" (a digest) and "status" (0 grants).
    """

    number: int = 201
    at: datetime | None = None
    purposes: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.TIME_STAMPING,)
    lies: dict[str, object] = field(default_factory=dict)
    asked: int = 0

    @cached_property
    def root(self) -> x509.Certificate:
        return bundles.certificate("Clock Root", bundles.key(self.number), authority=True, days=(-3000, 3000))

    @cached_property
    def leaf(self) -> x509.Certificate:
        above = (self.root, bundles.key(self.number))
        return bundles.certificate(
            "Clock", bundles.key(self.number + 1), above, purposes=self.purposes, critical=True, days=(-2000, 2900)
        )

    def answer(self, request: bytes) -> bytes:
        """Answer a request."""
        self.asked += 1
        if self.lies.get("status", 0):
            return tlv(SEQUENCE, tlv(SEQUENCE, number(int(str(self.lies["status"])))))
        parts = der.inside(der.one(request), der.SEQUENCE)
        imprint = der.content(der.inside(parts[1], der.SEQUENCE)[1], der.OCTETS)
        asked = [one.content for one in parts[2:] if one.tag == der.INTEGER]
        nonce = self.lies.get("nonce", int.from_bytes(asked[0], "big") if asked else None)
        return self.token(bytes(self.lies.get("imprint", imprint)), nonce)

    def token(self, imprint: bytes, nonce: object = None) -> bytes:
        """Stamp a digest (SHA-256)."""
        at = (self.at or datetime.now(UTC) - timedelta(seconds=1)).astimezone(UTC)
        info = tlv(
            SEQUENCE,
            number(1),
            oid("1.2.3.4"),
            tlv(SEQUENCE, algorithm(SHA256, tlv(NULL)), tlv(OCTETS, imprint)),
            number(1000 + self.asked),
            tlv(TIME, at.strftime("%Y%m%d%H%M%SZ").encode()),
            *([] if nonce is None else [number(int(str(nonce)))]),
        )
        leaf = self.leaf.public_bytes(Encoding.DER)
        named = tlv(SEQUENCE, tlv(SEQUENCE, tlv(SEQUENCE, tlv(OCTETS, hashlib.sha256(leaf).digest()))))
        signed = sorted(
            (
                attribute(CONTENT_TYPE, oid(TST_INFO)),
                attribute(MESSAGE_DIGEST, tlv(OCTETS, hashlib.sha256(info).digest())),
                attribute(CERTIFICATE, named),
            )
        )
        signature = bundles.key(self.number + 1).sign(tlv(SET, *signed), ec.ECDSA(hashes.SHA256()))
        issuer = tlv(SEQUENCE, self.leaf.issuer.public_bytes(), number(self.leaf.serial_number))
        signer = tlv(
            SEQUENCE, number(1), issuer, algorithm(SHA256), tlv(ZERO, *signed), algorithm(ECDSA), tlv(OCTETS, signature)
        )
        content = tlv(
            SEQUENCE,
            number(3),
            tlv(SET, algorithm(SHA256)),
            tlv(SEQUENCE, oid(TST_INFO), tlv(ZERO, tlv(OCTETS, info))),
            tlv(ZERO, leaf),
            tlv(SET, signer),
        )
        token = tlv(SEQUENCE, oid(SIGNED_DATA), tlv(ZERO, content))
        return tlv(SEQUENCE, tlv(SEQUENCE, number(0)), token)
