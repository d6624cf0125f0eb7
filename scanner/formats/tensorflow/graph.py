"""A GraphDef on the wire: operators, and the constant texts that reach them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact, Location
from scanner.facts.tensorflow import TensorflowOperator
from scanner.members import leads
from scanner.protobuf import BYTES, VARINT, Field, Wire

NODES = 2_000_000
"""Nodes of one file that are read."""

OPERATORS = 5000
"""Different operators kept of one file."""

TEXTS = 20
"""Constant texts kept of one operator, and of one constant."""

TEXT_NBYTES = 4096
SHOWN_CHARACTERS = 200
ROUNDS = 4
"""How many joins a constant is followed through."""

_STRING = 7
"""DT_STRING in tensorflow/core/framework/types.proto."""

CARRIERS = frozenset((
    "StringJoin", "Identity", "IdentityN", "ShardedFilename", "ShardedFilespec", "Select", "SelectV2", "Merge",
    "Switch", "Pack", "ConcatV2", "Reshape", "ExpandDims", "StringFormat", "StringStrip", "StringLower", "AsString",
    "StopGradient", "PlaceholderWithDefault", "Squeeze", "RegexReplace", "StaticRegexReplace", "DecodeBase64",
))  # fmt: skip
"""Operators whose output has the texts of their inputs in it."""

_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://")


@dataclass(slots=True)
class Node:
    """One node: its inputs and the texts of its attributes. `values`: texts of a constant."""

    name: str = ""
    operator: str = ""
    inputs: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Use:
    """All uses of one operator."""

    offset: int
    node: str
    scope: str
    nodes: int = 0
    constants: dict[str, None] = field(default_factory=dict)
    outside: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Graphs:
    """What the graphs of one file use. `spans`: where each GraphDef lies."""

    uses: dict[str, Use] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    functions: set[str] = field(default_factory=set)
    nodes: int = 0
    graphs: int = 0
    full: bool = False
    inputs: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def add(self, node: Node, offset: int, scope: str) -> None:
        """Count a node."""
        self.nodes += 1
        use = self.uses.get(node.operator)
        if use is None:
            if len(self.uses) >= OPERATORS:
                self.full = True
                return
            use = self.uses[node.operator] = Use(offset, node.name[:SHOWN_CHARACTERS], scope[:SHOWN_CHARACTERS])
        use.nodes += 1
        if node.operator == "Placeholder" and not scope and len(self.inputs) < TEXTS:
            self.inputs.append(node.name[:SHOWN_CHARACTERS])
        for text in node.attributes:
            if leads_out(text):
                _keep(use.outside, text)

    def reach(self, operator: str, texts: Iterable[str]) -> None:
        """State that constant texts reach an operator."""
        use = self.uses.get(operator)
        for text in texts if use is not None else ():
            _keep(use.constants, text)  # type: ignore[union-attr]
            if leads_out(text):
                _keep(use.outside, text)  # type: ignore[union-attr]


def _keep(texts: dict[str, None], text: str) -> None:
    if len(texts) < TEXTS:
        texts[text[:SHOWN_CHARACTERS]] = None


def leads_out(text: str) -> str:
    """Say how a text leads out of the model's folder: "url", as `scanner.members.leads` says, or ""."""
    return "url" if _ADDRESS.match(text) else "" if "\n" in text else leads(text)


def graph(wire: Wire, start: int, end: int, graphs: Graphs) -> int:
    """Read a GraphDef at `[start, end)`; return the producer's version. Raises `MalformedError`."""
    producer = 0
    graphs.graphs += 1
    graphs.spans.append((start, end))
    nodes: list[Field] = []
    for one in wire.fields(start, end):
        if one.number == 1 and one.wire == BYTES:
            nodes.append(one)
        elif one.number == 2 and one.wire == BYTES:  # noqa: PLR2004 - the function library
            _library(wire, one, graphs)
        elif one.number == 4 and one.wire == BYTES:  # noqa: PLR2004 - versions
            versions = (inner.value for inner in wire.fields(one.start, one.end) if inner.number == 1)
            producer = next((value for value in versions if value < 1 << 31), 0)
    _body(wire, nodes, graphs, "")
    return producer


def _library(wire: Wire, library: Field, graphs: Graphs) -> None:
    for function in wire.fields(library.start, library.end):
        if function.number != 1 or function.wire != BYTES:
            continue
        nodes, name = [], ""
        for one in wire.fields(function.start, function.end):
            if one.number == 1 and one.wire == BYTES:
                name = next(_texts(wire, one, 1), "")
            elif one.number == 3 and one.wire == BYTES:  # noqa: PLR2004 - node_def
                nodes.append(one)
        graphs.functions.add(name)
        _body(wire, nodes, graphs, name)


