"""Zip archives, read as loosely as the loosest loader and compared record by record."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x01\x02", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
"""Member, end record (an empty archive), zip64 end record, directory, and the two marks of a spanned archive."""

TAIL_NBYTES = 22 + 0xFFFF
"""How far from the end the end record can lie: its comment's length is 16 bits."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim what starts with a record of the format; an archive behind other bytes is found by `appended`."""
    return head.startswith(SIGNATURES)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield every member under every name that a reader could know it by, and every disagreement of the records."""
    from scanner.formats.zip.archive import read as read_archive

    return read_archive(artifact, limits)


FORMAT = Format(
    name="zip",
    spec="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT",
    claims=claims,
    read=read,
    opens=b"P",
    reads="members stored, deflated, bzip2, lzma or zstd; local headers against the directory; zip64; bytes outside",
    leaves="encrypted members, deflate64 and other rare methods, parts of a split archive",
)
