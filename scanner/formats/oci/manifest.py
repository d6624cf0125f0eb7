"""From the documents of an image to facts: every digest must be one, every name a plain one."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.layer import ImageManifest, ImagePart, LayerName
from scanner.format import MalformedError
from scanner.formats.oci.image import config
from scanner.json_object import JsonObject, decode
from scanner.limits import Limits
from scanner.members import leads
from scanner.tensors import bounded

# OCI image-spec, descriptor.md: registered algorithms. Ollama names its blob files with a dash.
DIGEST = re.compile(r"sha256[:-][0-9a-f]{64}|sha512[:-][0-9a-f]{128}")
TITLE = "org.opencontainers.image.title"
NAMED = 1000
TYPES = 50
NAME_CHARACTERS = 300


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a document; see `Format.read`. Raises `MalformedError` where it is of no kind known here."""
    if artifact.size > limits.text_nbytes:
        yield LimitReached(where=artifact.at(0), limit="manifest", bound=limits.text_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    found, _ = decode(raw, 0)
    if isinstance(found, list):
        yield from _bounded(artifact, _saved(artifact, found))
        return
    if not isinstance(found, JsonObject):
        message = "the manifest is no object"
        raise MalformedError(message, 0)
    if "rootfs" in found and "schemaVersion" not in found:
        yield from config(artifact, found)
        return
    parts = list(_parts(found))
    yield _manifest(artifact, found.get("schemaVersion"), parts)
    yield from _bounded(artifact, (fact for part in parts for fact in _part(artifact, part)))


def _manifest(artifact: Artifact, version: object, parts: list[JsonObject]) -> ImageManifest:
    kinds = dict.fromkeys(kind for part in parts if isinstance(kind := part.get("mediaType"), str))
    return ImageManifest(
        where=artifact.at(0),
        version=version if type(version) is int and abs(version) < NAMED else -1,
        layers=len(parts),
        types=tuple(kind[:NAME_CHARACTERS] for kind in kinds)[:TYPES],
    )


def _bounded(artifact: Artifact, found: Iterator[Fact]) -> Iterator[Fact]:
    for number, fact in enumerate(found):
        if number >= NAMED:
            yield LimitReached(where=artifact.at(), limit="names", bound=NAMED, unit="names")
            return
        yield fact


def _parts(manifest: JsonObject) -> Iterator[JsonObject]:
    for key in ("config", "subject", "layers", "manifests", "blobs"):
        value = manifest.get(key)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, JsonObject):
                yield part


def _part(artifact: Artifact, part: JsonObject) -> Iterator[Fact]:
    digest, size, kind = part.get("digest"), part.get("size"), part.get("mediaType")
    notes = part.get("annotations")
    title = notes.get(TITLE) if isinstance(notes, JsonObject) else None
    if isinstance(digest, str) and not DIGEST.fullmatch(digest):
        yield LayerName(where=artifact.at(), role="digest", name=digest[:NAME_CHARACTERS], how=_how(digest) or "form")
    elif isinstance(digest, str):
        yield ImagePart(
            where=artifact.at(),
            digest=digest.replace("-", ":", 1),
            kind=kind[:NAME_CHARACTERS] if isinstance(kind, str) else "",
            size=bounded(size) if type(size) is int else -1,
            title=title[:NAME_CHARACTERS] if isinstance(title, str) else "",
        )
    if isinstance(title, str) and leads(title):
        yield LayerName(where=artifact.at(), role="title", name=title[:NAME_CHARACTERS], how=leads(title))


def _how(digest: str) -> str:
    """A digest becomes a file name: any separator in it is one too many (CVE-2024-37032)."""
    return leads(digest) or ("separator" if "/" in digest or "\\" in digest else "")


def _saved(artifact: Artifact, images: list[object]) -> Iterator[Fact]:
    """Read what `docker save` writes: its names are paths inside the archive (CVE-2014-9356)."""
    for image in images:
        if not isinstance(image, JsonObject):
            continue
        layers = image.get("Layers")
        paths = [image.get("Config"), *(layers if isinstance(layers, list) else ())]
        yield ImageManifest(where=artifact.at(0), version=-1, layers=len(paths), types=())
        for path in paths:
            if isinstance(path, str) and leads(path):
                yield LayerName(where=artifact.at(), role="file", name=path[:NAME_CHARACTERS], how=leads(path))
