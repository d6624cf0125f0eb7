"""From a configuration to facts: one for each object of it that describes a model or a part of one."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import RepeatedKey
from scanner.format import MalformedError
from scanner.formats.model_config import NAMES
from scanner.formats.model_config.numbers import config, describes
from scanner.json_object import JsonObject
from scanner.json_text import Node, parse, walk
from scanner.limits import HEAD_NBYTES, Limits
from scanner.unrecognised import unrecognised
from scanner.whole import whole

NAME = "model-config"

PARTS = 64
"""Objects of one document that are told."""

REPEATED = 1000
"""Keys given twice that are told one by one."""

KEY_CHARACTERS = 200


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a configuration; see `Format.read`. Infinity is a number here, as it is to the loaders."""
    raw = whole(artifact, limits.header_nbytes, "document")
    if isinstance(raw, LimitReached):
        yield raw
        return
    top = _parsed(artifact, raw)
    if not isinstance(top, JsonObject):
        yield unrecognised(artifact, raw[:HEAD_NBYTES])
        return
    nodes = [node for node in walk(top) if isinstance(node.value, JsonObject)]
    found = [node for node in nodes if isinstance(node.value, JsonObject) and describes(node.value)]
    if not found:
        yield unrecognised(artifact, raw[:HEAD_NBYTES])
        return
    yield from _repeated(artifact, nodes)
    for node in found[:PARTS]:
        if isinstance(node.value, JsonObject):
            yield config(node.value, Location(path=artifact.path, pointer=node.pointer))
    if len(found) > PARTS:
        yield LimitReached(where=artifact.at(), limit="configurations", bound=PARTS, unit="objects")


def _parsed(artifact: Artifact, raw: bytes) -> object:
    """Parse a document. Under a name of ours it must be one; others only looked like it (lines of JSON, programs)."""
    try:
        return parse(raw)
    except MalformedError:
        if artifact.path.rpartition("/")[2].rpartition("!")[2] in NAMES:
            raise
        return None


def _repeated(artifact: Artifact, nodes: list[Node]) -> Iterator[Fact]:
    told = 0
    for node in nodes:
        for key, identical in node.value.repeated if isinstance(node.value, JsonObject) else ():
            told += 1
            if told > REPEATED:
                yield LimitReached(where=artifact.at(), limit="repeated keys", bound=REPEATED, unit="keys")
                return
            where = Location(path=artifact.path, pointer=node.pointer)
            yield RepeatedKey(where=where, format=NAME, place="config", key=key[:KEY_CHARACTERS], identical=identical)
