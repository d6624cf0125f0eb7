"""Statements of model-signing 0.2 (`https://model_signing/Digests/v0.1`): files are the subjects, without a root."""

from scanner.attest import names, oms
from scanner.attest.errors import AttestError, Code
from scanner.attest.manifest import Manifest, Resource
from scanner.limits import SIGNED_RESOURCES

WHOLE = "file-sha256"
"""The one kind of digest that is read: whole files. 0.2 could write shards too; nobody is known to have."""


def parse(statement: dict[str, object]) -> Manifest:
    """Read the manifest of such a statement. Raises `AttestError`."""
    subjects = statement.get("subject")
    if not isinstance(subjects, list):
        raise AttestError(Code.STATEMENT_SHAPE, "subject is a list")
    if not subjects:
        raise AttestError(Code.RESOURCES_EMPTY, "the signature covers no file")
    if len(subjects) > SIGNED_RESOURCES:
        raise AttestError(Code.RESOURCES_TOO_MANY, f"{len(subjects)} files, more than {SIGNED_RESOURCES}")
    resources = tuple(_resource(one) for one in subjects)
    oms.check_resources(resources)
    return Manifest(model="", algorithm="sha256", resources=resources, legacy=("predicate-v0.1",))


def _resource(value: object) -> Resource:
    one = value if isinstance(value, dict) else {}
    name, digest, notes = one.get("name"), one.get("digest"), one.get("annotations")
    if not isinstance(name, str) or not isinstance(digest, dict) or not isinstance(notes, dict):
        raise AttestError(Code.STATEMENT_SHAPE, "a subject has a name, a digest and annotations")
    if notes.get("actual_hash_algorithm") != WHOLE or set(digest) != {"sha256"}:
        raise AttestError(Code.HASH_UNKNOWN, f"a subject is digested otherwise than by {WHOLE}")
    names.check(name)
    return Resource(name=name, digest=oms.hexadecimal(digest["sha256"], "sha256", name))
