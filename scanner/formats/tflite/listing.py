"""What a TensorFlow Lite file holds, line by line, for a reader of lists."""

from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.flatbuffer import Flat
from scanner.formats.tflite.graphs import Graph, graphs
from scanner.formats.tflite.reading import CODES, DESCRIPTION, ENTRIES, GRAPHS, NAME_NBYTES, operator_of, places_of
from scanner.limits import Limits
from scanner.tensors import Row, Span


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield the description, then for each graph inputs, outputs, operators (`shape` counts nodes) and tensors.

    Raises `MalformedError` as the reader does, after the lines that could be read.
    """
    del limits
    with artifact.open() as stream:
        model = Flat(stream, artifact.size).root()
        description = model.text(DESCRIPTION, NAME_NBYTES)
        if description:
            yield Row("metadata", "description", "text", (), len(description), value=description)
        codes = [operator_of(code) for code in model.tables(CODES)]
        places, _ = places_of(model)
        for graph in graphs(model.tables(GRAPHS), ENTRIES, codes):
            yield from _graph(graph, codes, places)


def _graph(graph: Graph, codes: list[str], places: list[Span]) -> Iterator[Row]:
    for kind, indices in (("input", graph.inputs), ("output", graph.outputs)):
        for index in indices:
            if 0 <= index < len(graph.tensors):
                tensor = graph.tensors[index]
                yield Row(kind, tensor.name, tensor.dtype, tensor.shape, tensor.nbytes)
    counts = Counter(codes[node.code] for node in graph.operators if node.code < len(codes))
    yield from (Row("operator", name, "", (count,)) for name, count in sorted(counts.items()))
    for tensor in graph.tensors:
        place = places[tensor.buffer] if 0 < tensor.buffer < len(places) else Span(0, 0, "")
        if place.end > place.start:
            yield Row("tensor", tensor.name, tensor.dtype, tensor.shape, place.end - place.start, place.start)
