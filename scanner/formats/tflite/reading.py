"""From a TensorFlow Lite model to facts: every index and range against what is there."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import GraphSummary
from scanner.facts.tensor import TensorTable
from scanner.facts.tflite import TfliteModel, TfliteOperator
from scanner.flatbuffer import Flat, Table
from scanner.formats.tflite.flow import Model, conditions
from scanner.formats.tflite.graphs import Graph, graphs
from scanner.formats.tflite.names import BUILTINS
from scanner.formats.tflite.texts import external, texts
from scanner.formats.tflite.verify import Lists, references
from scanner.limits import Limits
from scanner.tensors import Span, bounded, digest, loadable

VERSION, CODES, GRAPHS, DESCRIPTION, BUFFERS, METADATA, SIGNATURES = 0, 1, 2, 3, 4, 6, 7
"""Fields of Model."""

ENTRIES = 1_000_000
"""Tensors, operators or buffers of one model."""

NAME_NBYTES = 300
_SHOWN = 20
_CUSTOM = 32
_FLEX = "Flex"


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a model; see `Format.read`."""
    del limits
    with artifact.open() as stream:
        model = Flat(stream, artifact.size).root()
        codes = [operator_of(code) for code in model.tables(CODES)]
        spans, outside = places_of(model)
        lists = Lists(artifact, codes, spans, outside)
        read = []
        for number, graph in enumerate(graphs(model.tables(GRAPHS), ENTRIES, codes)):
            read.append(graph)
            yield from references(lists, number, graph)
            if graph.full:
                yield LimitReached(where=artifact.at(), limit="entries", bound=ENTRIES, unit="entries")
        yield from _operators(artifact, codes, read)
        yield from texts(artifact, model, lists, read)
        yield from external(artifact, model)
        yield from _summary(artifact, model, codes, read, spans)
        roots = {0, *(signature.number(4, 4) for signature in model.tables(SIGNATURES))}
        yield from conditions(artifact, Model(model.flat, codes, spans, read, roots))
        yield from _blocks(artifact, stream, spans)


def operator_of(code: Table) -> str:
    """Name an operator: "CUSTOM:name", a built-in name, or its number. The larger number counts (schema, v3a)."""
    old, new = code.number(0, 1, signed=True), code.number(3, 4, signed=True)
    number = max(old, new)
    if number == _CUSTOM:
        return f"CUSTOM:{code.text(1, NAME_NBYTES)}"
    return BUILTINS[number] if 0 <= number < len(BUILTINS) else str(number)


def places_of(model: Table) -> tuple[list[Span], int]:
    """Return where each buffer's bytes lie, and how many lie outside the FlatBuffer (schema, v3c: offset and size)."""
    spans, outside = [], 0
    for index, buffer in enumerate(model.tables(BUFFERS)):
        start, size = buffer.vector(0, 1)
        offset = buffer.number(1, 8)
        if offset > 1:
            outside += 1
            start, size = offset, buffer.number(2, 8)
        spans.append(Span(start, start + size, f"buffer {index}"))
    return spans, outside


def _operators(artifact: Artifact, codes: list[str], read: list[Graph]) -> Iterator[TfliteOperator]:
    uses: Counter[str] = Counter()
    for graph in read:
        uses.update(codes[node.code] for node in graph.operators if node.code < len(codes))
    for code in dict.fromkeys(codes):
        custom, _, name = code.partition(":")
        if custom != "CUSTOM" and not code.lstrip("-").isdigit():
            continue
        flex = name.startswith(_FLEX)
        yield TfliteOperator(
            where=artifact.at(),
            operator=name.removeprefix(_FLEX) if flex else name or code,
            kind="unknown" if custom != "CUSTOM" else "flex" if flex else "custom",
            nodes=uses[code],
        )


def _summary(
    artifact: Artifact, model: Table, codes: list[str], read: list[Graph], spans: list[Span]
) -> Iterator[Fact]:
    uses = Counter(codes[node.code] for graph in read for node in graph.operators if node.code < len(codes))
    tensors = [tensor for graph in read for tensor in graph.tensors if tensor.buffer and _filled(spans, tensor.buffer)]
    yield GraphSummary(
        where=artifact.at(),
        format="tflite",
        producer="",
        version=model.number(VERSION, 4),
        graphs=len(read),
        nodes=sum(len(graph.operators) for graph in read),
        functions=max(0, len(read) - 1),
        inputs=_names(read, inputs=True),
        outputs=_names(read, inputs=False),
        operators=tuple(name for name, _ in uses.most_common(_SHOWN)),
        training=False,
    )
    yield TensorTable(
        where=artifact.at(),
        format="tflite",
        tensors=len(tensors),
        parameters=bounded(sum(tensor.elements for tensor in tensors)),
        nbytes=bounded(sum(tensor.nbytes for tensor in tensors)),
        dtypes=tuple(sorted({tensor.dtype for tensor in tensors}))[:_SHOWN],
        names=digest(tensor.name for tensor in tensors),
    )
    yield TfliteModel(
        where=artifact.at(),
        version=model.number(VERSION, 4),
        extent=min(artifact.size, max((span.end for span in spans), default=0)),
        buffers=len(spans),
        metadata=tuple(
            entry.text(0, NAME_NBYTES) for entry, _ in zip(model.tables(METADATA), range(_SHOWN), strict=False)
        ),
    )


def _filled(spans: list[Span], index: int) -> bool:
    return index < len(spans) and spans[index].end > spans[index].start


def _names(read: list[Graph], *, inputs: bool) -> tuple[str, ...]:
    if not read:
        return ()
    main = read[0]
    indices = main.inputs if inputs else main.outputs
    return tuple(main.tensors[index].name for index in indices[:_SHOWN] if 0 <= index < len(main.tensors))


def _blocks(artifact: Artifact, stream: BinaryIO, spans: list[Span]) -> Iterator[Fact | Artifact]:
    """Look at the first bytes of every buffer inside the file."""
    inside = dict.fromkeys(
        Span(span.start, span.end, span.name) for span in spans if 0 < span.start < span.end <= artifact.size
    )
    yield from loadable(artifact, stream, inside)
