"""From a file of TensorFlow to facts: which of its kinds this is, then what it holds."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import GraphSummary
from scanner.formats.tensorflow.checkpoint import index
from scanner.formats.tensorflow.flow import conditions
from scanner.formats.tensorflow.graph import OPERATORS, Graphs, graph, operators
from scanner.formats.tensorflow.saved import Saved, beside, keras_metadata, meta_graph, saved_model
from scanner.formats.tensorflow.table import MAGIC
from scanner.formats.tensorflow.textual import STATE_NBYTES, scan, state
from scanner.formats.tensorflow.web import web
from scanner.limits import Limits
from scanner.protobuf import BYTES, Wire
from scanner.streams import read_at
from scanner.tensors import Span, loadable

_SHOWN = 20
_VARINT_TAG = 0x08
_META_GRAPH = 0x12


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`."""
    with artifact.open() as stream:
        match kind_of(artifact, stream):
            case "index":
                yield from index(artifact, stream, limits)
            case "web":
                yield from _text(artifact, stream, limits, "web")
            case "text":
                saved = _name(artifact) == "saved_model.pbtxt"
                yield from _text(artifact, stream, limits, "savedmodel" if saved else "graph")
            case "state":
                yield from state(artifact, read_at(stream, 0, STATE_NBYTES).decode("utf-8", "replace"))
            case "fingerprint":
                for _ in Wire(stream, artifact.size).fields(0, artifact.size):
                    pass
            case "data":
                yield from loadable(artifact, stream, [Span(0, artifact.size, "data")])
            case _:
                yield from _binary(artifact, stream, limits)


def _name(artifact: Artifact) -> str:
    return artifact.path.rpartition("/")[2].rpartition("!")[2]


def kind_of(artifact: Artifact, stream: BinaryIO) -> str:
    """Tell the kinds of files apart: "index", "web", "text", "state", "fingerprint", "data", "binary"."""
    name, head = _name(artifact), read_at(stream, 0, 64)
    if name.endswith(".index") or read_at(stream, artifact.size - 8, 8) == MAGIC:
        return "index"
    if head.lstrip()[:1] in (b"{", b"[") and not name.endswith((".pb", ".meta", ".pbtxt")):
        return "web"
    if name.endswith(".pbtxt"):
        return "text"
    if head.startswith((b"model_checkpoint_path:", b"all_model_checkpoint_paths:")):
        return "state"
    if name == "fingerprint.pb":
        return "fingerprint"
    return "data" if ".data-" in name else "binary"


def load(wire: Wire, artifact: Artifact, saved: Saved) -> str:
    """Read a file of the kind "binary" into `saved`; return its form. Raises `MalformedError`."""
    form = _form(wire, artifact.size, _name(artifact))
    if form == "metadata":
        keras_metadata(wire, artifact.size, saved)
    elif form == "savedmodel":
        saved_model(wire, artifact.size, saved)
    elif form == "metagraph":
        meta_graph(wire, 0, artifact.size, saved)
    else:
        saved.producer = graph(wire, 0, artifact.size, saved.graphs)
    return form


def _binary(artifact: Artifact, stream: BinaryIO, limits: Limits) -> Iterator[Fact | Artifact]:
    wire, graphs = Wire(stream, artifact.size), Graphs()
    saved = Saved(graphs)
    form = load(wire, artifact, saved)
    if form == "metadata":
        yield from beside(artifact, wire, saved, form, limits)
        return
    yield from operators(artifact, graphs, form)
    yield from beside(artifact, wire, saved, form, limits)
    yield from _summary(artifact, graphs, saved)
    yield from conditions(artifact, wire, graphs, saved.ends)


def _form(wire: Wire, size: int, name: str) -> str:
    """Tell a SavedModel, a meta graph and a graph apart by their first fields; for two names TensorFlow decides."""
    if name == "keras_metadata.pb":
        return "metadata"
    if name == "saved_model.pb":
        return "savedmodel"
    numbers = []
    for one, _ in zip(wire.fields(0, size), range(4), strict=False):
        if one.wire == BYTES and one.number == 1:
            inner = [
                (part.number, part.wire) for part, _ in zip(wire.fields(one.start, one.end), range(3), strict=False)
            ]
            if inner[:2] == [(1, BYTES), (2, BYTES)] and _is_operator(wire, one.start, one.end):
                return "graph"
        numbers.append(one.number)
    if numbers[:1] == [2] or (numbers[:2] == [1, 2] and _starts_with_version(wire, size)):
        return "savedmodel"
    return "metagraph" if 2 in numbers else "graph"  # noqa: PLR2004 - graph_def


def _is_operator(wire: Wire, start: int, end: int) -> bool:
    second = next((one for one in wire.fields(start, end) if one.number == 2), None)  # noqa: PLR2004 - op
    return second is not None and wire.text(second, 200).replace(">", "_").isidentifier()


def _starts_with_version(wire: Wire, size: int) -> bool:
    first = next(wire.fields(0, size), None)
    return first is not None and first.wire != BYTES


def _text(artifact: Artifact, stream: BinaryIO, limits: Limits, form: str) -> Iterator[Fact | Artifact]:
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    raw = read_at(stream, 0, artifact.size)
    graphs = Graphs()
    if form == "web":
        yield from web(artifact, raw, graphs, limits)
    else:
        scan(raw.decode("utf-8", "replace"), graphs)
    yield from operators(artifact, graphs, form)
    if graphs.nodes:
        yield from _summary(artifact, graphs, Saved(graphs))


def _summary(artifact: Artifact, graphs: Graphs, saved: Saved) -> Iterator[Fact]:
    if graphs.full:
        yield LimitReached(where=artifact.at(), limit="nodes", bound=OPERATORS, unit="operators")
    used = sorted(graphs.uses.items(), key=lambda one: (-one[1].nodes, one[0]))
    yield GraphSummary(
        where=artifact.at(),
        format="tensorflow",
        producer=saved.version,
        version=saved.producer,
        graphs=graphs.graphs,
        nodes=graphs.nodes,
        functions=len(graphs.functions),
        inputs=tuple(graphs.inputs),
        outputs=tuple(saved.outputs),
        operators=tuple(name for name, _ in used[:_SHOWN]),
        training=False,
    )
