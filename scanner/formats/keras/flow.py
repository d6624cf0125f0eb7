"""Functional configurations as graphs of layers and operations, and the choices they make on the input."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact, Location
from scanner.choices.distance import DEPTH
from scanner.choices.follow import Analysis
from scanner.choices.graph import Graph, Node
from scanner.choices.state import Choice
from scanner.choices.told import told
from scanner.facts import Fact
from scanner.formats.keras.words import PLAIN, WORDS
from scanner.json_text import Node as Place

ELEMENTS = 8
"""Numbers of a constant that is kept by value."""

TEXT_CHARACTERS = 60

_PARTS = 100_000
"""Parts of the arguments of one layer."""

_NEST = 64
"""Lists inside lists around one number."""

_NAMED = 3
"""Where the arguments by name stand in a reference."""

_MODELS = frozenset(("Functional", "Model", "Sequential"))
_CONSTANT = "_CONSTANT_VALUE"
_INPUT = "InputLayer"
_KNOWN = PLAIN.union(*(WORDS.compare, WORDS.carry, WORDS.shape, WORDS.trained, WORDS.free, WORDS.steps, WORDS.selects))


@dataclass(slots=True)
class _Work:
    """The graphs of one configuration: where each layer stands, and the configurations seen so far."""

    pointers: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    nodes: int = 0


class Flow:
    """Collects the models of one document that are no part of another, as they are met from the top down."""

    def __init__(self, artifact: Artifact) -> None:
        """Start with none."""
        self._artifact = artifact
        self._work = _Work()
        self._graphs: list[Graph] = []

    def add(self, place: Place, value: dict[str, object]) -> None:
        """Take the configuration of a model, unless a model around it has it already."""
        if isinstance(value.get("layers"), list) and id(value) not in self._work.seen:
            self._graphs.append(_model(self._work, value, place.pointer, 0))

    def conditions(self) -> Iterator[Fact]:
        """Yield the choices of all models."""
        analysis = Analysis(WORDS, (), self._work.nodes)
        for graph in self._graphs:
            analysis.root(graph)

        def place(choice: Choice) -> Location:
            return Location(path=self._artifact.path, pointer=self._work.pointers[choice.at])

        yield from told(self._artifact, analysis, "keras", place)


def _model(work: _Work, config: dict[str, object], pointer: str, depth: int) -> Graph:
    """Turn a configuration into a graph: functional where its layers say what they take, else one after another."""
    work.seen.add(id(config))
    graph = Graph(name="")
    layers = config.get("layers")
    before = ""
    for number, layer in enumerate(layers if isinstance(layers, list) else ()):
        if not isinstance(layer, dict):
            continue
        inner, class_name = layer.get("config"), layer.get("class_name")
        inner = inner if isinstance(inner, dict) else {}
        name = layer.get("name") or inner.get("name") or f"layer {number}"
        calls = layer.get("inbound_nodes")
        place = len(work.pointers)
        work.pointers.append(f"{pointer}/layers/{number}")
        if class_name == _INPUT:
            graph.inputs.append(f"{name}:0")
            before = before or f"{name}:0"
            continue
        if not isinstance(calls, list):  # a Sequential model
            if not before:
                before = "input"
                graph.inputs.append(before)
            given, before = [[before]], f"{name}:0"
        else:
            given = [list(_values(graph, arguments)) for arguments in calls]
        for call, values in enumerate(given):
            graph.nodes.append(_node(work, str(class_name), layer, inner, f"{name}:{call}", values, place, depth))
            work.nodes += 1
    graph.outputs = [f"{name}:{call}" for name, call in _ends(config.get("output_layers"))] or [before]
    return graph


def _node(  # noqa: PLR0913, PLR0917 - all that is known of one call of a layer
    work: _Work,
    class_name: str,
    layer: dict[str, object],
    config: dict[str, object],
    output: str,
    values: list[str],
    place: int,
    depth: int,
) -> Node:
    name = output.rpartition(":")[0]
    graphs: tuple[Graph, ...] = ()
    operator = class_name
    if class_name in _MODELS and depth < DEPTH and id(config) not in work.seen:
        graphs = (_model(work, config, f"{work.pointers[place]}/config", depth + 1),)
    elif class_name in ("TFOpLambda", "SlicingOpLambda"):
        operator = str(config.get("function", "")).rpartition(".")[2].strip("_") or class_name
    elif class_name == "Activation":
        operator = str(config.get("activation"))
    elif class_name not in _KNOWN and ".ops" not in str(layer.get("module")):
        operator, values = "layer", [*values, ""]
    return Node(operator, "", name, tuple(values), (output,), graphs, at=place)


def _values(graph: Graph, arguments: object) -> Iterator[str]:
    """Yield the values that one call of a layer takes, in their order; constants become values of the graph."""
    pending: list[object] = [arguments]
    for _ in range(_PARTS):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, dict):
            history = _history(value)
            if history:
                yield history
            else:
                pending.extend([_plain(value)] if "class_name" in value else reversed(list(value.values())))
        elif isinstance(value, list) and _is_reference(value):
            pending.extend(value[_NAMED:])
            yield _constant(graph, value[2]) if value[0] == _CONSTANT else f"{value[0]}:{[*value, 0][1]}"
        elif isinstance(value, list) and not _is_numbers(value):
            pending.extend(reversed(value))
        elif value is not None:
            yield _constant(graph, value)


def _is_reference(value: list[object]) -> bool:
    """Say whether a list names a value: [layer, call, tensor] with the arguments by name behind."""
    return len(value) >= _NAMED and isinstance(value[0], str) and isinstance(value[1], int)


def _is_numbers(value: list[object]) -> bool:
    return bool(value) and not any(isinstance(one, dict | list | str) for one in value)


def _history(value: dict[str, object]) -> str:
    """Name the value of a `__keras_tensor__`."""
    config = value.get("config")
    history = config.get("keras_history") if isinstance(config, dict) else None
    return f"{history[0]}:{history[1]}" if isinstance(history, list) and len(history) > 1 else ""


def _plain(value: dict[str, object]) -> object:
    config = value.get("config")
    return config.get("value", "...") if isinstance(config, dict) else "..."


def _constant(graph: Graph, value: object) -> str:
    name = f"constant {len(graph.constants)}"
    for _ in range(_NEST):
        if not (isinstance(value, list) and len(value) == 1):
            break
        value = value[0]
    numbers = value if isinstance(value, list) else [value]
    small = len(numbers) <= ELEMENTS and not any(isinstance(one, dict | list) for one in numbers)
    shown = [f"{one:.9g}" if isinstance(one, float) else str(one)[:TEXT_CHARACTERS] for one in numbers] if small else []
    graph.constants[name] = ", ".join(shown)
    return name


def _ends(value: object) -> Iterator[tuple[str, object]]:
    """Find the layers that a configuration gives as its outputs, however they are nested."""
    pending: list[object] = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list):
            if len(one) > 1 and isinstance(one[0], str) and isinstance(one[1], int):
                yield one[0], one[1]
            else:
                pending.extend(one)
