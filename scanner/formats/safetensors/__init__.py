"""safetensors: the length of a JSON header, the header, then the data of tensors."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_POINTER = b"version https://git-lfs"
_OPENS = pattern(rb'\{[ \t\r\n]*(?:"|\})')
_FIELDS = (b'"data_offsets"', b'"__metadata__"', b'"dtype"')
_LENGTH_TOP = 4
"""Bytes 4 to 8 of the length are zero in every header that fits the format's 100 MB."""


def claims(head: bytes, path: str) -> bool:
    """A brace behind a length that fits, or behind any length where the header names tensors; or the name says so."""
    if path.endswith(".safetensors"):
        return not head.startswith(_POINTER)
    if not _OPENS.match(head, 8):
        return False
    return not any(head[_LENGTH_TOP:8]) or any(field in head for field in _FIELDS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the table, what is off about tensors and metadata, hidden bytes and loadable content."""
    from scanner.formats.safetensors.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="safetensors",
    spec="https://github.com/huggingface/safetensors#format",
    claims=claims,
    read=read,
    holds=(b"{",),
    named=(".safetensors",),
    reads="header length and JSON, keys given twice, dtypes, shapes and ranges of all tensors, metadata, "
    "bytes that no tensor covers, the first bytes of each tensor",
    leaves="the numbers inside tensors",
)
