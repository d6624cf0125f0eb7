"""From a reference to artifacts: its manifest, those of an index, and every blob that they name."""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact, LimitReached
from scanner.facts.remote import StoreMismatch
from scanner.members import leads
from scanner.sources import Keep
from scanner.sources.oci.reference import DIGEST, Reference, parse
from scanner.sources.oci.registry import Registry
from scanner.sources.remote import File, artifacts

TITLE: Final = "org.opencontainers.image.title"
MANIFESTS: Final = 200
"""Manifests followed from one reference."""
SHA256: Final = "sha256:"


class Blob(NamedTuple):
    """A file of the registry, and where it is asked for."""

    file: File
    registry: Registry
    digest: str


class Fetch:
    """Gets ranges of blobs; used from many threads at once, by the broker alone."""

    def __init__(self, blobs: Sequence[Blob]) -> None:
        """Know where they are."""
        self._blobs = blobs

    def __call__(self, index: int, start: int, end: int) -> bytes:
        """Get a range. Raises `Again` or `OSError`."""
        blob = self._blobs[index]
        return blob.registry.blob(blob.digest, (start, end), blob.file.size)


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield manifests, then what they name. Raises `UsageError` for what the registry does not give."""
    blobs: dict[str, Blob] = {}
    for target in dict.fromkeys(targets):
        for item in _manifests(parse(target)):
            if not isinstance(item, Blob):
                yield item
            elif pattern := keep(item.file.path):
                yield Excluded(where=Location(path=item.file.path), pattern=pattern)
            else:
                _add(blobs, item)
    found = list(blobs.values())
    yield from artifacts([blob.file for blob in found], Fetch(found))


def _add(blobs: dict[str, Blob], item: Blob) -> None:
    """Keep a blob once; where another has its path, which clients write over each other, both are read."""
    path = item.file.path
    if blobs.setdefault(path, item).digest != item.digest:
        shown = item.registry.reference.shown
        path = f"{_named(shown, item.digest)}{path.removeprefix(shown)}"
        blobs.setdefault(path, item._replace(file=item.file._replace(path=path)))


def _named(shown: str, digest: str) -> str:
    return f"{shown}/blobs/{digest.replace(':', '/')}"


def _manifests(reference: Reference) -> Iterator[Artifact | Fact | Blob]:
    """Yield a manifest, those below it, and all blobs of both."""
    registry = Registry(reference)
    pending, seen = [reference.version], set[str]()
    while pending:
        version = pending.pop(0)
        if version in seen:
            continue
        if len(seen) >= MANIFESTS:
            where = Location(path=reference.shown)
            yield LimitReached(where=where, limit="manifests", bound=MANIFESTS, unit="manifests")
            return
        seen.add(version)
        content = registry.manifest(version)
        digest = SHA256 + hashlib.sha256(content).hexdigest()
        path = f"{reference.shown}/manifests/{digest}"
        yield Artifact(path=path, size=len(content), open=partial(io.BytesIO, content))
        if version.startswith(SHA256) and version != digest:
            yield StoreMismatch(where=Location(path=path), expected=version, found=digest)
        for part, follow in _parts(content):
            if follow:
                pending.append(str(part["digest"]))
            else:
                yield _blob(registry, part)


def _parts(content: bytes) -> Iterator[tuple[dict[str, object], bool]]:
    """Yield what a manifest names, and whether that is a manifest; what is wrong with it its reader says."""
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return
    for key in ("manifests", "config", "layers", "blobs"):
        value = manifest.get(key) if isinstance(manifest, dict) else None
        for part in value if isinstance(value, list) else (value,):
            if not isinstance(part, dict) or not isinstance(part.get("digest"), str):
                continue
            size = part.get("size")
            if DIGEST.fullmatch(part["digest"]) and type(size) is int and 0 <= size < 1 << 62:
                yield part, key == "manifests"


def _blob(registry: Registry, part: dict[str, object]) -> Blob:
    digest, size, notes = str(part["digest"]), part["size"], part.get("annotations")
    title = notes.get(TITLE) if isinstance(notes, dict) else None
    plain = isinstance(title, str) and 0 < len(title) <= 500 and not leads(title)  # noqa: PLR2004 - as long as a path
    shown = registry.reference.shown
    path = f"{shown}/{title}" if plain else _named(shown, digest)
    sha256 = digest.removeprefix(SHA256) if digest.startswith(SHA256) else ""
    return Blob(File(path=path, size=int(str(size)), sha256=sha256), registry, digest)
