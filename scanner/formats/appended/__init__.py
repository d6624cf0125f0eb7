"""A zip behind something else: readers of zip look for it from the end, whatever the start is."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - every artifact has an end
    """Claim whatever is no zip from its start and could hold one: the smallest has 22 bytes."""
    if len(head) < HEAD_NBYTES and b"PK\x05\x06" not in head:
        return False  # the head is all there is
    return len(head) > 22 and head[:4] not in (b"PK\x03\x04", b"PK\x05\x06")  # noqa: PLR2004 - APPNOTE 6.3.10 §4.3.16


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the archive that the end of the artifact points to."""
    from scanner.formats.zip import TAIL_NBYTES
    from scanner.streams import read_at

    with artifact.open() as stream:
        tail = read_at(stream, max(0, artifact.size - TAIL_NBYTES), TAIL_NBYTES)
    if b"PK\x05\x06" in tail:
        from scanner.formats.appended.archive import read as read_archive

        yield from read_archive(artifact, limits)


FORMAT = Format(
    name="appended",
    spec="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT",
    claims=claims,
    read=read,
    everywhere=True,
    reads="zip archives behind other data, in every artifact",
)
