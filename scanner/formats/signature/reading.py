"""From bundles and envelopes to facts: what is signed by their own words, and what two readers may take otherwise.

Specifications: OMS v1.0; Sigstore bundle v0.3 (sigstore_bundle.proto); DSSE v1; in-toto Statement v1.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.provenance import SignatureFault, SignatureFile, SignedFiles
from scanner.format import MalformedError
from scanner.json_object import JsonObject, decode
from scanner.limits import SIGNED_RESOURCES, Limits
from scanner.whole import whole

NAME = "signature"
MODEL = "https://model_signing/signature/v1.0"
OLD_MODEL = "https://model_signing/Digests/v0.1"
METHODS = {"publicKey": "key", "x509CertificateChain": "certificate", "certificate": "sigstore"}
ENVELOPE = ("dsseEnvelope", "payloadType", "verificationMaterial")
STATEMENTS = 1000
"""Bundles of one file that are read."""

SHOWN = 200
"""Characters kept of a word that a stranger chose."""

_BLANK = b" \t\r\n"
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2}){1,64}", re.ASCII)

_Resource = tuple[str, str, bool]
"""Name, digest in hexadecimal, and whether it is the SHA-256 of a whole file."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of every bundle; see `Format.read`."""
    raw = whole(artifact, limits.header_nbytes, "header")
    if isinstance(raw, LimitReached):
        yield raw
        return
    start = len(raw) - len(raw.lstrip(_BLANK))
    value, used = decode(raw[start:], start)
    yield from _bundle(Location(path=artifact.path, line=raw.count(b"\n", 0, start) + 1), value)
    at = start + used
    line = raw.count(b"\n", 0, at) + 1
    for number, text in enumerate(raw[at:].split(b"\n", STATEMENTS + 1)):
        if number > STATEMENTS:
            yield LimitReached(where=artifact.at(at), limit="statements", bound=STATEMENTS, unit="statements")
        elif text.strip(_BLANK):
            held = text.strip(_BLANK)
            value, used = decode(held, at)
            if used != len(held):
                message = "a line with more than one statement"
                raise MalformedError(message, at)
            yield from _bundle(Location(path=artifact.path, line=line + number), value)
        at += len(text) + 1


def _bundle(where: Location, value: object) -> Iterator[Fact]:
    """Yield the facts of one bundle or envelope. Another document that only speaks of them is for other readers."""
    if not isinstance(value, JsonObject) or not any(key in value for key in ENVELOPE):
        return
    envelope = value.get("dsseEnvelope", value if "payloadType" in value else None)
    if not isinstance(envelope, JsonObject):
        yield Malformed(where=where, format=NAME, reason="a bundle without an envelope")
        return
    for key in _repeated(value):
        yield SignatureFault(where=where, how="key-repeated", value=key[:SHOWN])
    signatures = envelope.get("signatures")
    if not isinstance(signatures, list) or len(signatures) != 1:
        count = str(len(signatures)) if isinstance(signatures, list) else "none"
        yield SignatureFault(where=where, how="signatures", value=count)
    method, signer, found = _signer(value)
    if "dsseEnvelope" in value and len(found) != 1:
        yield SignatureFault(where=where, how="material", value=" ".join(found))
    yield from _payload(where, envelope.get("payload"), method, signer)


def _signer(value: JsonObject) -> tuple[str, str, list[str]]:
    """Say in which way it is signed, by which key, and every way that it names."""
    material = value.get("verificationMaterial")
    held = material if isinstance(material, JsonObject) else JsonObject()
    found = [key for key in METHODS if held.get(key) is not None]
    key = held.get("publicKey")
    hint = key.get("hint") if isinstance(key, JsonObject) else ""
    return METHODS[found[0]] if found else "", hint[:SHOWN] if isinstance(hint, str) else "", found


