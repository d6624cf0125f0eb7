"""From a Keras configuration to facts: what loading would look up, run and open."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.keras import KerasModel, KerasObject
from scanner.facts.metadata import RepeatedKey
from scanner.formats.keras.code import codes, wrapped
from scanner.formats.keras.flow import Flow
from scanner.formats.keras.texts import texts
from scanner.json_object import JsonObject
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits

OBJECTS = 5000
"""Different names kept of one configuration."""

VALUE_CHARACTERS = 200

_PLAIN = frozenset((
    "__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__", "__lambda__", "__tuple__",
    "TensorShape",
))  # fmt: skip
"""Class names that Keras handles itself; none of them is looked up."""

_OPERATORS = frozenset(("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod", "InstanceMethod"))
_NAMED = frozenset(("activation", "recurrent_activation", "loss", "metrics", "weighted_metrics", "optimizer"))
"""Keys whose texts are names of functions or classes."""

_CONTAINERS = (
    (re.compile(r"!(?:/[^!]*)?@\w+$"), "hdf5"),
    (re.compile(r"\.keras!"), "keras"),
    (re.compile(r"!keras:"), "savedmodel"),
)


@dataclass(slots=True)
class Found:
    """The names met so far, each with its first fact."""

    artifact: Artifact
    container: str
    objects: dict[tuple[str, ...], KerasObject] = field(default_factory=dict)
    total: int = 0
    full: bool = False

    def at(self, node: Node) -> Location:
        """Name a place in the configuration."""
        return Location(path=self.artifact.path, pointer=node.pointer)

    def add(self, node: Node, kind: str, module: str, name: str, **more: str) -> None:
        """Count a name that loading looks up."""
        self.total += 1
        key = (kind, module, name, more.get("registered", ""), more.get("arguments", ""))
        known = self.objects.get(key)
        if known is not None:
            self.objects[key] = replace(known, count=known.count + 1)
            return
        if len(self.objects) >= OBJECTS:
            self.full = True
            return
        module, name = module[:VALUE_CHARACTERS], name[:VALUE_CHARACTERS]
        self.objects[key] = KerasObject(
            where=self.at(node),
            container=self.container,
            kind=kind,
            target=f"{module}.{name}" if module else name,
            module=module,
            package=module.partition(".")[0],
            name=name,
            registered=more.get("registered", "")[:VALUE_CHARACTERS],
            place=more.get("place", "")[:VALUE_CHARACTERS],
            arguments=more.get("arguments", "")[:VALUE_CHARACTERS],
            count=1,
        )


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a configuration; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    if not raw:
        return
    document = parse(raw)
    found = Found(artifact, next((kind for mark, kind in _CONTAINERS if mark.search(artifact.path)), "json"))
    flow = Flow(artifact)
    for node in walk(document):
        if isinstance(node.value, dict):
            flow.add(node, node.value)
            yield from _object(found, node, node.value)
        elif node.key in _NAMED and isinstance(node.value, list):
            _names(found, node, node.value)
    yield from found.objects.values()
    yield _model(found, document)
    yield from flow.conditions()
    if found.full:
        yield LimitReached(where=artifact.at(), limit="names", bound=OBJECTS, unit="names")


def _model(found: Found, document: object) -> KerasModel:
    top = document if isinstance(document, dict) else {}
    topology = top.get("modelTopology")
    inner = topology if isinstance(topology, dict) else top
    config = inner.get("model_config")
    named = config if isinstance(config, dict) else inner
    return KerasModel(
        where=found.artifact.at(),
        container=found.container,
        class_name=_text(named.get("class_name")),
        version=_text(inner.get("keras_version")),
        backend=_text(inner.get("backend")),
        objects=found.total,
    )


def _text(value: object) -> str:
    return value[:VALUE_CHARACTERS] if isinstance(value, str) else ""


def _object(found: Found, node: Node, value: dict[str, object]) -> Iterator[Fact | Artifact]:
    if isinstance(value, JsonObject):
        for key, identical in value.repeated:
            yield RepeatedKey(
                where=found.at(node), format="keras", place="metadata", key=key[:VALUE_CHARACTERS], identical=identical
            )
    name = value.get("class_name")
    if isinstance(name, str):
        _lookup(found, node, value, name)
    for key in _NAMED.intersection(value):
        _names(found, node, [value[key]], key)
    yield from codes(found.container, found.artifact, node, value)
    yield from wrapped(found.container, found.artifact, node, value)
    yield from texts(found.container, found.artifact, node, value)


def _lookup(found: Found, node: Node, value: dict[str, object], name: str) -> None:
    """Tell what `deserialize_keras_object` would look up for one object, whichever Keras reads it."""
    config, module = value.get("config"), _text(value.get("module"))
    registered = value.get("registered_name")
    other = registered if isinstance(registered, str) and registered != name else ""
    place = str(next((one.key for one in node.ancestors() if isinstance(one.key, str)), ""))
    if name == "function":
        found.add(
            node, "function", module, config if isinstance(config, str) else "", registered=other, place=place,
            arguments=_arguments(node),
        )  # fmt: skip
    elif name == "__typespec__":
        found.add(node, "typespec", module, _text(value.get("spec_name")), place=place)
    elif name not in _PLAIN:
        found.add(node, "class", module, name, registered=other, place=place, arguments=_arguments(node))
    if isinstance(config, dict) and name in _OPERATORS:
        _operator(found, node, config)
    if isinstance(config, dict) and name == "Lambda" and config.get("function_type") == "function":
        found.add(node, "function", _text(config.get("module")), _text(config.get("function")), place="function")


def _operator(found: Found, node: Node, config: dict[str, object]) -> None:
    """A TFOpLambda layer calls any function of TensorFlow's public interface by its name."""
    for key in ("function", "cls_symbol", "cls_ref"):
        symbol = config.get(key)
        if isinstance(symbol, str):
            method = config.get("method_name")
            name = f"{symbol}.{method}" if isinstance(method, str) else symbol
            module, _, raw = name.rpartition("raw_ops.")
            found.add(node, "operator", f"{module}raw_ops" if raw != name else "", raw, place=key)
    definition = config.get("node_def")
    symbol = definition.get("op") if isinstance(definition, dict) else None
    if isinstance(symbol, str):
        found.add(node, "operator", "raw_ops", symbol, place="node_def")


def _arguments(node: Node) -> str:
    """Show what a Lambda layer calls its function with: the `arguments` beside it."""
    around = node.parent.value if node.parent else None
    arguments = around.get("arguments") if isinstance(around, dict) else None
    if not isinstance(arguments, dict) or not arguments:
        return ""
    shown = {key[:VALUE_CHARACTERS]: _shown(value) for key, value in list(arguments.items())[:20]}
    return json.dumps(shown, ensure_ascii=True)


def _shown(value: object) -> object:
    if isinstance(value, str):
        return value[:VALUE_CHARACTERS]
    return value if isinstance(value, bool | float | type(None)) else "..."


def _names(found: Found, node: Node, values: list[object], key: str = "") -> None:
    for value in values[:100]:
        if isinstance(value, str) and value:
            found.add(node, "name", "", value, place=key or str(node.key))
