"""Images of OCI and Docker, and Ollama models: JSON that names parts by digest, layouts, what an image runs."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_OPENS = pattern(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')
_PARTS = (b'"layers"', b'"config"', b'"manifests"')
# The manifest.json of `docker save`: a list of images, each with its configuration and layers.
_SAVED = pattern(rb'\s*\[\s*\{\s*"(?:Config|RepoTags|Layers)"')


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """An object with the fields of a manifest, of a layout or of an image's configuration; a list of saved images."""
    if not _OPENS.match(head):
        return _SAVED.match(head) is not None
    if b'"imageLayoutVersion"' in head or (b'"rootfs"' in head and b'"diff_ids"' in head):
        return True
    if b'"digest"' not in head or b'"mediaType"' not in head:
        return False
    return b'"schemaVersion"' in head and any(part in head for part in _PARTS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the document names, names that are none, and what an image runs."""
    from scanner.formats.oci.manifest import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="oci",
    spec="https://github.com/opencontainers/image-spec/blob/main/spec.md",
    claims=claims,
    read=read,
    opens=b"{[\xef\t\n\x0b\x0c\r ",
    holds=(b'"imageLayoutVersion"', b'"rootfs"', b'"schemaVersion"', b'"Config"', b'"RepoTags"', b'"Layers"'),
    reads="digests, sizes, media types and file names of all parts of a manifest or an index, layouts, saved images, "
    "what an image's configuration runs",
    leaves="the blobs themselves, which are files of their own; blobs inside an archive against their digests",
)
