"""The file of a signature: a Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto), as OMS uses it."""

import stat
from pathlib import Path
from typing import cast

from scanner.attest import dsse
from scanner.attest.dsse import Envelope, decode, only, text
from scanner.attest.errors import AttestError, Code
from scanner.attest.signer import Method
from scanner.attest.strict import loads
from scanner.limits import CHAIN_CERTIFICATES, KEY_NBYTES, SIGNATURE_NBYTES
from scanner.record import record

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MEDIA_TYPES = (MEDIA_TYPE, "application/vnd.dev.sigstore.bundle+json;version=0.3")
"""How version 0.3 is spelled: as it is now, and as its first writers did."""

METHODS: dict[str, Method] = {"publicKey": "key", "x509CertificateChain": "certificate", "certificate": "sigstore"}
BESIDE = {"tlogEntries", "timestampVerificationData"}

TIMESTAMPS = 16
"""RFC 3161 timestamps that one bundle may hold."""


@record
class Material:
    """What a bundle says of its signer; nothing of it is trusted yet.

    `hint` names a key (SHA-256 of its PEM text, hex). `raw_key` is the key itself, as writers before 1.1.0 put it.
    `chain` holds DER certificates, leaf first. `log_entries` counts entries of a transparency log.
    `timestamps` are RFC 3161 responses, DER.
    """

    method: Method
    hint: str = ""
    raw_key: bytes = b""
    chain: tuple[bytes, ...] = ()
    log_entries: int = 0
    timestamps: tuple[bytes, ...] = ()


@record
class Bundle:
    """A signature as it lies in its file; `raw` is that file."""

    material: Material
    envelope: Envelope
    raw: bytes = b""


def read(file: Path) -> Bundle:
    """Read a signature file. Raises `AttestError`."""
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise AttestError(Code.BUNDLE_UNREADABLE, f"{file}: no regular file")
        if found.st_size > SIGNATURE_NBYTES:
            raise AttestError(Code.BUNDLE_TOO_LARGE, f"{file}: {found.st_size} bytes, more than {SIGNATURE_NBYTES}")
        with file.open("rb") as stream:
            raw = stream.read(SIGNATURE_NBYTES + 1)
    except OSError as error:
        raise AttestError(Code.BUNDLE_UNREADABLE, f"{file}: {error.strerror or error}") from error
    return parse(raw)


def parse(raw: bytes) -> Bundle:
    """Read a bundle from its bytes. Raises `AttestError`."""
    if len(raw) > SIGNATURE_NBYTES:
        raise AttestError(Code.BUNDLE_TOO_LARGE, f"the bundle has more than {SIGNATURE_NBYTES} bytes")
    if not raw.strip():
        raise AttestError(Code.BUNDLE_EMPTY, "the bundle is empty")
    value = loads(raw, "bundle")
    if not isinstance(value, dict):
        raise AttestError(Code.BUNDLE_SHAPE, "a bundle is a JSON object")
    if not value:
        raise AttestError(Code.BUNDLE_EMPTY, "the bundle is empty")
    only(value, {"mediaType", "verificationMaterial", "dsseEnvelope"}, "bundle")
    if value.get("mediaType") not in MEDIA_TYPES:
        raise AttestError(Code.MEDIA_TYPE, f"mediaType is not {MEDIA_TYPE}")
    envelope = value.get("dsseEnvelope")
    material = _material(value.get("verificationMaterial"))
    return Bundle(material=material, envelope=dsse.parse(envelope), raw=raw)


def encode(bundle: Bundle) -> bytes:
    """Write a bundle of the key or certificate method: one line of canonical JSON and a line feed."""
    from scanner.attest import canonical

    one = bundle.material
    if one.method == "key":
        material: dict[str, object] = {"publicKey": {"hint": one.hint}}
    else:
        material = {"x509CertificateChain": {"certificates": [{"rawBytes": text(raw)} for raw in one.chain]}}
    material["tlogEntries"] = []
    if one.timestamps:
        stamps = [{"signedTimestamp": text(raw)} for raw in one.timestamps]
        material["timestampVerificationData"] = {"rfc3161Timestamps": stamps}
    whole = {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": material,
        "dsseEnvelope": dsse.document(bundle.envelope),
    }
    return canonical.encode(whole) + b"\n"


