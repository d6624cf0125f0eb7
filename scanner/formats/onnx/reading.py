"""From an ONNX model to facts."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.choices.follow import Analysis
from scanner.choices.graph import Graph
from scanner.choices.told import told
from scanner.facts import Fact, LimitReached
from scanner.facts.archive import HiddenBytes
from scanner.facts.graph import GraphOperator, GraphSummary
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tensor import TensorMismatch, TensorSketch, TensorTable
from scanner.formats.onnx.external import external
from scanner.formats.onnx.graph import Model, Tensor, Text
from scanner.formats.onnx.parse import parse
from scanner.formats.onnx.schema import OWN_DOMAINS
from scanner.formats.onnx.tensor import UNKNOWN_FIELDS
from scanner.formats.onnx.words import WORDS
from scanner.inside import HEAD_NBYTES
from scanner.limits import Limits
from scanner.magic import kind_of
from scanner.marks import marks_of
from scanner.protobuf import Wire
from scanner.sketch import Listed, sketch
from scanner.tensors import Span, bounded, digest, loadable

NAME = "onnx"
SHOWN = 20
OPERATORS = 1000
ENTRIES = 1000
VALUE_CHARACTERS = 200
INT64 = (1 << 63) - 1

_NOISE = frozenset(("url", "base64", "hexadecimal", "control", "invisible"))
"""Marks of attributes and string tensors that vocabularies and binary options carry."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`. What was read before a break is stated before it is raised."""
    with artifact.open() as stream:
        model, broken = parse(Wire(stream, artifact.size), artifact.size, limits)
        yield _summary(artifact, model)
        yield _table(artifact, model)
        yield from _sketch(artifact, stream, model)
        yield from _operators(artifact, model)
        yield from _texts(artifact, model, limits)
        for tensor in model.tensors:
            yield from _tensor(artifact, tensor)
        yield from external(artifact, model)
        yield from _conditions(artifact, model)
        yield from _unknown(artifact, stream, model)
        spans = [Span(tensor.data.start, tensor.data.end, tensor.name) for tensor in model.tensors]
        yield from loadable(artifact, stream, (span for span in (*spans, *model.blobs) if span.start >= 0))
    if broken is not None:
        raise broken
    if not model.whole:
        yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="entries")


def graphs_of(model: Model) -> Iterator[Graph]:
    """Yield every graph of a model, nested ones and bodies of functions included."""
    pending = [graph for graph in (model.graph, *model.functions, *model.training) if graph is not None]
    while pending:
        graph = pending.pop()
        yield graph
        pending.extend(inner for node in graph.nodes for inner in node.graphs)


def _summary(artifact: Artifact, model: Model) -> GraphSummary:
    counts = Counter(node.operator for graph in graphs_of(model) for node in graph.nodes)
    main = model.graph or Graph()
    return GraphSummary(
        where=artifact.at(),
        format=NAME,
        producer=model.producer[:VALUE_CHARACTERS],
        version=model.ir_version,
        graphs=model.graphs,
        nodes=model.nodes,
        functions=len(model.functions),
        inputs=tuple(name[:VALUE_CHARACTERS] for name in main.inputs[:SHOWN]),
        outputs=tuple(name[:VALUE_CHARACTERS] for name in main.outputs[:SHOWN]),
        operators=tuple(name[:VALUE_CHARACTERS] for name, _ in counts.most_common(SHOWN)),
        training=bool(model.training),
    )


def _table(artifact: Artifact, model: Model) -> TensorTable:
    return TensorTable(
        where=artifact.at(),
        format=NAME,
        tensors=len(model.tensors),
        parameters=bounded(sum(tensor.elements for tensor in model.tensors)),
        nbytes=bounded(sum(max(0, tensor.nbytes) for tensor in model.tensors)),
        dtypes=tuple(sorted({tensor.dtype for tensor in model.tensors}))[:SHOWN],
        names=digest(tensor.name for tensor in model.tensors),
    )


def _sketch(artifact: Artifact, stream: BinaryIO, model: Model) -> Iterator[TensorSketch]:
    items = [
        Listed(one.name, one.dtype, one.shape, one.data.start, one.data.end - one.data.start)
        for one in model.tensors
        if one.name
    ]
    if items:
        yield sketch(artifact.at(), NAME, items, stream)


