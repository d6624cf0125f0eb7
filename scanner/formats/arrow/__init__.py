"""Arrow files and streams, Feather, and Parquet: their schemas, and the texts of Parquet."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """One of the magics; a stream by its marker and a message small enough to be a schema's."""
    if head.startswith((b"ARROW1\0\0", b"PAR1", b"FEA1")):
        return True
    return head[:4] == b"\xff\xff\xff\xff" and head[6:8] == b"\0\0" and b"\x10\0\0\0" in head[:16]


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the table, its metadata and its extension types, with what they store where it is loadable."""
    from scanner.formats.arrow.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="arrow",
    spec="https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc",
    claims=claims,
    read=read,
    opens=b"APF\xff",
    reads="the schema of Arrow files and streams and of Parquet, metadata keys, extension types and what they store, "
    "the texts and whole numbers of Parquet columns (all or a stated sample; see dataset)",
    leaves="columns of Arrow files; numbers with fractions; schemas of Feather version 1; encrypted Parquet footers",
)