def _material(value: object) -> Material:
    if not isinstance(value, dict):
        raise AttestError(Code.MATERIAL_MISSING, "the bundle holds no verificationMaterial")
    only(value, {*METHODS, *BESIDE}, "verificationMaterial")
    named = [key for key in METHODS if value.get(key) is not None]
    if not named:
        raise AttestError(Code.MATERIAL_MISSING, "verificationMaterial names no key and no certificate")
    if len(named) > 1:
        raise AttestError(Code.MATERIAL_AMBIGUOUS, f"verificationMaterial names {' and '.join(named)}")
    method = METHODS[named[0]]
    entries = value.get("tlogEntries") or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise AttestError(Code.BUNDLE_SHAPE, "tlogEntries is a list of objects")
    if method == "sigstore" and not entries:
        raise AttestError(Code.LOG_ENTRY_MISSING, "a keyless signature has an entry of a transparency log")
    if method != "sigstore" and entries:
        raise AttestError(Code.LOG_ENTRY_UNEXPECTED, f"a {method} signature has no entry of a transparency log")
    stamps = _timestamps(value.get("timestampVerificationData"))
    hint, raw_key = _key(value[named[0]]) if method == "key" else ("", b"")
    chain = () if method == "key" else _chain(value[named[0]], method)
    return Material(method=method, hint=hint, raw_key=raw_key, chain=chain, log_entries=len(entries), timestamps=stamps)


def _key(value: object) -> tuple[str, bytes]:
    if not isinstance(value, dict):
        raise AttestError(Code.BUNDLE_SHAPE, "publicKey is an object")
    only(value, {"hint", "rawBytes", "keyDetails"}, "publicKey")
    hint = value.get("hint", "")
    if not isinstance(hint, str):
        raise AttestError(Code.BUNDLE_SHAPE, "hint is a text")
    raw = decode(value["rawBytes"], "publicKey.rawBytes") if "rawBytes" in value else b""
    if not hint and not raw:
        raise AttestError(Code.HINT_MISSING, "publicKey has no hint that says which key")
    if hint and raw:
        raise AttestError(Code.MATERIAL_AMBIGUOUS, "publicKey has both a hint and rawBytes")
    return hint, raw


def _chain(value: object, method: Method) -> tuple[bytes, ...]:
    if not isinstance(value, dict):
        raise AttestError(Code.BUNDLE_SHAPE, "a certificate is an object")
    held: object = [value]
    if method == "certificate":
        only(value, {"certificates"}, "x509CertificateChain")
        held = value.get("certificates")
    if not isinstance(held, list) or not held:
        raise AttestError(Code.MATERIAL_MISSING, "the bundle holds no certificate")
    if len(held) > CHAIN_CERTIFICATES:
        raise AttestError(Code.CHAIN_TOO_LONG, f"a chain of {len(held)} certificates, more than {CHAIN_CERTIFICATES}")
    return tuple(_member(one, "rawBytes", "certificate") for one in held)


def _member(value: object, key: str, what: str) -> bytes:
    if not isinstance(value, dict):
        raise AttestError(Code.BUNDLE_SHAPE, f"a {what} is an object")
    only(value, {key}, what)
    raw = decode(value.get(key), f"{what}.{key}")
    if len(raw) > KEY_NBYTES:
        raise AttestError(Code.BUNDLE_TOO_LARGE, f"a {what} of {len(raw)} bytes")
    return raw


def _timestamps(value: object) -> tuple[bytes, ...]:
    if value is None:
        return ()
    held = cast("dict[str, object]", value).get("rfc3161Timestamps", []) if isinstance(value, dict) else None
    if not isinstance(held, list) or len(held) > TIMESTAMPS:
        raise AttestError(Code.BUNDLE_SHAPE, "timestampVerificationData holds rfc3161Timestamps, a short list")
    only(cast("dict[str, object]", value), {"rfc3161Timestamps"}, "timestampVerificationData")
    return tuple(_member(one, "signedTimestamp", "timestamp") for one in held)
