"""What a file of TensorFlow holds, line by line, for a reader of lists."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.formats.tensorflow.checkpoint import entries, type_of
from scanner.formats.tensorflow.graph import Graphs
from scanner.formats.tensorflow.manifest import items, tensors
from scanner.formats.tensorflow.reading import kind_of, load
from scanner.formats.tensorflow.saved import Saved
from scanner.json_text import parse
from scanner.limits import Limits
from scanner.protobuf import BYTES, VARINT, Field, Wire
from scanner.streams import read_at
from scanner.tensors import Row, bounded, product

NAME_NBYTES = 300
SIGNATURES = 1000
"""Inputs and outputs of signatures that are listed."""

_INPUTS, _OUTPUTS = 1, 2
"""Fields of SignatureDef: maps of names to TensorInfo."""


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield the version, inputs and outputs of signatures, operators (`shape` counts nodes), and tensors.

    Tensors are those of a checkpoint's index, the constants of a graph, or the weights of a TensorFlow.js model;
    `value` names the file that has the data. Raises `MalformedError`.
    """
    with artifact.open() as stream:
        kind = kind_of(artifact, stream)
        if kind == "index":
            yield from _index(artifact, stream, limits)
        elif kind == "web":
            yield from _web(artifact, stream, limits)
        elif kind == "binary":
            yield from _binary(artifact, stream)


def _index(artifact: Artifact, stream: BinaryIO, limits: Limits) -> Iterator[Row]:
    if artifact.size > limits.header_nbytes:
        return
    for one in entries(read_at(stream, 0, artifact.size)):
        yield Row(
            "tensor", one.name, type_of(one.dtype)[0], one.shape, one.size, -1, f"shard {one.shard} at {one.offset}"
        )


def _web(artifact: Artifact, stream: BinaryIO, limits: Limits) -> Iterator[Row]:
    if artifact.size > limits.header_nbytes:
        return
    top = parse(read_at(stream, 0, artifact.size))
    model = top if isinstance(top, dict) else {}
    for key in ("format", "generatedBy", "convertedBy"):
        if isinstance(model.get(key), str):
            yield Row("metadata", key, "text", value=str(model[key]))
    signature = model.get("signature")
    for kind, part in (("input", "inputs"), ("output", "outputs")):
        named = signature.get(part) if isinstance(signature, dict) else None
        yield from (Row(kind, name) for name in (named if isinstance(named, dict) else ()))
    topology = model.get("modelTopology")
    counts: dict[str, int] = {}
    for node in items(topology, "node"):
        operator = node.get("op") if isinstance(node, dict) else None
        if isinstance(operator, str):
            counts[operator] = counts.get(operator, 0) + 1
    yield from (Row("operator", name, "", (count,)) for name, count in sorted(counts.items()))
    for group in top if isinstance(top, list) else items(model, "weightsManifest"):
        paths = ", ".join(one for one in items(group, "paths") if isinstance(one, str))
        yield from (
            Row("tensor", name, dtype, shape, nbytes, -1, paths) for name, dtype, shape, nbytes in tensors(group)
        )


def _binary(artifact: Artifact, stream: BinaryIO) -> Iterator[Row]:
    wire, saved = Wire(stream, artifact.size), Saved(Graphs())
    load(wire, artifact, saved)
    if saved.version:
        yield Row("metadata", "tensorflow_version", "text", value=saved.version)
    yield from (Row("metadata", "asset", "text", (), 0, offset, name) for name, offset in saved.assets)
    for entry in saved.signatures[:SIGNATURES]:
        yield from _signature(wire, entry)
    if not saved.signatures:
        yield from (Row("input", name) for name in saved.graphs.inputs)
    for name, use in sorted(saved.graphs.uses.items()):
        yield Row("operator", name, "", (use.nodes,))
    for start, end in saved.graphs.spans:
        for node in _children(wire, Field(0, BYTES, end - start, start), 1):
            yield from _constant(wire, node)


def _texts(wire: Wire, message: Field, number: int) -> Iterator[str]:
    for one in wire.fields(message.start, message.end):
        if one.number == number and one.wire == BYTES:
            yield wire.text(one, NAME_NBYTES)


def _children(wire: Wire, message: Field, number: int) -> Iterator[Field]:
    return (one for one in wire.fields(message.start, message.end) if one.number == number and one.wire == BYTES)


def _signature(wire: Wire, entry: Field) -> Iterator[Row]:
    """List an entry of the map of signatures: "serving_default:x"."""
    key = next(_texts(wire, entry, 1), "")
    for signature in _children(wire, entry, 2):
        for kind, number in (("input", _INPUTS), ("output", _OUTPUTS)):
            for named in _children(wire, signature, number):
                name = next(_texts(wire, named, 1), "")
                for info in _children(wire, named, 2):
                    dtype, shape = _typed(wire, info, 2, 3)
                    yield Row(kind, f"{key}:{name}", dtype, shape, -1, -1, next(_texts(wire, info, 1), ""))


def _typed(wire: Wire, message: Field, dtype: int, shape: int) -> tuple[str, tuple[int, ...]]:
    """Read a type and a TensorShapeProto (dim 2 with size 1) from the fields of these numbers."""
    name, sizes = "", []
    for one in wire.fields(message.start, message.end):
        if one.number == dtype and one.wire == VARINT:
            name = type_of(one.value)[0]
        elif one.number == shape and one.wire == BYTES:
            for dim in _children(wire, one, 2):
                size = (part.signed for part in wire.fields(dim.start, dim.end) if part.number == 1)
                sizes.append(next(size, 0))
    return name, tuple(sizes)


def _constant(wire: Wire, node: Field) -> Iterator[Row]:
    """List a Const: its attribute "value" holds a TensorProto (dtype 1, tensor_shape 2, tensor_content 4)."""
    if next(_texts(wire, node, 2), "") != "Const":
        return
    name = next(_texts(wire, node, 1), "")
    for attribute in _children(wire, node, 5):
        for value in _children(wire, attribute, 2):
            for tensor in _children(wire, value, 8):
                dtype, shape = _typed(wire, tensor, 1, 2)
                content = next(_children(wire, tensor, 4), None)
                width = next((size for kind, size in (type_of(one) for one in range(1, 24)) if kind == dtype), 0)
                nbytes = content.value if content is not None else bounded(product(shape) * width)
                yield Row("tensor", name, dtype, shape, nbytes, content.start if content is not None else -1)
