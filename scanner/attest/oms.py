"""The statement of OpenSSF Model Signing v1.0 (ossf/model-signing-spec, spec/v1.0.md): a manifest as signed bytes."""

import re
from collections.abc import Collection, Iterator
from typing import Final, Literal, cast

from scanner.attest import canonical, names
from scanner.attest.errors import AttestError, Code
from scanner.attest.hashing import LENGTHS
from scanner.attest.manifest import Manifest, Resource, in_order, listed_name
from scanner.attest.strict import loads
from scanner.limits import SIGNED_RESOURCES
from scanner.text import printable

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://model_signing/signature/v1.0"
PREDICATE_V01: Final = "https://model_signing/Digests/v0.1"

DECLARED: Final = "https://modelassay.dev/verdict"
"""Annotation of the subject: the verdict of the signer's scan, where it was not a pass and was signed nevertheless."""

Legacy = Literal["predicate-v0.1", "pae-v0.2", "rawBytes-key", "single-file-dot", "shard-spelling"]
LEGACY: Final[tuple[Legacy, ...]] = (
    "predicate-v0.1", "pae-v0.2", "rawBytes-key", "single-file-dot", "shard-spelling",
)  # fmt: skip
"""What earlier writers did otherwise than v1.0 says, each accepted only when it is asked for."""

_DIGEST = re.compile(r"[0-9a-f]+", re.ASCII)
_SHARD = re.compile(r"(?s)(?P<name>.+):(?P<start>0|[1-9][0-9]{0,17}):(?P<end>[1-9][0-9]{0,17})", re.ASCII)
_OLD_ALGORITHM = re.compile(r"(?P<algorithm>[a-z0-9]+)-sharded-(?P<size>[1-9][0-9]{0,17})", re.ASCII)

Object = dict[str, object]


def payload(manifest: Manifest) -> bytes:
    """Write the statement that is signed: equal manifests give equal bytes (RFC 8785)."""
    serialization: Object = {
        "method": manifest.serialization,
        "hash_type": manifest.algorithm,
        "allow_symlinks": False,
        "ignore_paths": sorted(manifest.ignored),
    }
    if manifest.shard_nbytes:
        serialization["shard_size"] = manifest.shard_nbytes
    subject: Object = {"name": manifest.model, "digest": {"sha256": manifest.root}}
    if manifest.declared:
        subject["annotations"] = {DECLARED: manifest.declared}
    resources = [
        {"name": listed_name(one), "algorithm": manifest.algorithm, "digest": one.digest.hex()}
        for one in manifest.resources
    ]
    predicate = {"serialization": serialization, "resources": resources}
    return canonical.encode(
        {"_type": STATEMENT, "subject": [subject], "predicateType": PREDICATE, "predicate": predicate}
    )


def parse(raw: bytes, legacy: Collection[str] = ()) -> Manifest:
    """Read a statement. `legacy` holds the names of `LEGACY` that are accepted. Raises `AttestError`."""
    statement = _object(loads(raw, "statement"), {"_type", "subject", "predicateType", "predicate"}, "statement")
    if statement.get("_type") != STATEMENT:
        raise AttestError(Code.STATEMENT_SHAPE, f"the payload's _type is not {STATEMENT}")
    kind = statement.get("predicateType")
    if kind == PREDICATE_V01:
        if "predicate-v0.1" not in legacy:
            raise AttestError(
                Code.LEGACY_PREDICATE, "the statement is of version 0.1; --legacy predicate-v0.1 reads it"
            )
        from scanner.attest import predicate_v01

        return predicate_v01.parse(statement)
    if kind != PREDICATE:
        raise AttestError(Code.PREDICATE_TYPE, f"predicateType is {printable(kind)!r}, not {PREDICATE}")
    name, digest, declared = _subject(statement.get("subject"))
    predicate = _object(statement.get("predicate"), {"serialization", "resources"}, "predicate")
    manifest = _Reader(predicate, legacy).manifest(name, declared)
    if manifest.root != digest:
        raise AttestError(Code.ROOT_DIGEST, "the subject's digest is not that of the listed resources")
    return manifest


def _subject(value: object) -> tuple[str, str, str]:
    """Take name, root digest and declared verdict of the one subject."""
    if not isinstance(value, list) or len(value) != 1:
        raise AttestError(Code.SUBJECT_COUNT, "a statement of model signing has exactly one subject")
    one = _object(value[0], None, "subject")
    digests = _object(one.get("digest"), None, "subject.digest")
    digest = hexadecimal(digests.get("sha256"), "sha256", "subject")
    notes = one.get("annotations")
    declared = notes.get(DECLARED, "") if isinstance(notes, dict) else ""
    return _string(one.get("name"), "subject.name"), digest.hex(), _string(declared, "annotation", empty=True)


