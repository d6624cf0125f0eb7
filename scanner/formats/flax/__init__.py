"""Flax checkpoints: a tree of arrays in MessagePack."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_MAP = pattern(rb"(?:[\x81-\x8f]|\xde..|\xdf....)(?:[\xa1-\xbf]|\xd9.)[ -~]", re.DOTALL)
_ARRAY = pattern(rb"(?:\xc7.|\xc8..|\xc9....)\x01\x93(?:[\x90-\x9f]|\xdc..)", re.DOTALL)
"""Extension 1 of Flax is an array: a list of shape, dtype and bytes."""

_STORE = b"\xa7kvstore"
"""T5X has specifications of TensorStore where large arrays belong."""


def claims(head: bytes, path: str) -> bool:
    """A map with a text for its first key, named as MessagePack, or with an array of Flax or a store in the head."""
    if _MAP.match(head) is None:
        return False
    return path.endswith(".msgpack") or _STORE in head or _ARRAY.search(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the table of arrays, arrays that do not fit, and extensions that Flax does not know."""
    from scanner.formats.flax.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="flax",
    spec="https://github.com/google/flax/blob/main/flax/serialization.py",
    claims=claims,
    read=read,
    opens=bytes((*range(0x81, 0x90), 0xDE, 0xDF)),
    reads="every item of the MessagePack tree, shapes, dtypes and sizes of arrays, the first bytes of each, places "
    "that TensorStore takes arrays from",
    leaves="the numbers inside arrays",
)
