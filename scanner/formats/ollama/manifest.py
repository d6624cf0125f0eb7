"""From a manifest to facts: every digest must be one, every name a plain one."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.layer import ImageManifest, LayerName
from scanner.format import MalformedError
from scanner.json_object import JsonObject, decode
from scanner.limits import Limits
from scanner.members import leads

# OCI image-spec, descriptor.md: registered algorithms. Ollama names its blob files with a dash.
DIGEST = re.compile(r"sha256[:-][0-9a-f]{64}|sha512[:-][0-9a-f]{128}")
TITLE = "org.opencontainers.image.title"
NAMED = 1000
TYPES = 50
NAME_CHARACTERS = 300


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a manifest; see `Format.read`. Raises `MalformedError` where it is no JSON object."""
    if artifact.size > limits.text_nbytes:
        yield LimitReached(where=artifact.at(0), limit="manifest", bound=limits.text_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    found, _ = decode(raw, 0)
    if not isinstance(found, JsonObject):
        message = "the manifest is no object"
        raise MalformedError(message, 0)
    parts = list(_parts(found))
    version = found.get("schemaVersion")
    kinds = dict.fromkeys(kind for part in parts if isinstance(kind := part.get("mediaType"), str))
    yield ImageManifest(
        where=artifact.at(0),
        version=version if type(version) is int and abs(version) < NAMED else -1,
        layers=len(parts),
        types=tuple(kind[:NAME_CHARACTERS] for kind in kinds)[:TYPES],
    )
    wrong = [fact for part in parts for fact in _names(artifact, part)]
    yield from wrong[:NAMED]
    if len(wrong) > NAMED:
        yield LimitReached(where=artifact.at(), limit="names", bound=NAMED, unit="names")


def _parts(manifest: JsonObject) -> Iterator[JsonObject]:
    for key in ("config", "subject", "layers", "manifests"):
        value = manifest.get(key)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, JsonObject):
                yield part


def _names(artifact: Artifact, part: JsonObject) -> Iterator[LayerName]:
    digest = part.get("digest")
    if isinstance(digest, str) and not DIGEST.fullmatch(digest):
        yield LayerName(where=artifact.at(), role="digest", name=digest[:NAME_CHARACTERS], how=_how(digest) or "form")
    notes = part.get("annotations")
    title = notes.get(TITLE) if isinstance(notes, JsonObject) else None
    if isinstance(title, str) and _out(title):
        yield LayerName(where=artifact.at(), role="title", name=title[:NAME_CHARACTERS], how=_out(title))


def _how(digest: str) -> str:
    """A digest becomes a file name: any separator in it is one too many (CVE-2024-37032)."""
    return _out(digest) or ("separator" if "/" in digest or "\\" in digest else "")


def _out(name: str) -> str:
    return leads(name)
