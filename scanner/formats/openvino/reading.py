"""From an OpenVINO document to facts, in one pass over its elements."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import ExternalData, GraphSummary
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.facts.xml import OpenvinoExtension, XmlDeclaration
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.members import leads
from scanner.tensors import bounded, digest, product
from scanner.xml_text import Declared, Start, events

SHOWN = 200
NAMES = 20
DIGITS = 20
KEPT = 5000

_BITS = {
    "f64": 64, "i64": 64, "u64": 64, "f32": 32, "i32": 32, "u32": 32, "f16": 16, "bf16": 16, "i16": 16, "u16": 16,
    "i8": 8, "u8": 8, "boolean": 8, "f8e4m3": 8, "f8e5m2": 8, "f8e8m0": 8, "i4": 4, "u4": 4, "nf4": 4, "f4e2m1": 4,
    "u1": 1,
}  # fmt: skip
"""Bits of one element. https://github.com/openvinotoolkit/openvino/blob/master/src/core/include/openvino/core/type/"""
_KEPT_MARKS = frozenset(("code", "shebang", "target", "bidi", "invisible", "url"))


@dataclass(slots=True)
class _Model:
    """What one document adds up to."""

    artifact: Artifact
    name: str = ""
    version: int = -1
    layer: dict[str, str] = field(default_factory=dict)
    operators: Counter[str] = field(default_factory=Counter)
    foreign: Counter[tuple[str, str]] = field(default_factory=Counter)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    graphs: int = 0
    names: list[str] = field(default_factory=list)
    dtypes: set[str] = field(default_factory=set)
    parameters: int = 0
    nbytes: int = 0
    end: int = -1
    told: int = 0

    def at(self, line: int) -> Location:
        """Name a line of the document."""
        return Location(path=self.artifact.path, line=line)


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a document; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    model = _Model(artifact)
    for event in events(artifact):
        if isinstance(event, Start):
            for fact in _start(model, event):
                model.told += 1
                if model.told <= KEPT:
                    yield fact
        elif isinstance(event, Declared):
            yield from declaration(model.at(event.line), "openvino", event)
    yield from _summary(model)
    if model.told > KEPT:
        yield LimitReached(where=artifact.at(), limit="facts", bound=KEPT, unit="facts")


def declaration(where: Location, form: str, event: Declared) -> Iterator[Fact]:
    """State a declaration ahead of the document, and that nothing is read behind an entity."""
    yield XmlDeclaration(
        where=where,
        format=form,
        kind=event.kind,
        name=event.name[:SHOWN],
        system=event.system[:SHOWN],
        nested="&" in event.value or "%" in event.value,
        size=len(event.value),
    )
    if event.kind == "entity":
        yield LimitReached(where=where, limit="entities", bound=0, unit="entities")


def _start(model: _Model, event: Start) -> Iterator[Fact]:
    attributes = event.attributes
    if event.name == "net":
        model.graphs += 1
        if event.depth == 0:
            model.name = attributes.get("name", "")[:SHOWN]
            model.version = _number(attributes.get("version", ""))
    elif event.name == "layer":
        _layer(model, attributes)
    elif event.name in ("data", "weights", "biases", "custom") and model.layer:
        yield from _range(model, event)
    yield from _native(model, event)
    for key, value in attributes.items():
        yield from _text(model, event, key, value)


def _layer(model: _Model, attributes: dict[str, str]) -> None:
    model.layer = attributes
    kind, version = attributes.get("type", "")[:SHOWN], attributes.get("version", "")[:SHOWN]
    model.operators[kind] += 1
    name = attributes.get("name", "")[:SHOWN]
    if kind in ("Parameter", "Input"):
        model.inputs.append(name)
    elif kind == "Result":
        model.outputs.append(name)
    known = version.startswith("opset") and version[5:].isdigit()
    if version and not known and version != "experimental":
        model.foreign[version, kind] += 1