def _operators(artifact: Artifact, model: Model) -> Iterator[Fact]:
    """State operators outside ONNX's own sets, one fact each at its first node."""
    found: dict[tuple[str, str], list[int]] = {}
    versions = model.sets | model.function_sets
    for graph in graphs_of(model):
        for node in graph.nodes:
            if node.domain not in OWN_DOMAINS:
                place = found.setdefault((node.domain, node.operator), [0, node.at, node.size])
                place[0] += 1
    defined = {(function.domain, function.name) for function in model.functions}
    for (domain, operator), (nodes, at, size) in sorted(found.items())[:OPERATORS]:
        yield GraphOperator(
            where=artifact.at(at, size), format=NAME, domain=domain[:VALUE_CHARACTERS],
            operator=operator[:VALUE_CHARACTERS], version=versions.get(domain, -1), nodes=nodes,
            defined=(domain, operator) in defined,
        )  # fmt: skip
    if len(found) > OPERATORS:
        yield LimitReached(where=artifact.at(), limit="operators", bound=OPERATORS, unit="operators")


def _texts(artifact: Artifact, model: Model, limits: Limits) -> Iterator[Fact]:
    entries = 0
    for text in model.texts:
        marks = set(text.marks)
        if text.place in ("attribute", "tensor"):
            marks -= _NOISE
        if text.place == "metadata":
            marks.update(marks_of(text.key))
        entries += text.place == "metadata"
        if marks or (text.place == "metadata" and entries <= ENTRIES):
            yield _entry(artifact, text, tuple(sorted(marks)))
        if text.place == "metadata" and text.size > limits.text_nbytes:
            yield LimitReached(
                where=artifact.at(text.at, text.size), limit="text", bound=limits.text_nbytes, unit="bytes"
            )


def _entry(artifact: Artifact, text: Text, marks: tuple[str, ...]) -> MetadataEntry:
    return MetadataEntry(
        where=artifact.at(text.at, text.size),
        format=NAME,
        place=text.place,
        key=text.key[:VALUE_CHARACTERS],
        kind="text",
        value=text.value,
        size=text.size,
        marks=marks,
    )


def _tensor(artifact: Artifact, tensor: Tensor) -> Iterator[TensorMismatch]:
    for how, expected, found in _flaws(tensor):
        yield TensorMismatch(
            where=artifact.at(tensor.at, tensor.size),
            format=NAME,
            tensor=tensor.name[:VALUE_CHARACTERS],
            how=how,
            expected=bounded(expected),
            found=bounded(found),
            other=tensor.dtype,
        )


def _flaws(tensor: Tensor) -> Iterator[tuple[str, int, int]]:
    """Compare shape, type and data of one tensor."""
    raw = tensor.data.end - tensor.data.start if tensor.data.start >= 0 else 0
    places = (raw > 0) + (tensor.typed != 0 or tensor.strings > 0) + tensor.is_external
    negative = next((number for number, size in enumerate(tensor.shape) if size < 0), None)
    if negative is not None:
        yield "negative-dimension", negative, tensor.shape[negative]
        return
    if tensor.elements > INT64:
        yield "elements-overflow", INT64, tensor.elements
    if not tensor.is_known:
        yield "dtype-unknown", 0, tensor.code
        return
    if places > 1:
        yield "data-twice", 1, places
    needed = tensor.nbytes
    if raw and needed >= 0 and raw != needed:
        yield "size", needed, raw
    elif not places and needed > 0:
        yield "data-missing", needed, 0


def _conditions(artifact: Artifact, model: Model) -> Iterator[Fact]:
    analysis = Analysis(WORDS, model.functions, model.nodes)
    if model.graph is not None:
        analysis.root(model.graph)
    yield from told(artifact, analysis, NAME)


def _unknown(artifact: Artifact, stream: BinaryIO, model: Model) -> Iterator[Fact | Artifact]:
    """State the content of fields that the format does not have, and hand it on where it is loadable."""
    spans = []
    for field in model.unknown[:UNKNOWN_FIELDS]:
        stream.seek(field.start)
        kind = kind_of(stream.read(min(HEAD_NBYTES, field.size)))
        yield HiddenBytes(
            where=artifact.at(field.start, field.size),
            format=NAME,
            place="unknown-field",
            kind=kind,
            size=field.size,
        )
        spans.append(Span(field.start, field.start + field.size, f"{field.message}.{field.number}"))
    if len(model.unknown) > UNKNOWN_FIELDS:
        yield LimitReached(where=artifact.at(), limit="unknown fields", bound=UNKNOWN_FIELDS, unit="fields")
    yield from loadable(artifact, stream, spans)
