"""Manifests of OCI images and of Ollama models: JSON that names parts by digest."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_OPENS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')
_PARTS = (b'"layers"', b'"config"', b'"manifests"')


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """An object with the fields of a manifest."""
    if not _OPENS.match(head) or b'"digest"' not in head or b'"mediaType"' not in head:
        return False
    return b'"schemaVersion"' in head and any(part in head for part in _PARTS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the manifest names, and names that are none."""
    from scanner.formats.ollama.manifest import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="ollama",
    spec="https://github.com/opencontainers/image-spec/blob/main/manifest.md",
    claims=claims,
    read=read,
    reads="digests, media types and file names of all parts of a manifest or an index",
    leaves="the blobs themselves, which are files of their own",
)
