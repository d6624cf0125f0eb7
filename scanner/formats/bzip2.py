"""bzip2 streams, one or many."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

BLOCKS = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
"""The first six bytes of a block, and of the end mark: pi and its square root in decimal digits."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the magic with a block size, followed by the mark of a block or of the end."""
    return head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in BLOCKS


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream

    return read_stream(artifact, limits, codec.BZIP2, kind="bzip2")


FORMAT = Format(
    name="bzip2",
    spec="https://sourceware.org/bzip2/",
    claims=claims,
    read=read,
    opens=b"B",
    reads="every member, and what follows the last one",
)