def _range(model: _Model, event: Start) -> Iterator[Fact]:
    """Compare the range of a constant with its type and shape, and note how much of the `.bin` it needs."""
    attributes = event.attributes
    if "offset" not in attributes or "size" not in attributes:
        return
    name = model.layer.get("name", "")[:SHOWN]
    start, size = _number(attributes["offset"]), _number(attributes["size"])
    where = model.at(event.line)
    if start < 0 or size < 0:
        yield TensorMismatch(where=where, format="openvino", tensor=name, how="outside", expected=0, found=-1)
        return
    model.end = max(model.end, bounded(start + size))
    dtype, shape = attributes.get("element_type", ""), attributes.get("shape")
    sizes = [_number(part.strip()) for part in shape.split(",")] if shape else []
    count = product(sizes) if all(one >= 0 for one in sizes) else -1
    model.names.append(name)
    model.dtypes.add(dtype[:SHOWN])
    model.nbytes += size
    model.parameters += max(0, count)
    needed = (count * _BITS.get(dtype, 0) + 7) // 8
    if shape is not None and dtype in _BITS and (count < 0 or needed != size):
        yield TensorMismatch(
            where=where, format="openvino", tensor=name, how="size", expected=bounded(needed), found=bounded(size),
            other=dtype,
        )  # fmt: skip


def _native(model: _Model, event: Start) -> Iterator[Fact]:
    found = [("library", event.attributes.get("library", ""))]
    if event.name == "Source":
        found.append(("kernel", event.attributes.get("filename", "")))
    for key, value in found:
        if value:
            yield OpenvinoExtension(
                where=model.at(event.line), key=key, value=value[:SHOWN], version="", how=way(value), nodes=1
            )


def way(value: str) -> str:
    """Say how a path leads out of its folder, or that it is an address."""
    return "url" if "://" in value[:32] else leads(value[:4096])


def _text(model: _Model, event: Start, key: str, value: str) -> Iterator[Fact]:
    if len(value) < 4 and value.isascii():  # noqa: PLR2004 - nothing that short holds code or an address
        return
    marks = marks_of(value)
    if any(mark in _KEPT_MARKS or mark.startswith("encoded-") for mark in marks):
        yield MetadataEntry(
            where=model.at(event.line), format="openvino", place="attribute", key=f"{event.name}/{key}"[:SHOWN],
            kind="text", value=value[:SHOWN], size=len(value), marks=marks,
        )  # fmt: skip


def _summary(model: _Model) -> Iterator[Fact]:
    artifact = model.artifact
    for (version, kind), nodes in model.foreign.most_common(1000):
        yield OpenvinoExtension(where=artifact.at(), key="operator", value=kind, version=version, how="", nodes=nodes)
    if model.end > 0:
        name = PurePosixPath(artifact.path.rpartition("!")[2]).stem
        yield ExternalData(
            where=artifact.at(), format="openvino", tensor=model.names[0] if model.names else "",
            tensors=len(model.names), location=f"{name}.bin", how="", end=model.end, keys=(),
        )  # fmt: skip
    if model.names:
        yield TensorTable(
            where=artifact.at(), format="openvino", tensors=len(model.names), parameters=bounded(model.parameters),
            nbytes=bounded(model.nbytes), dtypes=tuple(sorted(model.dtypes)), names=digest(model.names),
        )  # fmt: skip
    if model.graphs:
        yield GraphSummary(
            where=artifact.at(), format="openvino", producer=model.name, version=model.version, graphs=model.graphs,
            nodes=model.operators.total(), functions=0, inputs=tuple(model.inputs[:NAMES]),
            outputs=tuple(model.outputs[:NAMES]),
            operators=tuple(kind for kind, _ in model.operators.most_common(NAMES)), training=False,
        )  # fmt: skip


def _number(text: str) -> int:
    """Read a number of at most 20 digits; -1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else -1
