"""RAR archives: recognised, so that nobody takes them for read."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the signature of version 4 or 5."""
    return head[:7] == b"Rar!\x1a\x07\x00" or head[:8] == b"Rar!\x1a\x07\x01\x00"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - nothing is read
    """State that the content is not read."""
    from scanner.facts import LibraryMissing

    yield LibraryMissing(where=artifact.at(), format="rar", library="", extra="")


FORMAT = Format(
    name="rar",
    spec="https://www.rarlab.com/technote.htm",
    claims=claims,
    read=read,
    opens=b"R",
    reads="the signature",
    leaves="all content",
)
