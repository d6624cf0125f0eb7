"""From an ORT file to facts, the same as of the ONNX model it was made of."""

from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import ExternalData, GraphOperator, GraphSummary
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tensor import CountMismatch, TensorMismatch, TensorTable
from scanner.flatbuffer import Flat, Table
from scanner.format import MalformedError
from scanner.formats.onnx.schema import OWN_DOMAINS
from scanner.formats.ort.graphs import INPUTS, NAME_NBYTES, OUTPUTS, Found, Tensor, texts_of, walk
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.members import leads
from scanner.tensors import bounded, digest, loadable

NAME = "ort"

MODEL = 1
IR_VERSION, PRODUCER, DOC, GRAPH, GRAPH_DOC, METADATA = 0, 2, 6, 7, 8, 9
"""Fields of InferenceSession and Model."""

SHOWN = 20
ENTRIES = 1000
OPERATORS = 2000
VALUE_CHARACTERS = 200


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a model; see `Format.read`."""
    with artifact.open() as stream:
        model = Flat(stream, artifact.size).root().table(MODEL)
        graph = model.table(GRAPH) if model else None
        if model is None or graph is None:
            message = "no model: there is no graph"
            raise MalformedError(message, 0)
        found = walk(graph, limits)
        yield from _operators(artifact, found)
        yield from _texts(artifact, model, found, limits)
        yield from _contexts(artifact, found)
        for tensor in found.tensors:
            yield from _tensor(artifact, tensor)
        if found.most > artifact.size:
            yield CountMismatch(
                where=artifact.at(), format=NAME, counted="nodes", declared=found.most, possible=found.nodes
            )
        yield from _summary(artifact, model, graph, found, limits)
        if found.full:
            yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="entries")
        yield from loadable(artifact, stream, [one.data for one in found.tensors if one.data.end > one.data.start])


def _operators(artifact: Artifact, found: Found) -> Iterator[Fact]:
    foreign = [(key, place) for key, place in sorted(found.operators.items()) if key[0] not in OWN_DOMAINS]
    for (domain, operator), (nodes, at, version) in foreign[:OPERATORS]:
        yield GraphOperator(
            where=artifact.at(at), format=NAME, domain=domain[:VALUE_CHARACTERS], operator=operator[:VALUE_CHARACTERS],
            version=version, nodes=nodes, defined=False,
        )  # fmt: skip
    if len(foreign) > OPERATORS:
        yield LimitReached(where=artifact.at(), limit="operators", bound=OPERATORS, unit="operators")


def _texts(artifact: Artifact, model: Table, found: Found, limits: Limits) -> Iterator[Fact]:
    for one in found.texts:
        yield _entry(artifact, one.at, (one.place, one.key, one.value, one.size), one.marks)
    for number, key in ((DOC, "doc_string"), (GRAPH_DOC, "graph_doc_string"), (PRODUCER, "producer_name")):
        value = model.text(number, limits.text_nbytes)
        marks = marks_of(value)
        if marks:
            place = "producer" if number == PRODUCER else "doc"
            yield _entry(artifact, model.at, (place, key, value[:VALUE_CHARACTERS], len(value)), marks)
    for count, entry in enumerate(model.tables(METADATA)):
        if count >= ENTRIES:
            yield LimitReached(where=artifact.at(), limit="metadata", bound=ENTRIES, unit="entries")
            return
        key, value = entry.text(0, NAME_NBYTES), entry.text(1, limits.text_nbytes)
        marks = tuple(sorted({*marks_of(key), *marks_of(value)}))
        yield _entry(artifact, entry.at, ("metadata", key, value[:VALUE_CHARACTERS], len(value)), marks)


def _entry(artifact: Artifact, at: int, said: tuple[str, str, str, int], marks: tuple[str, ...]) -> MetadataEntry:
    place, key, value, size = said
    return MetadataEntry(
        where=artifact.at(at), format=NAME, place=place, key=key[:VALUE_CHARACTERS], kind="text", value=value,
        size=size, marks=marks,
    )  # fmt: skip


def _contexts(artifact: Artifact, found: Found) -> Iterator[ExternalData]:
    for at, name, location in found.contexts:
        how = "empty" if not location.strip() else "url" if "://" in location else leads(location)
        yield ExternalData(
            where=artifact.at(at), format=NAME, tensor=name, tensors=1, location=location, how=how, end=-1, keys=(),
            role="context",
        )  # fmt: skip


def _tensor(artifact: Artifact, tensor: Tensor) -> Iterator[TensorMismatch]:
    held = tensor.data.end - tensor.data.start
    negative = min(tensor.shape, default=0) < 0
    if negative or (tensor.bits and held and held != tensor.nbytes):
        yield TensorMismatch(
            where=artifact.at(tensor.at), format=NAME, tensor=tensor.name,
            how="negative-dimension" if negative else "size",
            expected=tensor.shape.index(min(tensor.shape)) if negative else tensor.nbytes,
            found=min(tensor.shape) if negative else held, other=tensor.dtype,
        )  # fmt: skip


def _summary(artifact: Artifact, model: Table, graph: Table, found: Found, limits: Limits) -> Iterator[Fact]:
    uses = Counter({operator: place[0] for (_, operator), place in found.operators.items()})
    yield GraphSummary(
        where=artifact.at(), format=NAME, producer=model.text(PRODUCER, VALUE_CHARACTERS),
        version=model.number(IR_VERSION, 8), graphs=found.graphs, nodes=found.nodes, functions=0,
        inputs=tuple(texts_of(graph, INPUTS, limits))[:SHOWN], outputs=tuple(texts_of(graph, OUTPUTS, limits))[:SHOWN],
        operators=tuple(name for name, _ in uses.most_common(SHOWN)), training=False,
    )  # fmt: skip
    yield TensorTable(
        where=artifact.at(), format=NAME, tensors=len(found.tensors),
        parameters=bounded(sum(max(0, tensor.elements) for tensor in found.tensors)),
        nbytes=bounded(sum(max(0, tensor.nbytes) for tensor in found.tensors)),
        dtypes=tuple(sorted({tensor.dtype for tensor in found.tensors}))[:SHOWN],
        names=digest(tensor.name for tensor in found.tensors),
    )  # fmt: skip
