"""What a GGUF file holds, line by line, for a reader of lists."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.formats.gguf.cursor import ARRAY, SCALARS
from scanner.formats.gguf.header import begin, fill
from scanner.formats.gguf.reading import alignment_of
from scanner.limits import Limits
from scanner.tensors import Row


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield metadata, then tensors in the order of the file. Raises `MalformedError` as the reader does.

    The dtype of a metadata row is the `struct` code of its value, "text" or "array"; `shape` counts elements.
    """
    with artifact.open() as stream:
        header = begin(stream)
        fill(header, stream, artifact.size, limits)
    for pair in header.pairs:
        dtype = "array" if pair.code == ARRAY else SCALARS.get(pair.code, "text")
        value = "" if pair.value is None else str(pair.value)
        yield Row("metadata", pair.key, dtype, (pair.length,), pair.end - pair.start, pair.start, value)
    alignment = alignment_of(header)[0]
    data = -(-header.end // alignment) * alignment
    for tensor in header.tensors:
        yield Row("tensor", tensor.name, tensor.dtype, tensor.shape, max(0, tensor.nbytes), data + tensor.offset)
