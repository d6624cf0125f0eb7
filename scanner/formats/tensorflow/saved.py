"""SavedModel and MetaGraphDef: graphs, assets, metadata of Keras objects (saved_model.proto, meta_graph.proto)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.tensorflow import TensorflowAsset
from scanner.formats.tensorflow.graph import SHOWN_CHARACTERS, TEXT_NBYTES, Graphs, graph, leads_out
from scanner.limits import Limits
from scanner.members import Naming
from scanner.protobuf import BYTES, Field, Wire
from scanner.streams import window

SIGNATURES = 20
"""Inputs and outputs of signatures named."""


@dataclass(slots=True)
class Saved:
    """What a SavedModel or meta graph says beside its graphs. `ends`: the values that its signatures return.

    `signatures`: the entries of the map of signatures.
    """

    graphs: Graphs
    version: str = ""
    producer: int = 0
    assets: list[tuple[str, int]] = field(default_factory=list)
    metadata: list[tuple[str, Field]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    signatures: list[Field] = field(default_factory=list)


def saved_model(wire: Wire, end: int, saved: Saved) -> None:
    """Read a SavedModel: field 2 has the meta graphs. Raises `MalformedError`."""
    for one in wire.fields(0, end):
        if one.number == 2 and one.wire == BYTES:  # noqa: PLR2004 - meta_graphs
            meta_graph(wire, one.start, one.end, saved)


def meta_graph(wire: Wire, start: int, end: int, saved: Saved) -> None:
    """Read a MetaGraphDef. Raises `MalformedError`."""
    for one in wire.fields(start, end):
        if one.wire != BYTES:
            continue
        if one.number == 1:
            saved.version = saved.version or _info(wire, one)
        elif one.number == 2:  # noqa: PLR2004 - graph_def
            saved.producer = graph(wire, one.start, one.end, saved.graphs) or saved.producer
        elif one.number == 5:  # noqa: PLR2004 - signature_def, a map
            saved.signatures.append(one)
            _signature(wire, one, saved)
        elif one.number == 6:  # noqa: PLR2004 - asset_file_def
            saved.assets.extend((wire.text(name, TEXT_NBYTES), name.start) for name in _children(wire, one, 2))
        elif one.number == 7:  # noqa: PLR2004 - object_graph_def
            _objects(wire, one, saved)


def _children(wire: Wire, message: Field, number: int) -> Iterator[Field]:
    return (one for one in wire.fields(message.start, message.end) if one.number == number and one.wire == BYTES)


def _info(wire: Wire, info: Field) -> str:
    return next((wire.text(one, SHOWN_CHARACTERS) for one in _children(wire, info, 5)), "")


def _signature(wire: Wire, entry: Field, saved: Saved) -> None:
    for signature in _children(wire, entry, 2):
        for output in _children(wire, signature, 2):
            for key in _children(wire, output, 1):
                if len(saved.outputs) < SIGNATURES:
                    saved.outputs.append(wire.text(key, SHOWN_CHARACTERS))
            for info in _children(wire, output, 2):
                saved.ends.extend(wire.text(name, TEXT_NBYTES) for name in _children(wire, info, 1))


def _objects(wire: Wire, objects: Field, saved: Saved) -> None:
    """Find configurations of Keras objects: SavedUserObject has identifier 1, metadata 3 (TensorFlow 2.0 to 2.4)."""
    for node in _children(wire, objects, 1):
        for user in _children(wire, node, 4):
            name = next((wire.text(one, SHOWN_CHARACTERS) for one in _children(wire, user, 1)), "")
            saved.metadata.extend((name, one) for one in _children(wire, user, 3))


def keras_metadata(wire: Wire, end: int, saved: Saved) -> None:
    """Read keras_metadata.pb: nodes 1 with node_path 3, metadata 5 (saved_metadata.proto). Raises `MalformedError`."""
    for node in wire.fields(0, end):
        if node.number == 1 and node.wire == BYTES:
            name = next((wire.text(one, SHOWN_CHARACTERS) for one in _children(wire, node, 3)), "")
            saved.metadata.extend((name, one) for one in _children(wire, node, 5))


def beside(artifact: Artifact, wire: Wire, saved: Saved, form: str, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield assets as facts and the metadata of Keras objects as artifacts."""
    del limits
    for name, offset in dict(saved.assets).items():
        yield TensorflowAsset(
            where=artifact.at(offset), form=form, filename=name[:SHOWN_CHARACTERS], how=leads_out(name)
        )
    naming = Naming(artifact.path)
    for name, one in saved.metadata:
        if wire.load(one, 64).lstrip()[:1] == b"{":
            path = naming.path(f"keras:{name}")
            yield Artifact(path=path, size=one.value, open=window(artifact.open, one.start, one.value))
