"""Which bytes a bill of materials is about: root and files of a CycloneDX or SPDX document that this program wrote."""

from collections.abc import Iterator, Mapping

from scanner.attest.errors import AttestError, Code
from scanner.attest.oms import hexadecimal
from scanner.attest.predicates import SPDX_CONTEXT
from scanner.attest.strict import loads
from scanner.limits import SIGNED_RESOURCES

Object = Mapping[str, object]
Found = tuple[str, dict[str, str]]
"""The digest of the model as a whole, "" where the document has none, and the SHA-256 of each file by its name."""


def read(raw: bytes) -> Found:
    """Read a document. Raises `AttestError` where it is none, or lists a file twice."""
    document = loads(raw, "bill of materials")
    if not isinstance(document, dict):
        raise AttestError(Code.STATEMENT_SHAPE, "a bill of materials is an object")
    if document.get("bomFormat") == "CycloneDX":
        return _gathered(_cyclonedx(document))
    if document.get("@context") == SPDX_CONTEXT:
        return _gathered(_spdx(document))
    raise AttestError(Code.STATEMENT_SHAPE, "a bill of materials is CycloneDX, or SPDX 3.0.1")


Entry = tuple[bool, str, str]
"""Whether it is the model itself, its name, its digest."""


def _gathered(entries: Iterator[Entry]) -> Found:
    root = ""
    files: dict[str, str] = {}
    for own, name, digest in entries:
        if own:
            root = digest
        elif name in files or len(files) >= SIGNED_RESOURCES:
            raise AttestError(Code.RESOURCE_REPEATED, "a bill of materials lists a file twice, or too many")
        else:
            files[name] = digest
    return root, files


def _cyclonedx(document: Object) -> Iterator[Entry]:
    metadata = document.get("metadata")
    model = metadata.get("component") if isinstance(metadata, dict) else None
    if not isinstance(model, dict):
        raise AttestError(Code.STATEMENT_SHAPE, "the bill of materials has no main component")
    yield True, "", _digest(model, "hashes", "alg", "SHA-256", "content")
    for one in _objects(model.get("components")):
        if one.get("type") == "file":
            yield False, _name(one), _digest(one, "hashes", "alg", "SHA-256", "content")


def _spdx(document: Object) -> Iterator[Entry]:
    nodes = list(_objects(document.get("@graph")))
    roots = {str(root) for one in nodes if one.get("type") == "software_Sbom" for root in _list(one.get("rootElement"))}
    for one in nodes:
        own = one.get("spdxId") in roots
        if own or one.get("type") == "software_File":
            yield own, _name(one), _digest(one, "verifiedUsing", "algorithm", "sha256", "hashValue")


def _digest(holder: Object, key: str, kind: str, algorithm: str, value: str) -> str:
    """Return the SHA-256 of an entry, "" where it has none."""
    for one in _objects(holder.get(key)):
        if one.get(kind) == algorithm:
            return hexadecimal(one.get(value), "sha256", "a file").hex()
    return ""


def _name(holder: Object) -> str:
    name = holder.get("name")
    if not isinstance(name, str):
        raise AttestError(Code.STATEMENT_SHAPE, "an entry of the bill of materials has no name")
    return name


def _objects(value: object) -> Iterator[Object]:
    for one in _list(value):
        if not isinstance(one, dict):
            raise AttestError(Code.STATEMENT_SHAPE, "a list of the bill of materials holds what is no object")
        yield one


def _list(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise AttestError(Code.STATEMENT_SHAPE, "a list of the bill of materials is none")
    return value
