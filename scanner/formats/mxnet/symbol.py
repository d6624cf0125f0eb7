"""From a symbol in JSON to facts: its operators, and what those are given that leave the graph."""

from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import GraphSummary
from scanner.facts.mxnet import MxnetOperator
from scanner.format import MalformedError
from scanner.formats.mxnet.operators import REACHES
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.members import leads

SHOWN = 20
VALUE_CHARACTERS = 200
OPERATORS = 1000
"""Operators with different attributes that are told."""

_ATTRIBUTES = ("attrs", "attr", "param")
"""Where nodes keep their attributes: MXNet 1, 0.9 to 0.12, and before."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a symbol; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="symbol", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        document = parse(stream.read(artifact.size))
    if not isinstance(document, dict) or not isinstance(document.get("nodes"), list):
        message = "no symbol: there is no list of nodes"
        raise MalformedError(message, 0)
    uses: Counter[str] = Counter()
    found: dict[tuple[str, str], list[Node]] = {}
    graphs = 0
    for node in walk(document):
        if isinstance(node.value, dict):
            graphs += isinstance(node.value.get("nodes"), list)
            _count(node, node.value, uses, found)
    for (operator, given), nodes in list(found.items())[:OPERATORS]:
        yield _operator(artifact, operator, given, nodes)
    if len(found) > OPERATORS:
        yield LimitReached(where=artifact.at(), limit="operators", bound=OPERATORS, unit="operators")
    yield _summary(artifact, document, uses, graphs)


def _count(node: Node, value: dict[str, object], uses: Counter[str], found: dict[tuple[str, str], list[Node]]) -> None:
    """Count an object of the document where it is a node of a graph."""
    operator = value.get("op")
    if isinstance(operator, str) and isinstance(value.get("inputs"), list):
        uses[operator] += 1
        if operator in REACHES:
            found.setdefault((operator, _given(operator, value)), []).append(node)


def _given(operator: str, value: dict[str, object]) -> str:
    """Return the attribute that says what an operator reaches; of several places the first that has it."""
    key = REACHES[operator][1]
    for place in _ATTRIBUTES:
        held = value.get(place)
        if key and isinstance(held, dict) and key in held:
            return str(held[key])
    return ""


def _operator(artifact: Artifact, operator: str, given: str, nodes: list[Node]) -> MxnetOperator:
    reaches = REACHES[operator][0]
    return MxnetOperator(
        where=Location(path=artifact.path, pointer=nodes[0].pointer),
        operator=operator,
        reaches=reaches,
        value=given[:VALUE_CHARACTERS],
        marks=marks_of(given),
        how=("url" if "://" in given[:32] else leads(given)) if reaches == "file" else "",
        nodes=len(nodes),
    )


def _summary(artifact: Artifact, document: dict[str, object], uses: Counter[str], graphs: int) -> GraphSummary:
    nodes = document["nodes"]
    names = [node.get("name") for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    total = sum(count for operator, count in uses.items() if operator != "null")
    inputs = _indexed(document.get("arg_nodes"), names)
    heads = document.get("heads")
    firsts = [head[0] for head in heads if isinstance(head, list) and head] if isinstance(heads, list) else []
    return GraphSummary(
        where=artifact.at(), format="mxnet", producer="", version=_version(document), graphs=graphs, nodes=total,
        functions=0, inputs=inputs, outputs=_indexed(firsts, names),
        operators=tuple(name for name, _ in uses.most_common(SHOWN + 1) if name != "null")[:SHOWN], training=False,
    )  # fmt: skip


def _version(document: dict[str, object]) -> int:
    """The version that wrote the symbol, 10901 for 1.9.1; -1 where it is not said."""
    held = document.get("attrs")
    said = held.get("mxnet_version") if isinstance(held, dict) else None
    number = said[1] if isinstance(said, list) and len(said) > 1 else None
    return number if type(number) is int and 0 <= number < 1 << 31 else -1


def _indexed(indices: object, names: list[object]) -> tuple[str, ...]:
    found = []
    for index in indices if isinstance(indices, list) else ():
        name = names[index] if type(index) is int and 0 <= index < len(names) else None
        if isinstance(name, str):
            found.append(name[:VALUE_CHARACTERS])
    return tuple(found[:SHOWN])
