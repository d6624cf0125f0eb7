"""Models of sentencepiece: pieces with their scores, as a protocol buffer."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_PIECE = 0x0A
_LONGEST = 0x80


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """A first field that is a message of one text and one float: a piece and its score."""
    if len(head) < 8 or head[0] != _PIECE or not 2 < head[1] < _LONGEST or head[2] != _PIECE:  # noqa: PLR2004 - bytes
        return False
    score = 4 + head[3]  # or, for a score of 0, the type
    return (
        score < 2 + head[1]
        and head[score : score + 1] in {b"\x15", b"\x18"}
        and head[2 + head[1] :][:1] in {b"\x0a", b""}
    )


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the vocabulary and what the model does to texts."""
    from scanner.formats.sentencepiece.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="sentencepiece",
    spec="https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto",
    claims=claims,
    read=read,
    opens=b"\n",
    reads="pieces, scores, types, special ids, user-defined symbols, rules of normalization by name",
    leaves="compiled normalization tables, self-test samples",
)
