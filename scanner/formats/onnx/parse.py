"""From the wire to graphs: messages walked by their fields, tensor data passed over."""

from collections.abc import Iterator
from functools import partial
from struct import unpack

from scanner.choices.graph import Graph, Node
from scanner.format import MalformedError
from scanner.formats.onnx import schema
from scanner.formats.onnx.graph import Model, Text, Unknown
from scanner.formats.onnx.numbers import numberless
from scanner.formats.onnx.tensor import UNKNOWN_FIELDS, Tensors, text_of
from scanner.limits import Limits
from scanner.protobuf import BYTES, Field, Wire
from scanner.tensors import Span

GRAPH_DEPTH = 33
"""Graphs inside graphs: each takes three messages, and protobuf parsers stop at 100."""

NAME_NBYTES = 4096
BLOB_NBYTES = 4096
"""Attribute texts from here on are looked at as data, too: compiled engines are kept in them."""

KEPT_NBYTES = 1 << 20
"""Attribute texts of one node looked at for what they hold."""

STRINGS = 9
"""`strings` of AttributeProto."""


class Parser:
    """Reads one ModelProto. What was read before a break stays in `model`."""

    def __init__(self, wire: Wire, size: int, limits: Limits) -> None:
        """Start with an empty model."""
        self.wire = wire
        self.model = Model()
        self._size = size
        self._limits = limits
        self._tensors = Tensors(wire, self.model)

    def run(self) -> None:  # noqa: C901 - one case a field of the message
        """Read everything. Raises `MalformedError`."""
        model = self.model
        for field in self._known("model", schema.MODEL, 0, self._size):
            match field.number:
                case 1:
                    model.ir_version = field.signed
                case 2 | 3:
                    model.producer = f"{model.producer} {self._name(field)}".strip()
                    self._text("producer", "producer", field)
                case 4 | 6:
                    self._text("doc", "model", field)
                case 7:
                    model.graph = self._graph(field, 1)
                case 8:
                    self._opset(field, model.sets)
                case 14:
                    self._entry("", field)
                case 20:
                    self._training(field)
                case 25:
                    model.functions.append(self._function(field))
                case _:
                    pass

    def _known(self, message: str, known: schema.Fields, start: int, end: int) -> list[Field]:
        """Split a message into its fields; what the format does not have is kept apart.

        A message that breaks off is not read at all: no protobuf parser hands out its fields.
        """
        fields = []
        for field in self._wired(message, known, start, end):
            fields.append(field)
            if len(fields) > self._limits.entries:
                self.model.whole = False
                break
        return fields

    def _wired(self, message: str, known: schema.Fields, start: int, end: int) -> Iterator[Field]:
        for field in self.wire.fields(start, end):
            if field.wire in known.get(field.number, ()):
                yield field
            elif field.wire == BYTES and len(self.model.unknown) <= UNKNOWN_FIELDS:
                self.model.unknown.append(Unknown(message, field.number, field.start, field.value))

    def _parts(self, start: int, end: int) -> list[Field]:
        """Split an attribute as `_known` does. Numbers are passed over, and short strings are no entries.

        A tree ensemble holds millions of both. Of the strings as many are kept as `_texts` looks at.
        """
        fields, entries, kept = [], 0, 0
        for field in numberless(self.wire, partial(self._wired, "attribute", schema.ATTRIBUTE), start, end):
            if field.number == STRINGS and field.value < BLOB_NBYTES:
                if kept < KEPT_NBYTES:
                    fields.append(field)
                    kept += max(1, field.value)
                continue
            fields.append(field)
            entries += 1
            if entries > self._limits.entries:
                self.model.whole = False
                break
        return fields

    def _name(self, field: Field) -> str:
        return self.wire.text(field, NAME_NBYTES)

    def _text(self, place: str, key: str, field: Field) -> None:
        if field.value:
            value = self.wire.text(field, self._limits.text_nbytes)
            self.model.texts.append(text_of(place, key, value, field.start, field.value))

    def _opset(self, field: Field, sets: dict[str, int]) -> None:
        domain, version = "", -1
        for part in self._known("opset", schema.OPSET, field.start, field.end):
            if part.number == 1:
                domain = self._name(part)
            else:
                version = part.signed
        sets[domain] = version

    def _entry(self, prefix: str, field: Field) -> None:
        parts = {part.number: part for part in self._known("entry", schema.ENTRY, field.start, field.end)}
        key = prefix + (self._name(parts[1]) if 1 in parts else "")
        if 2 in parts:  # noqa: PLR2004 - StringStringEntryProto.value
            self._text("node" if prefix else "metadata", key, parts[2])

    def _training(self, field: Field) -> None:
        for part in self._known("training", schema.TRAINING, field.start, field.end):
            if part.number in (1, 2):
                self.model.training.append(self._graph(part, 2))

    def _graph(self, field: Field, depth: int) -> Graph:  # noqa: C901 - one case a field of the message
        if depth > GRAPH_DEPTH:
            message = f"graphs nest deeper than {GRAPH_DEPTH}"
            raise MalformedError(message, field.start)
        graph = Graph()
        self.model.graphs += 1
        for part in self._known("graph", schema.GRAPH, field.start, field.end):
            match part.number:
                case 1:
                    graph.nodes.append(self._node(part, depth))
                case 2:
                    graph.name = self._name(part)
                case 5 | 15:
                    tensor = self._tensors.read(part, sparse=part.number == 15)  # noqa: PLR2004 - sparse_initializer
                    graph.constants[tensor.name] = tensor.value
                case 10:
                    self._text("doc", f"graph {graph.name}", part)
                case 11:
                    graph.inputs.append(self._value(part))
                case 12:
                    graph.outputs.append(self._value(part))
                case 16:
                    self._entry("graph.", part)
                case _:
                    pass
        return graph

    def _function(self, field: Field) -> Graph:  # noqa: C901 - one case a field of the message
        graph = Graph()
        for part in self._known("function", schema.FUNCTION, field.start, field.end):
            match part.number:
                case 1:
                    graph.name = self._name(part)
                case 4:
                    graph.inputs.append(self._name(part))
                case 5:
                    graph.outputs.append(self._name(part))
                case 7:
                    graph.nodes.append(self._node(part, 2))
                case 8:
                    self._text("doc", f"function {graph.name}", part)
                case 9:
                    self._opset(part, self.model.function_sets)
                case 10:
                    graph.domain = self._name(part)
                case 11:
                    self._attribute(part, Gathered(), 2)
                case 14:
                    self._entry("function.", part)
                case _:
                    pass
        return graph

    def _value(self, field: Field) -> str:
        for part in self.wire.fields(field.start, field.end):
            if part.number == 1 and part.wire == BYTES:
                return self._name(part)
        return ""

    def _node(self, field: Field, depth: int) -> Node:  # noqa: C901 - one case a field of the message
        self.model.nodes += 1
        names: dict[int, str] = {}
        inputs, outputs, attributes = [], [], []
        for part in self._known("node", schema.NODE, field.start, field.end):
            match part.number:
                case 1:
                    inputs.append(self._name(part))
                case 2:
                    outputs.append(self._name(part))
                case 3 | 4 | 7:
                    names[part.number] = self._name(part)
                case 5:
                    attributes.append(part)
                case 6:
                    self._text("doc", f"node {names.get(3, '')}", part)
                case 9:
                    self._entry("node.", part)
                case _:
                    pass
        found = Gathered(operator=names.get(4, ""), node=names.get(3, ""))
        for part in attributes:
            self._attribute(part, found, depth)
        return Node(
            found.operator, names.get(7, ""), found.node, tuple(inputs), tuple(outputs), tuple(found.graphs),
            found.constant, field.start, field.value,
        )  # fmt: skip

    def _attribute(self, field: Field, found: "Gathered", depth: int) -> None:
        name, texts = "", []
        for part in self._parts(field.start, field.end):
            match part.number:
                case 1:
                    name = self._name(part)
                case 2 | 3:
                    found.constant = _number(part)
                case 4 | 9:
                    texts.append(part)
                case 5 | 10 | 22 | 23:
                    tensor = self._tensors.read(part, sparse=part.number > 20, owner=found.node)  # noqa: PLR2004
                    found.constant = tensor.value
                case 6 | 11:
                    found.graphs.append(self._graph(part, depth + 1))
                case 13:
                    self._text("doc", f"attribute {name}", part)
                case _:
                    pass
        self._texts(name, found, texts)

    def _texts(self, name: str, found: "Gathered", texts: list[Field]) -> None:
        """Keep the texts of an attribute, short ones joined; long ones are data as well."""
        key = f"{found.node or found.operator}.{name}"
        if name == "ep_cache_context" and texts and texts[0].value < NAME_NBYTES:
            place = texts[0]
            self.model.contexts.append(Text("attribute", key, self._name(place), (), place.start, place.value))
            return
        joined, size, at = [], 0, texts[0].start if texts else 0
        for text in texts:
            if text.value >= BLOB_NBYTES:
                self.model.blobs.append(Span(text.start, text.end, key))
            if size < KEPT_NBYTES:
                joined.append(self.wire.text(text, KEPT_NBYTES))
                size += text.value
        if size:
            self.model.texts.append(text_of("attribute", key, "\n".join(joined), at, size))


def _number(field: Field) -> str:
    """Show the number of an attribute: `f` is a float32, `i` an int64."""
    if field.number == 3:  # noqa: PLR2004 - i
        return str(field.signed)
    return f"{unpack('<f', field.value.to_bytes(4, 'little'))[0]:.9g}"


class Gathered:
    """What the attributes of one node hold."""

    def __init__(self, operator: str = "", node: str = "") -> None:
        """Start empty."""
        self.operator = operator
        self.node = node
        self.constant = ""
        self.graphs: list[Graph] = []


def parse(wire: Wire, size: int, limits: Limits) -> tuple[Model, MalformedError | None]:
    """Read a model of `size` bytes; return what was read, and the error that ended it."""
    parser = Parser(wire, size, limits)
    try:
        parser.run()
    except MalformedError as error:
        return parser.model, error
    return parser.model, None
