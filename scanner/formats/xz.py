"""xz streams, one or many."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the magic of a stream header."""
    return head[:6] == b"\xfd7zXZ\0"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream

    return read_stream(artifact, limits, codec.XZ, kind="xz")


FORMAT = Format(
    name="xz",
    spec="https://tukaani.org/xz/xz-file-format.txt",
    claims=claims,
    read=read,
    opens=b"\xfd",
    reads="every stream, and what follows the last one",
)