def _payload(where: Location, raw: object, method: str, signer: str) -> Iterator[Fact]:
    try:
        content = base64.b64decode(raw if isinstance(raw, str) else "", validate=True)
        statement, used = decode(content)
        whole_ = not content[used:].strip(_BLANK)
    except (binascii.Error, ValueError, MalformedError):
        statement, whole_ = None, False
    if not isinstance(statement, JsonObject) or not whole_:
        yield SignatureFault(where=where, how="payload", value="")
        yield SignatureFile(where=where, method=method, signer=signer, predicate="", resources=0, model=False)
        return
    for key in _repeated(statement):
        yield SignatureFault(where=where, how="key-repeated", value=key[:SHOWN])
    kind = statement.get("predicateType")
    kind = kind[:SHOWN] if isinstance(kind, str) else ""
    listed = _listed(statement, kind)
    yield SignatureFile(
        where=where,
        method=method,
        signer=signer,
        predicate=kind,
        resources=len(listed),
        model=kind in {MODEL, OLD_MODEL},
    )
    if kind in {MODEL, OLD_MODEL}:
        yield from _model(where, statement, listed, rooted=kind == MODEL)


def _listed(statement: JsonObject, kind: str) -> list[object]:
    predicate = statement.get("predicate")
    held = predicate.get("resources") if kind == MODEL and isinstance(predicate, JsonObject) else None
    held = held if kind == MODEL else statement.get("subject")
    return held if isinstance(held, list) else []


def _model(where: Location, statement: JsonObject, listed: list[object], *, rooted: bool) -> Iterator[Fact]:
    """Yield what a signature over a model covers; nothing of it is compared with files here."""
    if len(listed) > SIGNED_RESOURCES:
        yield LimitReached(where=where, limit="resources", bound=SIGNED_RESOURCES, unit="files")
        return
    read = [_resource(one) for one in listed]
    held = [one for one in read if one is not None]
    if len(held) != len(read):
        yield SignatureFault(where=where, how="resources", value=str(len(read) - len(held)))
    if not listed:
        yield SignatureFault(where=where, how="none-signed", value="")
    seen: set[str] = set()
    again = next((name for name, _, _ in held if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]
    if again is not None:
        yield SignatureFault(where=where, how="name-repeated", value=again[:SHOWN])
    ignored = _ignored(statement)
    if {".", "", "./", "/"} & set(ignored):
        yield SignatureFault(where=where, how="all-ignored", value="")
    if rooted and held and len(held) == len(read) and _root(statement) != _digested(held):
        yield SignatureFault(where=where, how="root", value=_root(statement)[:SHOWN])
    yield SignedFiles(
        where=where,
        names=tuple(name for name, _, _ in held),
        digests=tuple(digest if plain else "" for _, digest, plain in held),
        ignored=ignored,
    )


def _resource(value: object) -> _Resource | None:
    one = value if isinstance(value, JsonObject) else JsonObject()
    name, digest, algorithm = one.get("name"), one.get("digest"), one.get("algorithm", "sha256")
    if isinstance(digest, JsonObject):  # a subject of version 0.1
        digest = digest.get("sha256")
    if not isinstance(name, str) or not name or not isinstance(digest, str) or not _HEX.fullmatch(digest):
        return None
    return name, digest, algorithm == "sha256" and _SHA256.fullmatch(digest) is not None


def _ignored(statement: JsonObject) -> tuple[str, ...]:
    predicate = statement.get("predicate")
    how = predicate.get("serialization") if isinstance(predicate, JsonObject) else None
    listed = how.get("ignore_paths") if isinstance(how, JsonObject) else None
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()


def _root(statement: JsonObject) -> str:
    subject = statement.get("subject")
    first = subject[0] if isinstance(subject, list) and subject else None
    digest = first.get("digest") if isinstance(first, JsonObject) else None
    root = digest.get("sha256") if isinstance(digest, JsonObject) else None
    return root if isinstance(root, str) else ""


def _digested(held: list[_Resource]) -> str:
    return hashlib.sha256(b"".join(bytes.fromhex(digest) for _, digest, _ in held)).hexdigest()


def _repeated(value: object) -> Iterator[str]:
    """Yield each key that an object in a document gives twice with different values, without recursion."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, JsonObject):
            yield from (key for key, identical in one.repeated if not identical)
            pending.extend(held for held in one.values() if isinstance(held, dict | list))
        elif isinstance(one, list):
            pending.extend(held for held in one if isinstance(held, dict | list))
