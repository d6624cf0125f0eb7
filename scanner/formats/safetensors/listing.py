"""What a safetensors file holds, line by line, for a reader of lists."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.formats.safetensors.header import METADATA, parse
from scanner.json_object import JsonObject
from scanner.limits import Limits
from scanner.tensors import Row


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield metadata, then tensors in the order of their data. Raises `MalformedError` as `parse` does."""
    del limits
    with artifact.open() as stream:
        header = parse(stream, artifact.size)
    metadata = header.top.get(METADATA)
    for key, value in metadata.items() if isinstance(metadata, JsonObject) else ():
        yield Row("metadata", key, value=value if isinstance(value, str) else repr(type(value).__name__))
    for tensor in sorted(header.tensors, key=lambda one: (one.start, one.name)):
        yield Row("tensor", tensor.name, tensor.dtype, tensor.shape, tensor.end - tensor.start, tensor.start)
