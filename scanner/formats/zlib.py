"""zlib streams, as joblib writes them."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

CERTAIN_NBYTES = 64
"""Decompressed bytes after which a header of plain letters is believed."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim a valid header whose data decompresses without an error as far as the head goes.

    The header alone is no proof: `(S`, the start of many a protocol 0 pickle, is a valid one.
    """
    if len(head) < 8 or head[0] & 0x8F != 0x08 or (head[0] << 8 | head[1]) % 31 or head[1] & 0x20:  # noqa: PLR2004 - RFC 1950 §2.2
        return False
    import zlib

    decoder = zlib.decompressobj()
    try:
        content = decoder.decompress(head, 1 << 16)
    except zlib.error:
        return False
    return decoder.eof or len(content) >= (1 if head[0] == 0x78 and head[1] != 0x5E else CERTAIN_NBYTES)  # noqa: PLR2004 - "x^"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream

    return read_stream(artifact, limits, codec.ZLIB, kind="zlib")


FORMAT = Format(
    name="zlib",
    spec="https://www.rfc-editor.org/rfc/rfc1950",
    claims=claims,
    read=read,
    opens=bytes(range(0x08, 0x80, 0x10)),
    reads="the stream, and what follows it",
)