def _texts(wire: Wire, message: Field, number: int) -> Iterator[str]:
    for one in wire.fields(message.start, message.end):
        if one.number == number and one.wire == BYTES:
            yield wire.text(one, TEXT_NBYTES)


def _body(wire: Wire, nodes: list[Field], graphs: Graphs, scope: str) -> None:
    """Read the nodes of one graph or function, then follow its constant texts to the operators they reach."""
    texts: dict[str, list[str]] = {}
    carriers: list[Node] = []
    seen: list[tuple[str, list[str]]] = []
    for one in nodes:
        if graphs.nodes >= NODES:
            graphs.full = True
            return
        node = _node(wire, one)
        graphs.add(node, one.start, scope)
        if node.values:
            texts[node.name] = node.values
        if node.operator in CARRIERS:
            carriers.append(node)
        elif node.inputs:
            seen.append((node.operator, node.inputs))
    spread(texts, carriers, seen, graphs)


def spread(
    texts: dict[str, list[str]], carriers: list[Node], seen: list[tuple[str, list[str]]], graphs: Graphs
) -> None:
    """Follow constant texts through joins to the operators they reach."""
    if not texts:
        return
    for _ in range(ROUNDS):
        for node in carriers:
            found = _reaching(node.inputs, texts)
            if found:
                texts[node.name] = list(dict.fromkeys((*texts.get(node.name, ()), *found)))[:TEXTS]
                graphs.reach(node.operator, found)
    for operator, inputs in seen:
        found = _reaching(inputs, texts)
        if found:
            graphs.reach(operator, found)


def _reaching(inputs: list[str], texts: dict[str, list[str]]) -> list[str]:
    return [text for name in inputs for text in texts.get(name.partition(":")[0], ())]


def _node(wire: Wire, message: Field) -> Node:
    node = Node()
    for one in wire.fields(message.start, message.end):
        if one.wire != BYTES:
            continue
        if one.number == 1:
            node.name = wire.text(one, TEXT_NBYTES)
        elif one.number == 2:  # noqa: PLR2004 - op
            node.operator = wire.text(one, SHOWN_CHARACTERS)
        elif one.number == 3:  # noqa: PLR2004 - input
            node.inputs.append(wire.text(one, TEXT_NBYTES))
        elif one.number == 5:  # noqa: PLR2004 - attr, a map
            _attribute(wire, one, node)
    return node


def _attribute(wire: Wire, entry: Field, node: Node) -> None:
    """Read one entry of the attributes: AttrValue has list 1, s 2, tensor 8 (attr_value.proto)."""
    for value in wire.fields(entry.start, entry.end):
        if value.number != 2 or value.wire != BYTES:  # noqa: PLR2004 - the value of the entry
            continue
        for one in wire.fields(value.start, value.end):
            if one.wire != BYTES:
                continue
            if one.number == 2:  # noqa: PLR2004 - s
                node.attributes.append(wire.text(one, TEXT_NBYTES))
            elif one.number == 1:
                node.attributes.extend(text for text, _ in zip(_texts(wire, one, 2), range(TEXTS), strict=False))
            elif one.number == 8 and node.operator == "Const":  # noqa: PLR2004 - tensor
                node.values.extend(_strings(wire, one))


def _strings(wire: Wire, tensor: Field) -> Iterator[str]:
    """Yield the texts of a constant: TensorProto has dtype 1 and string_val 8."""
    kept = 0
    for one in wire.fields(tensor.start, tensor.end):
        if one.number == 1 and one.wire == VARINT and one.value != _STRING:
            return
        if one.number == 8 and one.wire == BYTES and kept < TEXTS:  # noqa: PLR2004 - string_val
            kept += 1
            yield wire.text(one, TEXT_NBYTES)


def operators(artifact: Artifact, graphs: Graphs, form: str) -> Iterator[TensorflowOperator]:
    """Yield one fact for each operator, sorted by name."""
    for name, use in sorted(graphs.uses.items()):
        yield TensorflowOperator(
            where=Location(path=artifact.path, offset=min(use.offset, artifact.size)),
            form=form,
            operator=name,
            node=use.node,
            scope=use.scope,
            nodes=use.nodes,
            constants=tuple(use.constants),
            outside=tuple(use.outside),
            defined=name in graphs.functions,
        )
