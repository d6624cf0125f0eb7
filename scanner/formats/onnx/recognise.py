"""ONNX has no magic bytes: the head must read as the start of a ModelProto, and of little else."""

import io
from collections.abc import Iterator

from scanner.format import MalformedError
from scanner.formats.onnx.schema import GRAPH, MODEL, NODE
from scanner.pattern import pattern
from scanner.protobuf import BYTES, Field, Wire

IR_VERSIONS = 1000
"""`ir_version` counts from 1; 13 was current in 2026."""

_TEXT = pattern(rb"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")
_TEXTS = (2, 3, 4, 6)
_IR_VERSION, _GRAPH, _OPSET = 1, 7, 8
_NODE, _GRAPH_NAME = 1, 2
_OPERATOR = 4
_OPSET_TAGS = (b"\x0a", b"\x10")

_SLACK_NBYTES = 20
"""A field header that the end of the head cuts is no fault."""


def is_model(head: bytes) -> bool:
    """Say whether the head reads as a ModelProto.

    Every field that begins in the head must be one of ModelProto's with its wire type and plausible content.
    A graph with a name or a whole node is enough, even beside fields that no model has; otherwise it takes an
    IR version with an operator set, or one of them with the start of a graph.
    """
    wire = Wire(io.BytesIO(head), len(head))
    seen: set[int] = set()
    sure = strange = False
    try:
        for field in _fields(wire, head):
            if field.wire not in MODEL.get(field.number, ()):
                strange = True
            elif not _fits(field, head, seen):
                return False
            elif field.number == _GRAPH:
                sure = _is_graph(wire, head, field, strict=strange) or sure
                if not sure and field.end <= len(head):
                    return False
            seen.add(field.number)
    except MalformedError:
        return False
    return sure or (not strange and len(seen & {_IR_VERSION, _GRAPH, _OPSET}) > 1)


def _fields(wire: Wire, head: bytes) -> Iterator[Field]:
    """Yield the fields that begin in the head; the last one may reach past it. Raises `MalformedError`."""
    try:
        # The head is only the start of the file, so the message is given room behind it.
        for field in wire.fields(0, 1 << 62):
            yield field
            if field.wire == BYTES and field.end > len(head):
                return
    except MalformedError as error:
        if (error.offset or 0) < len(head) - _SLACK_NBYTES:
            raise


def _fits(field: Field, head: bytes, seen: set[int]) -> bool:
    """Check one field of ModelProto against what can stand there."""
    payload = head[field.start : field.start + field.value] if field.wire == BYTES else b""
    if field.number == _IR_VERSION:
        return 0 < field.value < IR_VERSIONS
    if field.number in _TEXTS:
        return field.number not in seen and _TEXT.fullmatch(payload) is not None
    return field.number != _OPSET or not payload or payload.startswith(_OPSET_TAGS)


def _is_graph(wire: Wire, head: bytes, graph: Field, *, strict: bool) -> bool:
    """Look into a graph as far as the head goes: it has a whole node or, unless `strict`, a name."""
    found = False
    try:
        for field in wire.fields(graph.start, graph.end):
            if field.wire not in GRAPH.get(field.number, ()):
                return False
            if field.end > len(head):
                break
            is_name = field.number == _GRAPH_NAME and _TEXT.fullmatch(head[field.start : field.end]) is not None
            found = found or (is_name and not strict) or (field.number == _NODE and _is_node(wire, head, field))
    except MalformedError as error:
        return found and (error.offset or 0) >= len(head) - _SLACK_NBYTES
    return found


def _is_node(wire: Wire, head: bytes, node: Field) -> bool:
    operators = []
    for field in wire.fields(node.start, node.end):
        if field.wire not in NODE.get(field.number, ()):
            return False
        if field.number == _OPERATOR:
            operators.append(head[field.start : field.end])
    return any(operators) and all(_TEXT.fullmatch(operator) for operator in operators)
