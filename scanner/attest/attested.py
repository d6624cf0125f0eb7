"""What a statement of a verdict says, read strictly: which bytes it is about, what came of them, when and by whom.

The signature around it is checked elsewhere; here nothing is trusted but the form. A statement counts for a model only
where `differences` finds none.
"""

from collections.abc import Mapping

from scanner.attest import predicates
from scanner.attest.errors import AttestError, Code
from scanner.attest.oms import hexadecimal
from scanner.attest.strict import loads
from scanner.limits import SIGNED_RESOURCES
from scanner.record import record

Object = Mapping[str, object]


@record
class Attested:
    """A statement. `passed`: it says that the model passed, with everything looked at; a bill of materials never does.

    `made` and `until` are as written (RFC 3339), "" where it does not say. `verifier` is a URI. `root` is the digest of
    the first subject, `files` those of the others by name. `policies` are the digests of what it was judged by.
    """

    kind: str
    passed: bool
    made: str
    until: str
    verifier: str
    policies: tuple[str, ...]
    root: str
    files: Mapping[str, str]


def read(payload: bytes) -> Attested:
    """Read the payload of an envelope. Raises `AttestError`, also for predicates that say nothing of a scan."""
    statement = _object(loads(payload, "statement"), "statement")
    if statement.get("_type") != predicates.STATEMENT:
        raise AttestError(Code.STATEMENT_SHAPE, f"the payload's _type is not {predicates.STATEMENT}")
    kind = statement.get("predicateType")
    predicate = _object(statement.get("predicate"), "predicate")
    said = {predicates.SVR: _svr, predicates.SCAN: _scan, predicates.VSA: _vsa, predicates.CYCLONEDX: _bom}
    if not isinstance(kind, str) or kind not in said:
        raise AttestError(Code.PREDICATE_TYPE, "the statement is none of a scan, and none that can stand for one")
    root, files = _subjects(statement.get("subject"))
    passed, made, until, policies = said[kind](predicate)
    verifier = "" if kind == predicates.CYCLONEDX else _text(_named(predicate, kind).get("id"), "id of the verifier")
    return Attested(
        kind=kind,
        passed=passed,
        made=made,
        until=until,
        verifier=verifier,
        policies=policies,
        root=root,
        files=files,
    )


def differences(attested: Attested, root: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """Name what a model has otherwise than the statement says: "" for the root, else files, sorted.

    `files` are the SHA-256 of all files by name; one that the statement lacks differs, and one that is missing too.
    """
    names = {name for name in {*attested.files, *files} if attested.files.get(name) != files.get(name)}
    return (*([""] if attested.root != root or not root else []), *sorted(names))


Said = tuple[bool, str, str, tuple[str, ...]]


def _svr(predicate: Object) -> Said:
    properties = predicate.get("properties")
    listed = properties if isinstance(properties, list) else []
    passed = predicates.PASSED in listed and predicates.COMPLETE in listed
    digests = _digests(_named(predicate, predicates.SVR).get("policies"))
    return passed, _text(predicate.get("timeCreated"), "timeCreated"), "", digests


def _scan(predicate: Object) -> Said:
    coverage = _object(predicate.get("coverage"), "coverage")
    time = _object(predicate.get("time"), "time")
    scanner = _object(predicate.get("scanner"), "scanner")
    configuration = _object(predicate.get("configuration"), "configuration")
    passed = predicate.get("verdict") == "PASSED" and coverage.get("complete") is True and not coverage.get("skipped")
    until = _text(time["validUntil"], "validUntil") if "validUntil" in time else ""
    digests = _digests([configuration.get("policy"), scanner.get("ruleset")])
    return passed, _text(time.get("finishedOn"), "finishedOn"), until, digests


def _vsa(predicate: Object) -> Said:
    passed = predicate.get("verificationResult") == "PASSED" and predicate.get("verifiedLevels") == [predicates.PASSED]
    return passed, _text(predicate.get("timeVerified"), "timeVerified"), "", _digests([predicate.get("policy")])


def _bom(predicate: Object) -> Said:
    metadata = _object(predicate.get("metadata"), "metadata")
    return False, _text(metadata.get("timestamp"), "timestamp"), "", ()


def _named(predicate: Object, kind: str) -> Object:
    """Find who verified: `scanner` in our own predicate, `verifier` in the others."""
    key = "scanner" if kind == predicates.SCAN else "verifier"
    return _object(predicate.get(key), key)


def _digests(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list):
        raise AttestError(Code.STATEMENT_SHAPE, "policies is no list")
    return tuple(_digest(_object(one, "policy"), "policy") for one in listed)


def _subjects(listed: object) -> tuple[str, dict[str, str]]:
    """Take the root and the files: the first subject is the model, each other one of its files, by one name."""
    if not isinstance(listed, list) or not 1 <= len(listed) <= SIGNED_RESOURCES + 1:
        raise AttestError(Code.SUBJECT_COUNT, "the statement has no subject, or too many")
    first, *others = (_object(one, "subject") for one in listed)
    files: dict[str, str] = {}
    for one in others:
        name = _text(one.get("name"), "name of a subject")
        if name in files:
            raise AttestError(Code.RESOURCE_REPEATED, "a subject is listed twice")
        files[name] = _digest(one, "subject")
    return _digest(first, "subject"), files


def _digest(holder: Object, what: str) -> str:
    digests = _object(holder.get("digest"), f"digest of a {what}")
    return hexadecimal(digests.get("sha256"), "sha256", what).hex()


def _object(value: object, what: str) -> Object:
    if not isinstance(value, dict):
        raise AttestError(Code.STATEMENT_SHAPE, f"{what} is no object")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise AttestError(Code.STATEMENT_SHAPE, f"{what} is no text")
    return value
