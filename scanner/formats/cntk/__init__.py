"""CNTK 2: a model or checkpoint as one Dictionary of protobuf."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# Version 1, then an entry: a key and a value that has version 1 and a type.
_START = pattern(
    rb"\x08\x01\x12(?:[\x00-\x7f]|[\x80-\xff]{1,4}[\x00-\x7f])\n[\x01-\x40][\w ]{1,64}"
    rb"\x12(?:[\x00-\x7f]|[\x80-\xff]{1,4}[\x00-\x7f])\x08\x01\x10[\x01-\x0b]"
)


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The first entry of a dictionary."""
    return _START.match(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield functions that are not CNTK's own, and the summary of the graph."""
    from scanner.formats.cntk.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="cntk",
    spec="https://github.com/microsoft/CNTK/blob/master/Source/CNTKv2LibraryDll/proto/CNTK.proto",
    claims=claims,
    read=read,
    opens=b"\x08",
    reads="dictionaries at any depth, user-defined functions in Python and native ones, functions by their ids",
    leaves="attributes of CNTK's own functions, values of parameters; models of CNTK 1",
)
