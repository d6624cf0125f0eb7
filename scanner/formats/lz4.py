"""LZ4 frames, one or many."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim a frame of the current format, or of the one before it."""
    return head[:4] in (b"\x04\x22\x4d\x18", b"\x02\x21\x4c\x18")


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream

    return read_stream(artifact, limits, codec.lz4(), kind="lz4", library="lz4")


FORMAT = Format(
    name="lz4",
    spec="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md",
    claims=claims,
    read=read,
    opens=b"\x04\x02",
    reads="every frame, and what follows the last one",
    leaves="the legacy frame of the Linux kernel",
)
