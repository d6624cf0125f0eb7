"""The envelope around what is signed: DSSE v1 (secure-systems-lab/dsse, protocol.md and envelope.md)."""

import base64
import binascii
from collections.abc import Mapping

from scanner.attest.errors import AttestError, Code
from scanner.record import record

IN_TOTO = "application/vnd.in-toto+json"


@record
class Envelope:
    """A payload with its one signature. `keyid` is a hint that nothing vouches for; empty where there is none."""

    payload_type: str
    payload: bytes
    signature: bytes
    keyid: str = ""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: type and payload, each behind its length."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def pae_v02(payload_type: str, payload: bytes) -> bytes:
    """Return what model-signing 0.2 signed instead: another magic, and the payload as Python shows it."""
    return f"DSSEV1 {len(payload_type)} {payload_type} {len(payload)} {payload!r}".encode()


def parse(value: object) -> Envelope:
    """Read an envelope as OMS has it: an in-toto payload, exactly one signature. Raises `AttestError`."""
    if not isinstance(value, dict):
        raise AttestError(Code.ENVELOPE_MISSING, "the bundle holds no dsseEnvelope")
    only(value, {"payload", "payloadType", "signatures"}, "dsseEnvelope")
    if value.get("payloadType") != IN_TOTO:
        raise AttestError(Code.PAYLOAD_TYPE, f"payloadType is not {IN_TOTO}")
    signatures = value.get("signatures")
    if not isinstance(signatures, list) or len(signatures) != 1:
        count = len(signatures) if isinstance(signatures, list) else "none"
        raise AttestError(Code.SIGNATURE_COUNT, f"an envelope has exactly one signature; this has {count}")
    one = signatures[0]
    if not isinstance(one, dict):
        raise AttestError(Code.BUNDLE_SHAPE, "a signature is an object with sig and keyid")
    only(one, {"sig", "keyid"}, "signature")
    keyid = one.get("keyid") or ""
    if not isinstance(keyid, str):
        raise AttestError(Code.BUNDLE_SHAPE, "keyid is a text or null")
    payload = decode(value.get("payload"), "payload")
    return Envelope(payload_type=IN_TOTO, payload=payload, signature=decode(one.get("sig"), "sig"), keyid=keyid)


def document(envelope: Envelope) -> dict[str, object]:
    """Write an envelope as values of JSON."""
    return {
        "payload": text(envelope.payload),
        "payloadType": envelope.payload_type,
        "signatures": [{"sig": text(envelope.signature), "keyid": envelope.keyid}],
    }


def only(value: Mapping[str, object], known: set[str], what: str) -> None:
    """Refuse a key that nobody has given a meaning: another reader may. Raises `AttestError`."""
    if strange := set(value) - known:
        raise AttestError(Code.BUNDLE_SHAPE, f"{what} has an unknown key {min(strange)[:60]!r}")


def decode(value: object, what: str) -> bytes:
    """Decode base64 (RFC 4648 §4) in its only spelling. Raises `AttestError`."""
    if not isinstance(value, str) or not value:
        raise AttestError(Code.BASE64, f"{what} is no base64 text")
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AttestError(Code.BASE64, f"{what} is no base64: {error}") from error
    if text(raw) != value:  # loose bits before the padding
        raise AttestError(Code.BASE64, f"{what} is base64 in another spelling than its bytes have")
    return raw


def text(raw: bytes) -> str:
    """Write bytes as base64."""
    return base64.b64encode(raw).decode("ascii")
