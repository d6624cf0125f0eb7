"""From `schema.json` to the names that skops imports while it builds the tree of nodes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import RepeatedKey
from scanner.facts.skops import SkopsModel, SkopsName
from scanner.formats.pickle.names import cut, tails
from scanner.json_object import JsonObject
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits

NAMES = 5000
"""Different names kept of one schema."""

# https://github.com/skops-dev/skops/blob/main/skops/io/_general.py, _numpy.py, _scipy.py, _sklearn.py, old/
_OBJECTS = frozenset(("ObjectNode", "DictNode", "ListNode", "SetNode", "TupleNode", "DefaultDictNode", "SliceNode"))
_CALLS = frozenset((
    "ReduceNode", "SGDNode", "LossNode", "TreeNode", "_DictWithDeprecatedKeysNode", "DatetimeTimedeltaNode",
    "RandomStateNode", "RandomGeneratorNode", "PartialNode", "QuantileForestNode", "BytearrayNode",
))  # fmt: skip
_DATA = frozenset((
    "JsonNode", "BytesNode", "NdArrayNode", "MaskedArrayNode", "SparseMatrixNode", "DTypeNode", "CachedNode",
))  # fmt: skip
_KINDS = {
    "TypeNode": "type", "FunctionNode": "function", "MethodNode": "method", "OperatorFuncNode": "operator",
    **dict.fromkeys(_OBJECTS | _DATA, "object"), **dict.fromkeys(_CALLS, "call"),
}  # fmt: skip


@dataclass(slots=True)
class _Found:
    """The names met so far, each with its first fact."""

    path: str
    names: dict[tuple[str, ...], SkopsName] = field(default_factory=dict)
    nodes: int = 0
    full: bool = False

    def add(self, node: Node, loader: str, module: str, name: str, method: str = "") -> None:
        """Count a name that loading imports."""
        kind = _KINDS.get(loader, "unknown")
        key = (loader, module, name, method)
        known = self.names.get(key)
        if known is not None:
            self.names[key] = replace(known, count=known.count + 1)
        elif len(self.names) >= NAMES:
            self.full = True
        else:
            self.names[key] = SkopsName(
                where=Location(path=self.path, pointer=node.pointer), loader=cut(loader), kind=kind,
                target=cut(f"{module}.{name}" if module else name), module=cut(module), name=cut(name),
                package=cut(module.partition(".")[0]), tails=tails(module, name), method=cut(method), count=1,
            )  # fmt: skip


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a schema; see `Format.read`. A JSON document without a loader holds none."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        document = parse(stream.read(artifact.size))
    found = _Found(artifact.path)
    for node in walk(document):
        if isinstance(node.value, JsonObject):
            yield from _node(found, node, node.value)
    if not found.nodes:
        return
    yield from found.names.values()
    top = document if isinstance(document, dict) else {}
    protocol, version = top.get("protocol"), top.get("_skops_version")
    yield SkopsModel(
        where=artifact.at(),
        protocol=protocol if isinstance(protocol, int) and 0 <= protocol < 1 << 31 else -1,
        version=version[:100] if isinstance(version, str) else "",
        nodes=found.nodes,
    )
    if found.full:
        yield LimitReached(where=artifact.at(), limit="names", bound=NAMES, unit="names")


def _node(found: _Found, node: Node, value: JsonObject) -> Iterator[Fact]:
    loader = value.get("__loader__")
    if not isinstance(loader, str):
        return
    found.nodes += 1
    for key, identical in value.repeated:
        where = Location(path=found.path, pointer=node.pointer)
        yield RepeatedKey(where=where, format="skops", place="header", key=key[:200], identical=identical)
    content = value.get("content")
    inner = content if isinstance(content, dict) else {}
    module, name = _text(value.get("__module__")), _text(value.get("__class__"))
    if loader == "FunctionNode":
        # What is imported stands in the content; the node's own names only describe it.
        module = _text(inner.get("module_path")) or module
        name = _text(inner.get("function")) or (content if isinstance(content, str) else name)
    if loader == "TypeNode":
        module, name = _text(inner.get("__module__")) or module, _text(inner.get("__class__")) or name
    if loader == "MethodNode":
        owner = inner.get("obj")
        owner = owner if isinstance(owner, dict) else {}
        # The object says what the method is looked up on, not the node (CVE-2025-54413).
        module, name = _text(owner.get("__module__")) or module, _text(owner.get("__class__")) or name
        found.add(node, loader, module, name, _text(inner.get("func")))
    elif name or module:
        found.add(node, loader, module, name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
