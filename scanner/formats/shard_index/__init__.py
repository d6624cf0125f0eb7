"""The index of a sharded checkpoint: a JSON object that maps tensors to files."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:
    """A JSON object whose head names a weight map, or any JSON object under the name of an index."""
    opens = head.lstrip(b" \t\r\n")[:1] == b"{"
    return opens and (b'"weight_map"' in head or path.endswith((".safetensors.index.json", ".bin.index.json")))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the index, one fact for each file it names, and keys given twice."""
    from scanner.formats.shard_index.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="shard-index",
    spec="https://huggingface.co/docs/transformers/big_models#shard-metadata",
    claims=claims,
    read=read,
    opens=b"{ \t\r\n",
    holds=(b'"weight_map"',),
    named=(".safetensors.index.json", ".bin.index.json"),
    reads="the map of tensors to files, the total size, keys given twice",
    leaves="other metadata",
)