class _Reader:
    """Reads one predicate; notes which older spellings it met."""

    def __init__(self, predicate: Object, legacy: Collection[str]) -> None:
        known = {"method", "hash_type", "allow_symlinks", "ignore_paths", "shard_size"}
        self.serialization = _object(predicate.get("serialization"), known, "serialization")
        self.listed = predicate.get("resources")
        self.legacy = legacy
        self.met: set[str] = set()
        self.algorithm = _string(self.serialization.get("hash_type"), "hash_type")
        if self.algorithm not in LENGTHS:
            raise AttestError(Code.HASH_UNKNOWN, f"hash_type {printable(self.algorithm)!r} is not known")
        self.shard_nbytes = self._shard_nbytes()

    def manifest(self, model: str, declared: str) -> Manifest:
        if not isinstance(self.serialization.get("allow_symlinks"), bool):
            raise AttestError(Code.STATEMENT_SHAPE, "allow_symlinks is true or false")
        ignored = self._ignored()
        resources = tuple(self._resources())
        check_resources(resources)
        return Manifest(
            model=model,
            algorithm=self.algorithm,
            resources=resources,
            ignored=ignored,
            shard_nbytes=self.shard_nbytes,
            declared=declared,
            legacy=tuple(sorted(self.met)),
        )

    def _shard_nbytes(self) -> int:
        method, size = self.serialization.get("method"), self.serialization.get("shard_size")
        if method == "files" and size is None:
            return 0
        if method != "shards":
            raise AttestError(Code.STATEMENT_SHAPE, "method is files (without shard_size) or shards")
        if isinstance(size, float) and size.is_integer():
            self._old("shard_size is written with a point")
            size = int(size)
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise AttestError(Code.STATEMENT_SHAPE, "shard_size is a number of bytes")
        return size

    def _old(self, what: str) -> None:
        """Accept, or refuse, a spelling of shards that the specification has not."""
        if "shard-spelling" not in self.legacy:
            raise AttestError(Code.SHARD_SPELLING, f"{what}; --legacy shard-spelling reads it")
        self.met.add("shard-spelling")

    def _ignored(self) -> tuple[str, ...]:
        held = self.serialization.get("ignore_paths", [])
        if not isinstance(held, list):
            raise AttestError(Code.STATEMENT_SHAPE, "ignore_paths is a list")
        for one in held:
            if _string(one, "ignored path", empty=True) in {"", ".", "./", "/"}:
                raise AttestError(Code.IGNORES_EVERYTHING, f"ignore_paths leaves out the whole model ({one!r})")
            names.check(one, "ignored path")
        return tuple(held)

    def _resources(self) -> Iterator[Resource]:
        listed = self.listed
        if not isinstance(listed, list):
            raise AttestError(Code.STATEMENT_SHAPE, "resources is a list")
        if not listed:
            raise AttestError(Code.RESOURCES_EMPTY, "the signature covers no file")
        if len(listed) > SIGNED_RESOURCES:
            raise AttestError(Code.RESOURCES_TOO_MANY, f"{len(listed)} resources, more than {SIGNED_RESOURCES}")
        for value in listed:
            one = _object(value, None, "resource")
            name = _string(one.get("name"), "resource name", empty=True)
            self._check_algorithm(one.get("algorithm"), name)
            yield self._resource(name, hexadecimal(one.get("digest"), self.algorithm, name))

    def _check_algorithm(self, given: object, name: str) -> None:
        if given == self.algorithm:
            return
        old = _OLD_ALGORITHM.fullmatch(given) if isinstance(given, str) and self.shard_nbytes else None
        if old is None or old["algorithm"] != self.algorithm or int(old["size"]) != self.shard_nbytes:
            reason = f"resource {printable(name)!r} is of {printable(given)!r}, the manifest of {self.algorithm}"
            raise AttestError(Code.RESOURCE_ALGORITHM, reason)
        self._old(f"algorithm {printable(given)!r} names the shards too")

    def _resource(self, listed: str, digest: bytes) -> Resource:
        if self.shard_nbytes:
            shard = _SHARD.fullmatch(listed)
            if shard is None:
                raise AttestError(Code.SHARD_COVERAGE, f"shard {printable(listed)!r} is not path:start:end")
            names.check(shard["name"])
            return Resource(name=shard["name"], digest=digest, start=int(shard["start"]), end=int(shard["end"]))
        if listed == "." and len(cast("list[object]", self.listed)) == 1:
            if "single-file-dot" not in self.legacy:
                reason = "the one signed file is called '.'; --legacy single-file-dot reads it"
                raise AttestError(Code.LEGACY_DOT, reason)
            self.met.add("single-file-dot")
        else:
            names.check(listed)
        return Resource(name=listed, digest=digest)


def check_resources(resources: tuple[Resource, ...]) -> None:
    """Refuse names listed twice, twins, and shards that overlap or leave a gap. Raises `AttestError`."""
    names.check_distinct(map(listed_name, resources))
    if resources[0].end is None:
        return
    names.check_distinct(dict.fromkeys(one.name for one in resources))
    reached: dict[str, int] = {}
    for one in sorted(resources, key=lambda shard: (shard.name, shard.start)):
        if one.start != reached.get(one.name, 0) or one.end is None or one.end <= one.start:
            reason = f"shards of {printable(one.name)!r} do not follow each other at byte {one.start}"
            raise AttestError(Code.SHARD_COVERAGE, reason)
        reached[one.name] = one.end


def hexadecimal(value: object, algorithm: str, name: str) -> bytes:
    """Read a digest in lower case and full length. Raises `AttestError`."""
    if not isinstance(value, str) or not _DIGEST.fullmatch(value) or len(value) != 2 * LENGTHS[algorithm]:
        reason = f"the digest of {printable(name)!r} is not {2 * LENGTHS[algorithm]} lower-case hex digits"
        raise AttestError(Code.DIGEST_SPELLING, reason)
    return bytes.fromhex(value)


def ordered(manifest: Manifest) -> bool:
    """Say whether resources are listed as v1.0 orders them; some writers sort by the parts of a path."""
    return manifest.resources == in_order(manifest.resources)


def _object(value: object, known: set[str] | None, what: str) -> Object:
    if not isinstance(value, dict):
        raise AttestError(Code.STATEMENT_SHAPE, f"{what} is no object")
    if known is not None and (strange := set(value) - known):
        raise AttestError(Code.STATEMENT_SHAPE, f"{what} has an unknown key {printable(min(strange))!r}")
    return value


def _string(value: object, what: str, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise AttestError(Code.STATEMENT_SHAPE, f"{what} is no text")
    return value
