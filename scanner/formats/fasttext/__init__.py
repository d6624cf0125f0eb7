"""fastText: parameters, a dictionary of words and labels, and two matrices (.bin, .ftz)."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

# src/fasttext.cc: FASTTEXT_FILEFORMAT_MAGIC_INT32 793712314, then version 11 or 12.
MAGIC = b"\xba\x16\x4f\x2f"


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The magic and a version of one byte."""
    return head[:4] == MAGIC and head[5:8] == b"\0\0\0"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the parameters, matrices that are smaller than the dictionary needs, labels that hold code."""
    from scanner.formats.fasttext.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="fasttext",
    spec="https://github.com/facebookresearch/fastText/blob/main/src/fasttext.cc",
    claims=claims,
    read=read,
    opens=MAGIC[:1],
    reads="parameters, every entry of the dictionary, both matrices, dense or quantised, against the dictionary and "
    "the file, texts of labels",
    leaves="texts of words, numbers in matrices; files from before the format had a magic number",
)
