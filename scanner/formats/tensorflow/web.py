"""TensorFlow.js: a model.json with a graph or a Keras model, and a manifest of weight files."""

import json
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.formats.keras import claims
from scanner.formats.tensorflow.graph import CARRIERS, NODES, SHOWN_CHARACTERS, Graphs, Node, spread
from scanner.formats.tensorflow.manifest import items, weights
from scanner.formats.tensorflow.web_flow import conditions
from scanner.json_text import parse
from scanner.limits import HEAD_NBYTES, Limits
from scanner.streams import held


def web(artifact: Artifact, raw: bytes, graphs: Graphs, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a model.json, or of a manifest alone; its operators go to `graphs`.

    A Keras model inside becomes an artifact where its reader does not see it from the file's head.
    Raises `MalformedError`.
    """
    top = parse(raw)
    model = top if isinstance(top, dict) else {}
    for key in ("modelTopology", "modelInitializer"):
        topology = model.get(key)
        if isinstance(topology, dict):
            _graph(topology, graphs, "")
            for function in items(topology.get("library"), "function"):
                _function(function, graphs)
    if graphs.nodes:
        yield from conditions(artifact, model, graphs)
    elif isinstance(model.get("modelTopology"), dict) and not claims(raw[:HEAD_NBYTES], artifact.path):
        inner = json.dumps(model["modelTopology"]).encode()
        if len(inner) <= limits.header_nbytes:
            yield Artifact(path=f"{artifact.path}!keras:modelTopology", size=len(inner), open=held(inner))
    yield from weights(artifact, top if isinstance(top, list) else items(model, "weightsManifest"))


def _graph(topology: dict[str, object], graphs: Graphs, scope: str) -> None:
    graphs.graphs += 1
    nodes = topology.get("nodeDef" if scope else "node")
    _body(nodes if isinstance(nodes, list) else [], graphs, scope)


def _function(function: object, graphs: Graphs) -> None:
    if not isinstance(function, dict):
        return
    signature = function.get("signature")
    name = signature.get("name") if isinstance(signature, dict) else ""
    scope = name if isinstance(name, str) and name else "function"
    graphs.functions.add(scope)
    _graph(function, graphs, scope)


def _body(nodes: list[object], graphs: Graphs, scope: str) -> None:
    texts: dict[str, list[str]] = {}
    carriers: list[Node] = []
    seen: list[tuple[str, list[str]]] = []
    for entry in nodes[:NODES]:
        if not isinstance(entry, dict):
            continue
        node = _node(entry)
        graphs.add(node, 0, scope)
        if node.operator == "Const" and node.values:
            texts[node.name] = node.values
        if node.operator in CARRIERS:
            carriers.append(node)
        else:
            seen.append((node.operator, node.inputs))
    graphs.full = graphs.full or len(nodes) > NODES
    spread(texts, carriers, seen, graphs)


def _node(entry: dict[str, object]) -> Node:
    node = Node(name=_text(entry.get("name")), operator=_text(entry.get("op"))[:SHOWN_CHARACTERS])
    inputs = entry.get("input")
    node.inputs = [one for one in inputs if isinstance(one, str)] if isinstance(inputs, list) else []
    attributes = entry.get("attr")
    for value in attributes.values() if isinstance(attributes, dict) else ():
        text = value.get("s") if isinstance(value, dict) else None
        if isinstance(text, str):
            node.attributes.append(_base64(text))
        tensor = value.get("tensor") if isinstance(value, dict) else None
        words = tensor.get("stringVal") if isinstance(tensor, dict) else None
        node.values.extend(_base64(one) for one in words[:20] if isinstance(one, str)) if isinstance(
            words, list
        ) else None
    return node


def _base64(text: str) -> str:
    """JSON of protobuf writes bytes in base64; what does not decode stays as it is."""
    import binascii

    try:
        return binascii.a2b_base64(text[:8192].encode("ascii"), strict_mode=True).decode("utf-8")
    except (binascii.Error, UnicodeError):
        return text


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
