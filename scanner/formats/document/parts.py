"""Leaves cut in parts, each small enough to be told as one fact."""

from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring_ascii
from typing import Final

from scanner.artifact import Artifact
from scanner.facts.document import Settings

LEAVES: Final = 1000
NBYTES: Final = 200_000
"""Most leaves of a part, and most bytes of its texts as they are told: in ASCII, escaped."""

_WIDEST: Final = 12
"""Bytes that one character becomes at most: two escapes of six."""


def parts(  # noqa: PLR0913, PLR0917 - the rows of a document
    artifact: Artifact,
    form: str,
    pointers: Sequence[str],
    kinds: Sequence[str],
    values: Sequence[str],
    lines: Sequence[int] = (),
) -> Iterator[Settings]:
    """Yield the rows of a document in parts, numbered from 0."""
    for number, (start, end) in enumerate(_cuts(pointers, values)):
        yield Settings(
            where=artifact.at(),
            format=form,
            part=number,
            pointers=tuple(pointers[start:end]),
            kinds="".join(kinds[start:end]),
            values=tuple(values[start:end]),
            lines=tuple(lines[start:end]),
        )


def _cuts(pointers: Sequence[str], values: Sequence[str]) -> Iterator[tuple[int, int]]:
    count = len(pointers)
    if count <= LEAVES and (sum(map(len, pointers)) + sum(map(len, values))) * _WIDEST <= NBYTES:
        yield 0, count
        return
    start = size = 0
    for index in range(count):
        more = len(encode_basestring_ascii(pointers[index])) + len(encode_basestring_ascii(values[index]))
        if index > start and (size + more > NBYTES or index - start >= LEAVES):
            yield start, index
            start, size = index, 0
        size += more
    yield start, count
