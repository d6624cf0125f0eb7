"""Zstandard frames, one or many."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim a frame, or a skippable frame with a further one behind it."""
    if head[:4] == b"\x28\xb5\x2f\xfd":
        return True
    if head[1:4] != b"\x2a\x4d\x18" or not 0x50 <= head[0] < 0x60:  # noqa: PLR2004 - RFC 8878 §3.1.2
        return False
    following = 8 + int.from_bytes(head[4:8], "little")
    return head[following : following + 4] == b"\x28\xb5\x2f\xfd"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream

    return read_stream(artifact, limits, codec.zstd(), kind="zstd", library="backports.zstd")


FORMAT = Format(
    name="zstd",
    spec="https://www.rfc-editor.org/rfc/rfc8878",
    claims=claims,
    read=read,
    opens=bytes((0x28, *range(0x50, 0x60))),
    reads="every frame, and what follows the last one",
    leaves="frames that need a dictionary",
)
