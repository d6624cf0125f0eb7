"""Tar archives: v7, ustar, GNU and PAX, header by header."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

BLOCK_NBYTES = 512
CHECKSUM = slice(148, 156)
MAGICS = (b"ustar\x0000", b"ustar  \0", b"ustar\0\0\0")
"""Of POSIX, of GNU, and as some writers leave the version out."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim a first block whose checksum is right, or whose magic says tar."""
    if len(head) < BLOCK_NBYTES or not head[0]:
        return False
    block = head[:BLOCK_NBYTES]
    return block[257:265] in MAGICS or checked(block)


def checked(block: bytes) -> bool:
    """Say whether a header block carries its own checksum: the sum of its bytes, the checksum's own read as spaces.

    Some old writers add signed bytes; GNU tar and tarfile accept both.
    """
    digits = block[CHECKSUM].strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        return False
    declared = int(digits, 8)
    unsigned = sum(block) - sum(block[CHECKSUM]) + 8 * 0x20
    if declared == unsigned:
        return True
    high = sum(byte > 0x7F for byte in block) - sum(byte > 0x7F for byte in block[CHECKSUM])  # noqa: PLR2004 - sign bit
    return declared == unsigned - 256 * high


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield every member, where names and links lead, and the bytes behind the end mark."""
    from scanner.formats.tar.archive import read as read_archive

    return read_archive(artifact, limits)


FORMAT = Format(
    name="tar",
    spec="https://www.gnu.org/software/tar/manual/html_node/Standard.html",
    claims=claims,
    read=read,
    reads="v7, ustar, GNU (long names, sparse) and PAX headers; links; bytes behind the end mark",
    leaves="members that continue in another volume",
)
