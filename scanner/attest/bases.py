"""Which base models a model says that it comes from, as a bill of materials (CycloneDX) has them, against pins."""

import re
from collections.abc import Iterator, Mapping

from scanner.attest.decision import Problem
from scanner.attest.errors import AttestError, Code
from scanner.attest.strict import loads
from scanner.attest.trust import Bases
from scanner.text import printable

Object = Mapping[str, object]

_PURL = re.compile(r"pkg:huggingface/([^@?#]+)(?:@([^?#]+))?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)


def named(document: object) -> list[tuple[str, tuple[str, ...]]]:
    """List each base of a CycloneDX document: how it is called, and the pins that would allow it.

    Raises `AttestError` where the pedigree is not of the form that a base can be read from.
    """
    metadata = _object(document).get("metadata")
    component = _object(_object(metadata).get("component"))
    pedigree = _object(component.get("pedigree", {}))
    return [(_called(one), tuple(_pins(one))) for one in _objects(pedigree.get("ancestors", []))]


def read(raw: bytes) -> list[tuple[str, tuple[str, ...]]] | None:
    """List the bases of a bill of materials; None for a document that is no CycloneDX. Raises `AttestError`."""
    document = loads(raw, "bill of materials")
    if not isinstance(document, dict) or document.get("bomFormat") != "CycloneDX":
        return None
    return named(document)


def against(found: list[tuple[str, tuple[str, ...]]] | None, asked: Bases) -> Iterator[Problem]:
    """Compare bases with what is allowed. None: nothing with the model says what it comes from."""
    if found is None:
        if asked.unknown == "deny":
            reason = "no bill of materials in CycloneDX says what the model comes from"
            yield Problem(code=Code.BASE_UNKNOWN, reason=reason)
        return
    for called, pins in found:
        if pins and not set(pins) & set(asked.allow):
            reason = f"the base {printable(called)!r} is none of those allowed"
            yield Problem(code=Code.BASE_NOT_ALLOWED, reason=reason)
        if not pins and asked.unknown == "deny":
            reason = f"the base {printable(called)!r} is named without a commit and without a digest"
            yield Problem(code=Code.BASE_UNKNOWN, reason=reason)


def _called(one: Object) -> str:
    name = one.get("name")
    return name if isinstance(name, str) else "unnamed"


def _pins(one: Object) -> Iterator[str]:
    """Yield a base as a policy would pin it: by the commit of its repository, by its digest."""
    purl, version = one.get("purl"), one.get("version")
    found = _PURL.fullmatch(purl) if isinstance(purl, str) else None
    name = found[1] if found else _called(one)
    commit = found[2] if found and found[2] else version
    if isinstance(commit, str) and _COMMIT.fullmatch(commit):
        yield f"hf:{name}@{commit}"
    for held in _objects(one.get("hashes", [])):
        if held.get("alg") == "SHA-256":
            yield f"sha256:{held.get('content')}"


def _object(value: object) -> Object:
    if not isinstance(value, dict):
        raise AttestError(Code.STATEMENT_SHAPE, "the bill of materials has no main component")
    return value


def _objects(value: object) -> list[Object]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise AttestError(Code.STATEMENT_SHAPE, "a list of the bill of materials holds what is no object")
    return value
