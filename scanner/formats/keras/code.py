"""Code in a Keras configuration: marshal data of Lambda layers, Python source, pickled PyTorch modules."""

import base64
import binascii
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact
from scanner.facts.keras import KerasCode, KerasWrappedModule
from scanner.json_text import Node
from scanner.marshalled import harvest
from scanner.streams import held

_TYPE = "_type"
_SOURCES = ("lambda ", "lambda:", "def ")
_NAME_CHARACTERS = 200


def codes(container: str, artifact: Artifact, node: Node, value: dict[str, object]) -> Iterator[KerasCode]:
    """Yield the code that one object of the configuration holds.

    Keras 3 writes `{"class_name": "__lambda__", "config": {"code": …}}`; Keras 1 and 2 write a list whose first
    item is the code under a key that `KEY_type: "lambda"` describes.
    """
    if value.get("class_name") == "__lambda__":
        config = value.get("config")
        for key in ("code", "value"):
            if isinstance(config, dict) and key in config:
                yield from _code(container, artifact, node, str(node.key), config[key])
    for key, kind in value.items():
        if kind == "lambda" and key.endswith(_TYPE):
            stem = key.removesuffix(_TYPE)
            yield from _code(container, artifact, node, stem, value.get(stem))
    function = value.get("function")
    if isinstance(function, str) and function.lstrip().startswith(_SOURCES):
        yield _fact(container, artifact, node, "function", form="text", strings=(function[:_NAME_CHARACTERS],))
    elif isinstance(function, list) and "function_type" not in value and function:
        yield from _code(container, artifact, node, "function", function)


def _code(container: str, artifact: Artifact, node: Node, key: str, code: object) -> Iterator[KerasCode]:
    if isinstance(code, dict):  # a tuple, in the metadata of a SavedModel: {"class_name": "__tuple__", "items": […]}
        code = code.get("items")
    text = code[0] if isinstance(code, list) and code else code
    if not isinstance(text, str):
        return
    raw = _decode(text)
    found = harvest(raw)
    yield _fact(
        container, artifact, node, key, form="bytecode", names=tuple(found.names), strings=tuple(found.strings),
        complete=found.complete, size=len(raw),
    )  # fmt: skip


def _decode(text: str) -> bytes:
    """Decode as `func_load` of keras/src/utils/python_utils.py does: base64, or the bytes themselves as text."""
    try:
        return binascii.a2b_base64(text.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        return text.encode("latin-1", "replace")


def _fact(  # noqa: PLR0913 - the fields of the fact
    container: str, artifact: Artifact, node: Node, key: str, *, form: str, names: tuple[str, ...] = (),
    strings: tuple[str, ...] = (), complete: bool = True, size: int = 0,
) -> KerasCode:  # fmt: skip
    return KerasCode(
        where=Location(path=artifact.path, pointer=node.pointer),
        container=container,
        layer=_layer(node),
        key=key[:_NAME_CHARACTERS],
        form=form,
        names=names,
        strings=strings,
        complete=complete,
        size=size,
    )


def _layer(node: Node) -> str:
    """Name the layer around a place."""
    for around in node.ancestors():
        name = around.value.get("name") if isinstance(around.value, dict) else None
        if isinstance(name, str):
            return name[:_NAME_CHARACTERS]
    return ""


def wrapped(container: str, artifact: Artifact, node: Node, value: dict[str, object]) -> Iterator[Fact | Artifact]:
    """Yield the pickled module of a TorchModuleWrapper layer: `torch.load` reads it (CVE-2025-49655)."""
    name, config = value.get("class_name"), value.get("config")
    if not isinstance(name, str) or not name.endswith("TorchModuleWrapper") or not isinstance(config, dict):
        return
    module = config.get("module")
    if isinstance(module, dict) and isinstance(module.get("config"), dict):
        module = module["config"].get("value")
    if not isinstance(module, str):
        return
    raw = _unwrap(module)
    yield KerasWrappedModule(
        where=Location(path=artifact.path, pointer=node.pointer), container=container, class_name=name, size=len(raw)
    )
    yield Artifact(path=f"{artifact.path}!{node.pointer}/config/module", size=len(raw), open=held(raw))


def _unwrap(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return text.encode("utf-8", "surrogatepass")
