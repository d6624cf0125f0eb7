"""What an ONNX file holds, line by line, for a reader of lists."""

from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.formats.onnx.parse import parse
from scanner.formats.onnx.reading import graphs_of
from scanner.limits import Limits
from scanner.protobuf import Wire
from scanner.tensors import Row


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield metadata, inputs, outputs, operators (`shape` counts nodes), tensors.

    Raises `MalformedError` as the reader does, after the lines that could be read.
    """
    with artifact.open() as stream:
        model, broken = parse(Wire(stream, artifact.size), artifact.size, limits)
    for text in model.texts:
        if text.place in ("metadata", "producer"):
            yield Row("metadata", text.key, "text", (), text.size, text.at, text.value)
    if model.graph is not None:
        yield from (Row("input", name) for name in model.graph.inputs)
        yield from (Row("output", name) for name in model.graph.outputs)
    counts = Counter((node.domain, node.operator) for graph in graphs_of(model) for node in graph.nodes)
    for (domain, operator), count in sorted(counts.items()):
        yield Row("operator", operator, domain, (count,))
    for tensor in model.tensors:
        place = tensor.data.start if tensor.data.start >= 0 else -1
        yield Row("tensor", tensor.name, tensor.dtype, tensor.shape, max(0, tensor.nbytes), place)
    if broken is not None:
        raise broken
