"""Which base models a model says that it comes from, as a bill of materials has them, against pins.

CycloneDX has them in the pedigree of its main component, SPDX 3.0.1 as elements that the model is a descendant of.
"""

import re
from collections.abc import Iterator, Mapping

from scanner.attest.decision import Problem
from scanner.attest.errors import AttestError, Code
from scanner.attest.predicates import SPDX_CONTEXT
from scanner.attest.strict import loads
from scanner.attest.trust import Bases
from scanner.text import printable

Object = Mapping[str, object]
Base = tuple[str, tuple[str, ...]]
"""How a base is called, and the pins that would allow it."""

_PURL = re.compile(r"pkg:huggingface/([^@?#]+)(?:@([^?#]+))?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)


def named(document: object) -> list[Base]:
    """List each base of a CycloneDX document.

    Raises `AttestError` where the pedigree is not of the form that a base can be read from.
    """
    metadata = _object(document).get("metadata")
    component = _object(_object(metadata).get("component"))
    pedigree = _object(component.get("pedigree", {}))
    return [
        _base(one, one.get("purl"), one.get("version"), _digests(one, "hashes", "alg", "SHA-256", "content"))
        for one in _objects(pedigree.get("ancestors", []))
    ]


def read(raw: bytes) -> list[Base] | None:
    """List the bases of a bill of materials; None for a document of neither kind. Raises `AttestError`."""
    document = loads(raw, "bill of materials")
    if not isinstance(document, dict):
        return None
    if document.get("@context") == SPDX_CONTEXT:
        return _of_spdx(document)
    return named(document) if document.get("bomFormat") == "CycloneDX" else None


def _of_spdx(document: Object) -> list[Base]:
    """List each element that a root of the document descends from, whichever end of the relation says so."""
    nodes = _objects(document.get("@graph", []))
    roots = {root for one in nodes if one.get("type") == "software_Sbom" for root in _list(one.get("rootElement"))}
    wanted: list[object] = []
    for one in nodes:
        start, ends = str(one.get("from")), _list(one.get("to", []))
        if one.get("relationshipType") == "descendantOf" and start in roots:
            wanted.extend(ends)
        elif one.get("relationshipType") == "ancestorOf" and roots.intersection(ends):
            wanted.append(start)
    held = {str(one.get("spdxId")): one for one in nodes}
    return [_of_element(_object(held.get(str(name)))) for name in dict.fromkeys(wanted)]


def _of_element(one: Object) -> Base:
    version = one.get("software_packageVersion")
    digests = _digests(one, "verifiedUsing", "algorithm", "sha256", "hashValue")
    return _base(one, one.get("software_packageUrl"), version, digests)


def against(found: list[Base] | None, asked: Bases) -> Iterator[Problem]:
    """Compare bases with what is allowed. None: nothing with the model says what it comes from."""
    if found is None:
        if asked.unknown == "deny":
            reason = "no bill of materials says what the model comes from"
            yield Problem(code=Code.BASE_UNKNOWN, reason=reason)
        return
    for called, pins in found:
        if pins and not set(pins) & set(asked.allow):
            reason = f"the base {printable(called)!r} is none of those allowed"
            yield Problem(code=Code.BASE_NOT_ALLOWED, reason=reason)
        if not pins and asked.unknown == "deny":
            reason = f"the base {printable(called)!r} is named without a commit and without a digest"
            yield Problem(code=Code.BASE_UNKNOWN, reason=reason)


def _base(one: Object, purl: object, version: object, digests: tuple[str, ...]) -> Base:
    """Pin a base as a policy would: by the commit of its repository, by its digest."""
    name = one.get("name")
    called = name if isinstance(name, str) else "unnamed"
    found = _PURL.fullmatch(purl) if isinstance(purl, str) else None
    commit = found[2] if found and found[2] else version
    pinned = isinstance(commit, str) and _COMMIT.fullmatch(commit)
    at = (f"hf:{found[1] if found else called}@{commit}",) if pinned else ()
    return called, (*at, *(f"sha256:{digest}" for digest in digests))


def _digests(one: Object, key: str, kind: str, algorithm: str, value: str) -> tuple[str, ...]:
    return tuple(str(held.get(value)) for held in _objects(one.get(key, [])) if held.get(kind) == algorithm)


def _object(value: object) -> Object:
    if not isinstance(value, dict):
        raise AttestError(Code.STATEMENT_SHAPE, "an element that the bill of materials names is not there")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or any(isinstance(one, dict | list) for one in value):
        raise AttestError(Code.STATEMENT_SHAPE, "a list of the bill of materials holds what is no name")
    return value


def _objects(value: object) -> list[Object]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise AttestError(Code.STATEMENT_SHAPE, "a list of the bill of materials holds what is no object")
    return value
