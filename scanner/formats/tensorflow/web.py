"""TensorFlow.js: a model.json with a graph or a Keras model, and a manifest of weight files."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.tensor import ShardEntry
from scanner.formats.tensorflow.graph import CARRIERS, NODES, SHOWN_CHARACTERS, Graphs, Node, leads_out, spread
from scanner.json_text import parse
from scanner.tensors import digest

GROUPS = 10_000
"""Groups and files of a manifest."""


def web(artifact: Artifact, raw: bytes, graphs: Graphs) -> Iterator[Fact]:
    """Yield the facts of a model.json; its operators go to `graphs`. Raises `MalformedError`."""
    top = parse(raw)
    model = top if isinstance(top, dict) else {}
    topology = model.get("modelTopology")
    if isinstance(topology, dict):
        _graph(topology, graphs, "")
        library = topology.get("library")
        functions = library.get("function") if isinstance(library, dict) else None
        for function in functions if isinstance(functions, list) else ():
            _function(function, graphs)
    manifest = model.get("weightsManifest")
    groups = manifest if isinstance(manifest, list) else []
    if len(groups) > GROUPS:
        yield LimitReached(where=artifact.at(), limit="groups", bound=GROUPS, unit="groups")
    for number, group in enumerate(groups[:GROUPS]):
        yield from _group(artifact, number, group)


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


def _group(artifact: Artifact, number: int, group: object) -> Iterator[ShardEntry]:
    paths = group.get("paths") if isinstance(group, dict) else None
    weights = group.get("weights") if isinstance(group, dict) else None
    entries = weights if isinstance(weights, list) else []
    names = [_text(one.get("name")) for one in entries if isinstance(one, dict)]
    for position, path in enumerate(paths[:GROUPS] if isinstance(paths, list) else ()):
        if isinstance(path, str):
            yield ShardEntry(
                where=Location(path=artifact.path, pointer=f"/weightsManifest/{number}/paths/{position}"),
                shard=path[:SHOWN_CHARACTERS],
                tensors=len(names),
                names=digest(names),
                how=leads_out(path),
            )
