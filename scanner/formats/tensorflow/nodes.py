"""A GraphDef on the wire as nodes with what they take and call; texts are left to `graph`."""

from dataclasses import dataclass, field

from scanner.choices.graph import Graph
from scanner.formats.tensorflow.constant import text_of
from scanner.formats.tensorflow.words import CALLS
from scanner.protobuf import BYTES, Field, Wire

NAME_NBYTES = 4096

_RESOURCE = 20
"""DT_RESOURCE (types.proto): a variable or table that a function captures."""


@dataclass(slots=True)
class Raw:
    """A node as it is written, before the number of outputs of what it calls is known."""

    name: str = ""
    operator: str = ""
    inputs: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    constant: str = ""
    at: int = 0
    size: int = 0


def read(wire: Wire, start: int, end: int) -> tuple[list[Raw], list[tuple[Graph, list[Raw]]]]:
    """Read the nodes of a GraphDef and of its functions. Raises `MalformedError`."""
    nodes: list[Raw] = []
    functions: list[tuple[Graph, list[Raw]]] = []
    for one in wire.fields(start, end):
        if one.number == 1 and one.wire == BYTES:
            nodes.append(_node(wire, one))
        elif one.number == 2 and one.wire == BYTES:  # noqa: PLR2004 - the function library
            functions.extend(
                _function(wire, function)
                for function in wire.fields(one.start, one.end)
                if function.number == 1 and function.wire == BYTES
            )
    return nodes, functions


def _function(wire: Wire, message: Field) -> tuple[Graph, list[Raw]]:
    """Read a FunctionDef: signature 1, node_def 3, ret 4 (function.proto)."""
    graph, nodes, returns = Graph(), [], {}
    for one in wire.fields(message.start, message.end):
        if one.wire != BYTES:
            continue
        if one.number == 1:
            _signature(wire, one, graph)
        elif one.number == 3:  # noqa: PLR2004 - node_def
            nodes.append(_node(wire, one))
        elif one.number == 4:  # noqa: PLR2004 - ret, a map
            pair = {part.number: wire.text(part, NAME_NBYTES) for part in wire.fields(one.start, one.end)}
            returns[pair.get(1, "")] = pair.get(2, "")
    graph.outputs = [returns.get(name, name) for name in graph.outputs]
    return graph, nodes


def _signature(wire: Wire, message: Field, graph: Graph) -> None:
    """Read an OpDef: name 1, input_arg 2, output_arg 3; an ArgDef has name 1 and type 3 (op_def.proto)."""
    for one in wire.fields(message.start, message.end):
        if one.wire != BYTES:
            continue
        if one.number == 1:
            graph.name = wire.text(one, NAME_NBYTES)
        elif one.number in (2, 3):
            parts = {part.number: part for part in wire.fields(one.start, one.end)}
            name = wire.text(parts[1], NAME_NBYTES) if 1 in parts and parts[1].wire == BYTES else ""
            (graph.inputs if one.number == 2 else graph.outputs).append(name)  # noqa: PLR2004 - input_arg
            if 3 in parts and parts[3].value == _RESOURCE:  # noqa: PLR2004 - type
                graph.weights.add(name)


def _node(wire: Wire, message: Field) -> Raw:  # noqa: C901 - one case a field of the message
    node = Raw(at=message.start, size=message.value)
    attributes = []
    for one in wire.fields(message.start, message.end):
        if one.wire != BYTES:
            continue
        match one.number:
            case 1:
                node.name = wire.text(one, NAME_NBYTES)
            case 2:
                node.operator = wire.text(one, NAME_NBYTES)
            case 3:
                node.inputs.append(wire.text(one, NAME_NBYTES))
            case 5:
                attributes.append(one)
            case _:
                pass
    if node.operator == "Const" or node.operator in CALLS:
        for one in attributes:
            _attribute(wire, one, node)
    return node


def _attribute(wire: Wire, entry: Field, node: Raw) -> None:
    """Read an entry of the attributes: its key, and the message that is its value."""
    key = ""
    for one in wire.fields(entry.start, entry.end):
        if one.number == 1 and one.wire == BYTES:
            key = wire.text(one, NAME_NBYTES)
        elif one.number == 2 and one.wire == BYTES:  # noqa: PLR2004 - the value of the entry
            _value(wire, one, key, node)


def _value(wire: Wire, message: Field, key: str, node: Raw) -> None:
    """Read a tensor (8), a function (10) or a list (1) of functions (9) of an AttrValue (attr_value.proto)."""
    for one in wire.fields(message.start, message.end):
        if one.wire != BYTES:
            continue
        if one.number == 8 and node.operator == "Const":  # noqa: PLR2004 - tensor
            node.constant = text_of(wire, one)
        elif one.number == 10:  # noqa: PLR2004 - func
            node.calls.append((key, _named(wire, one)))
        elif one.number == 1:
            inner = [part for part in wire.fields(one.start, one.end) if part.wire == BYTES]
            node.calls.extend((key, _named(wire, part)) for part in inner if part.number == 9)  # noqa: PLR2004 - func


def _named(wire: Wire, message: Field) -> str:
    """Read the name of a NameAttrList."""
    names = (one for one in wire.fields(message.start, message.end) if one.number == 1 and one.wire == BYTES)
    return next((wire.text(one, NAME_NBYTES) for one in names), "")
