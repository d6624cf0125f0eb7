"""From the index of a sharded checkpoint to facts."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.metadata import RepeatedKey
from scanner.facts.tensor import ShardEntry, ShardIndex
from scanner.format import MalformedError
from scanner.json_object import JsonObject, decode
from scanner.limits import Limits
from scanner.members import leads
from scanner.tensors import bounded, digest

NAME = "shard-index"
SHARDS = 100_000
"""Files named by one index."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of an index; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    start = len(raw) - len(raw.lstrip(b" \t\r\n"))
    top, used = decode(raw[start:], start)
    if not isinstance(top, JsonObject):
        message = "the index is no object"
        raise MalformedError(message, start)
    if raw[start + used :].strip(b" \t\r\n"):
        yield Malformed(where=artifact.at(start + used), format=NAME, reason="the index goes on behind its JSON")
    weights = top.get("weight_map")
    if not isinstance(weights, JsonObject):
        message = "weight_map is no object"
        raise MalformedError(message, start)
    for place, mapping in (("index", top), ("weight_map", weights)):
        for key, identical in mapping.repeated:
            yield RepeatedKey(where=artifact.at(), format=NAME, place=place, key=key, identical=identical)
    yield from _entries(artifact, top, weights)


def _entries(artifact: Artifact, top: JsonObject, weights: JsonObject) -> Iterator[Fact]:
    shards: dict[str, list[str]] = {}
    for tensor, shard in weights.items():
        if not isinstance(shard, str):
            yield Malformed(where=artifact.at(), format=NAME, reason=f"tensor {tensor!r} is in no file")
            return
        shards.setdefault(shard, []).append(tensor)
    yield ShardIndex(where=artifact.at(), shards=len(shards), tensors=len(weights), total_nbytes=_total(top))
    for shard, tensors in sorted(shards.items())[:SHARDS]:
        yield ShardEntry(
            where=artifact.at(), shard=shard, tensors=len(tensors), names=digest(tensors), how=leads(shard)
        )
    if len(shards) > SHARDS:
        yield LimitReached(where=artifact.at(), limit="shards", bound=SHARDS, unit="files")


def _total(top: JsonObject) -> int:
    metadata = top.get("metadata")
    total = metadata.get("total_size") if isinstance(metadata, JsonObject) else None
    return bounded(int(total)) if isinstance(total, int | float) and abs(total) < float("inf") else -1
