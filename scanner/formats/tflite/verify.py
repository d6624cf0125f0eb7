"""Indices and ranges of a TensorFlow Lite model: which of them lead nowhere."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.facts.tflite import TfliteReference
from scanner.formats.tflite.graphs import Graph, Tensor
from scanner.tensors import Span, bounded
from scanner.text import printable

_OPTIONAL = -1
"""Index of an input that is left out (kTfLiteOptionalTensor)."""


class Lists(NamedTuple):
    """What the indices of a model refer to. `outside`: buffers that lie outside the FlatBuffer."""

    artifact: Artifact
    codes: list[str]
    buffers: list[Span]
    outside: int

    def fact(self, what: str, name: str, index: int, count: int) -> TfliteReference:
        """State one index."""
        return TfliteReference(
            where=self.artifact.at(), what=what, name=printable(name, 200), index=bounded(index), count=bounded(count)
        )


def references(lists: Lists, number: int, graph: Graph) -> Iterator[TfliteReference]:
    """Yield the indices of one graph that lead nowhere; of each kind the first one in it."""
    if number == 0:
        yield from _ranges(lists)
    told: set[str] = set()
    for fact in (*_tensors(lists, graph), *_operators(lists, graph), *_ends(lists, graph)):
        if fact.what not in told:
            told.add(fact.what)
            yield fact


def _ranges(lists: Lists) -> Iterator[TfliteReference]:
    for span in lists.buffers:
        if span.end > lists.artifact.size:
            yield lists.fact("buffer-range", span.name, span.end, lists.artifact.size)
            return


def _tensors(lists: Lists, graph: Graph) -> Iterator[TfliteReference]:
    for tensor in graph.tensors:
        if tensor.buffer >= len(lists.buffers):
            yield lists.fact("tensor-buffer", tensor.name, tensor.buffer, len(lists.buffers))
        elif any(size < 0 for size in tensor.shape):
            yield lists.fact("shape", tensor.name, min(tensor.shape), 0)
        elif _is_short(lists, tensor):
            span = lists.buffers[tensor.buffer]
            yield lists.fact("tensor-range", tensor.name, tensor.nbytes, span.end - span.start)


def _is_short(lists: Lists, tensor: Tensor) -> bool:
    """A tensor of constants reads as many bytes as its shape says."""
    span = lists.buffers[tensor.buffer]
    held = span.end - span.start
    return bool(tensor.buffer) and not tensor.sparse and 0 < held < tensor.nbytes


def _operators(lists: Lists, graph: Graph) -> Iterator[TfliteReference]:
    count = len(graph.tensors)
    for node in graph.operators:
        if node.code >= len(lists.codes):
            yield lists.fact("operator-code", graph.name, node.code, len(lists.codes))
            continue
        for index in node.tensors:
            if index >= count or index < _OPTIONAL:
                yield lists.fact("operator-tensor", lists.codes[node.code], index, count)
                break
        offset, size = node.options
        if offset + size > lists.artifact.size:
            yield lists.fact("options-range", lists.codes[node.code], offset + size, lists.artifact.size)


def _ends(lists: Lists, graph: Graph) -> Iterator[TfliteReference]:
    count = len(graph.tensors)
    for what, indices in (("graph-input", graph.inputs), ("graph-output", graph.outputs)):
        for index in indices:
            if not 0 <= index < count:
                yield lists.fact(what, graph.name, index, count)
                break
