"""Orbax checkpoints: the JSON files beside the arrays."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_BLANK = b" \t\r\n"
_MARKS = (b'"tree_metadata"', b'"item_handlers"', b'"array_metadatas"', b'\\"sharding_type\\"')


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """A JSON object with the fields of one of the files."""
    return head.lstrip(_BLANK)[:1] == b"{" and any(mark in head for mark in _MARKS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the file names, and names that lead out of the checkpoint's folder."""
    from scanner.formats.orbax.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="orbax",
    spec="https://orbax.readthedocs.io/en/latest/guides/checkpoint/checkpoint_format.html",
    claims=claims,
    read=read,
    opens=b"{" + _BLANK,
    holds=(*_MARKS[:3], b'"sharding_type\\"'),
    reads="names of arrays and assets, handlers, how many arrays and shardings",
    leaves="what the handlers do; which device a sharding names",
)
