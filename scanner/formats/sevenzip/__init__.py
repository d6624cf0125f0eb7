"""7z archives, through py7zr where it is installed."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the signature."""
    return head[:6] == b"7z\xbc\xaf\x27\x1c"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield every member, unpacked into memory within bounds, and where names lead."""
    from scanner.formats.sevenzip.archive import read as read_archive

    return read_archive(artifact, limits)


FORMAT = Format(
    name="7z",
    spec="https://www.7-zip.org/7z.html",
    claims=claims,
    read=read,
    opens=b"7",
    reads="every member, with the extra modelassay[7z]",
    leaves="encrypted archives, BCJ2; more content than fits in memory",
)
