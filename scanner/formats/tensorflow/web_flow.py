"""The GraphDef of a TensorFlow.js model, as JSON has it, and the choices it makes on the input."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.choices.graph import Graph
from scanner.facts import Fact, LimitReached
from scanner.formats.tensorflow.constant import ELEMENTS
from scanner.formats.tensorflow.flow import NODES, followed, tells
from scanner.formats.tensorflow.graph import Graphs
from scanner.formats.tensorflow.manifest import items
from scanner.formats.tensorflow.nodes import Raw

_NUMBERS = ("floatVal", "doubleVal", "intVal", "int64Val", "boolVal")
_RESOURCE = "DT_RESOURCE"


def conditions(artifact: Artifact, model: dict[str, object], graphs: Graphs) -> Iterator[Fact]:
    """Yield the choices of a model's graph. `graphs` has its operators."""
    if not tells(graphs):
        return
    if graphs.nodes > NODES:
        yield LimitReached(where=artifact.at(), limit="graph", bound=NODES, unit="nodes")
        return
    topology = model.get("modelTopology")
    signature = model.get("signature")
    outputs = signature.get("outputs") if isinstance(signature, dict) else None
    ends = [_text(one, "name") for one in outputs.values()] if isinstance(outputs, dict) else []
    library = topology.get("library") if isinstance(topology, dict) else None
    functions = [_function(one) for one in items(library, "function") if isinstance(one, dict)]
    yield from followed(artifact, _nodes(items(topology, "node")), functions, ends)


def _nodes(entries: list[object]) -> list[Raw]:
    return [_node(entry) for entry in entries if isinstance(entry, dict)]


def _text(holder: object, key: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _function(entry: dict[str, object]) -> tuple[Graph, list[Raw]]:
    signature = entry.get("signature")
    graph = Graph(name=_text(signature, "name"))
    graph.inputs = [_text(one, "name") for one in items(signature, "inputArg")]
    graph.weights = {_text(one, "name") for one in items(signature, "inputArg") if _text(one, "type") == _RESOURCE}
    returns = entry.get("ret")
    names = [_text(one, "name") for one in items(signature, "outputArg")]
    graph.outputs = [_text(returns, name) or name for name in names]
    return graph, _nodes(items(entry, "nodeDef"))


def _node(entry: dict[str, object]) -> Raw:
    node = Raw(name=_text(entry, "name"), operator=_text(entry, "op"), at=-1)
    node.inputs = [one for one in items(entry, "input") if isinstance(one, str)]
    attributes = entry.get("attr")
    for key, value in attributes.items() if isinstance(attributes, dict) else ():
        if not isinstance(value, dict):
            continue
        function = _text(value.get("func"), "name")
        if function:
            node.calls.append((key, function))
        node.calls.extend((key, _text(one, "name")) for one in items(value.get("list"), "func"))
        if node.operator == "Const":
            node.constant = node.constant or _constant(value.get("tensor"))
    return node


def _constant(tensor: object) -> str:
    """Show a small constant; most of them lie among the weights."""
    for key in _NUMBERS:
        numbers = items(tensor, key)
        if 0 < len(numbers) <= ELEMENTS:
            return ", ".join(f"{one:.9g}" if isinstance(one, float) else str(one)[:40] for one in numbers)
    return ""
