"""Flax checkpoints: a tree of arrays in MessagePack."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_MAP = re.compile(rb"(?:[\x81-\x8f]|\xde..|\xdf....)(?:[\xa1-\xbf]|\xd9.)[ -~]", re.DOTALL)
_ARRAY = re.compile(rb"(?:\xc7.|\xc8..|\xc9....)\x01\x93(?:[\x90-\x9f]|\xdc..)", re.DOTALL)
"""Extension 1 of Flax is an array: a list of shape, dtype and bytes."""


def claims(head: bytes, path: str) -> bool:
    """A map with a text for its first key, named as MessagePack or with an array of Flax in the head."""
    return _MAP.match(head) is not None and (path.endswith(".msgpack") or _ARRAY.search(head) is not None)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the table of arrays, arrays that do not fit, and extensions that Flax does not know."""
    from scanner.formats.flax.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="flax",
    spec="https://github.com/google/flax/blob/main/flax/serialization.py",
    claims=claims,
    read=read,
    reads="every item of the MessagePack tree, shapes, dtypes and sizes of arrays, the first bytes of each",
    leaves="the numbers inside arrays; folders of Orbax and their OCDBT databases",
)
