"""What a Keras configuration holds, line by line, for a reader of lists: its layers."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits
from scanner.tensors import Row

_TOLD = ("keras_version", "backend", "date_saved")
_SETTINGS = (
    "batch_shape", "batch_input_shape", "units", "filters", "kernel_size", "strides", "pool_size", "input_dim",
    "output_dim", "num_heads", "rate", "axis", "activation", "function",
)  # fmt: skip
"""Settings of a layer that say most about it, in the order they are shown."""

_SHOWN_CHARACTERS = 60


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield versions, then every layer with its class and main settings as `value`; layers of inner models as "a/b".

    Raises `MalformedError`.
    """
    if artifact.size > limits.header_nbytes:
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    document = parse(raw)
    for node in walk(document):
        value = node.value
        if isinstance(value, dict):
            told = (key for key in _TOLD if isinstance(value.get(key), str))
            yield from (Row("metadata", key, "text", value=str(value[key])) for key in told)
            if _is_layer(node):
                names = [_name(around) for around in node.ancestors() if _is_layer(around)]
                yield Row("layer", "/".join(reversed(names)), value=_shown(value))


def _is_layer(node: Node) -> bool:
    return isinstance(node.key, int) and node.parent is not None and node.parent.key == "layers"


def _name(node: Node) -> str:
    layer = node.value if isinstance(node.value, dict) else {}
    config = layer.get("config")
    name = layer.get("name") or (config.get("name") if isinstance(config, dict) else None)
    return name if isinstance(name, str) else str(node.key)


def _shown(layer: dict[str, object]) -> str:
    """Show a layer's class and settings: "Dense(units=3, activation=relu)"."""
    config = layer.get("config")
    settings = []
    for key in _SETTINGS:
        value = config.get(key) if isinstance(config, dict) else None
        if isinstance(value, str | int | float) or (isinstance(value, list) and _is_flat(value)):
            settings.append(f"{key}={str(value)[:_SHOWN_CHARACTERS]}")
    return f"{layer.get('class_name')}({', '.join(settings)})"


def _is_flat(value: list[object]) -> bool:
    return len(value) <= len(_SETTINGS) and not any(isinstance(one, dict | list) for one in value)
