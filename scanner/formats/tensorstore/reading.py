"""From a document with TensorStore specifications to the places they name."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.formats.tensorstore.places import PLACES, place
from scanner.formats.tensorstore.places import facts as places
from scanner.json_text import parse, walk
from scanner.limits import Limits

_KEYS = ("kvstore", "base")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the places of a document; see `Format.read`. Raises `MalformedError` where it is no JSON."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        top = parse(stream.read(artifact.size))
    found = list(places(_stores(artifact, top), "tensorstore"))
    yield from found
    if len(found) == PLACES:
        yield LimitReached(where=artifact.at(), limit="places", bound=PLACES, unit="places")


def _stores(artifact: Artifact, top: object) -> Iterator[tuple[Location, tuple[str, str, str]]]:
    """Find stores: what stands under `kvstore` or `base`, as an object or as an address."""
    for node in walk(top):
        for key in _KEYS:
            value = node.value.get(key) if isinstance(node.value, dict) else None
            known = place(value) if isinstance(value, dict | str) else None
            if known is not None:
                yield Location(path=artifact.path, pointer=f"{node.pointer}/{key}"), known
