"""LZMA streams without a container, as joblib and older tools write them."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits

HEADER_NBYTES = 13
LARGEST = 1 << 48
USUAL = 0x5D
"""lc=3, lp=0, pb=2: what encoders write unless told otherwise."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim a header whose fields make sense and whose first bytes decompress; there is no magic."""
    if len(head) <= HEADER_NBYTES or head[0] >= 9 * 5 * 5 or head[HEADER_NBYTES]:
        return False
    dictionary, size = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    exact = dictionary >= 1 << 12 and (dictionary & (dictionary - 1) == 0 or _two_bits(dictionary))
    return exact and (size < LARGEST or size == (1 << 64) - 1) and _decompresses(head)


def _two_bits(number: int) -> bool:
    """Say whether a number is 2^n + 2^(n-1), the other dictionary size that encoders write."""
    lowest = number & -number
    return number == 3 * lowest


def _decompresses(head: bytes) -> bool:
    import lzma

    try:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=1 << 30)
        content = decoder.decompress(head, 1 << 16)
    except (lzma.LZMAError, MemoryError):
        return False
    # Properties that no encoder writes by itself need a stream that ends, or a whole head that decompresses.
    return bool(content) and (decoder.eof or head[0] == USUAL or len(head) == HEAD_NBYTES)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the content as one artifact, and what follows the last member."""
    from scanner import codec
    from scanner.compressed import read_stream

    return read_stream(artifact, limits, codec.LZMA, kind="lzma")


FORMAT = Format(
    name="lzma",
    spec="https://github.com/tukaani-project/xz/blob/master/doc/lzma-file-format.txt",
    claims=claims,
    read=read,
    reads="the stream, and what follows it",
)
