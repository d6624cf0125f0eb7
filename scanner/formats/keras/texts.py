"""Texts of a Keras configuration that name files or addresses, or hold more than a setting."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact
from scanner.facts.keras import KerasPath
from scanner.facts.metadata import MetadataEntry
from scanner.json_text import Node
from scanner.marks import marks_of
from scanner.members import leads

VALUE_CHARACTERS = 200
SEARCHED_CHARACTERS = 1 << 20

OPENED = frozenset((
    "vocabulary", "idf_weights", "filepath", "vocabulary_file", "vocabulary_path", "merges", "model_path",
    "weights_path",
))  # fmt: skip
"""Keys whose text a layer opens as a file when it is built."""

_OPENING = re.compile(r"Lookup|TextVectorization|TFSMLayer|Tokenizer|Hashing|CategoryCrossing")
_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://")
_ABSOLUTE = re.compile(r"/[\w.~-]+/|[A-Za-z]:[\\/]|\\\\\w")
_KEPT_MARKS = frozenset(("code", "shebang", "target", "bidi", "invisible"))
_CODE_KEYS = frozenset(("code", "module", "function"))


def texts(container: str, artifact: Artifact, node: Node, value: dict[str, object]) -> Iterator[Fact]:
    """State the texts of one object that name a file or an address, or that hold code or an encoded program."""
    for key, text in value.items():
        if not isinstance(text, str) or not text:
            continue
        how = _how(text)
        opened = key in OPENED
        if opened or how:
            owner = _owner(node)
            yield KerasPath(
                where=Location(path=artifact.path, pointer=node.pointer),
                container=container,
                class_name=owner,
                key=key[:VALUE_CHARACTERS],
                value=text[:VALUE_CHARACTERS],
                how=how,
                loaded=opened and _OPENING.search(owner) is not None,
            )
        if key not in _CODE_KEYS:
            yield from _marked(artifact, node, key, text[:SEARCHED_CHARACTERS])


def _how(text: str) -> str:
    if _ADDRESS.match(text):
        return "url"
    if _ABSOLUTE.match(text) or ".." in text[:4096]:
        return leads(text[:4096])
    return ""


def _owner(node: Node) -> str:
    """Name the class around a text."""
    for around in node.ancestors():
        name = around.value.get("class_name") if isinstance(around.value, dict) else None
        if isinstance(name, str):
            return name[:VALUE_CHARACTERS]
    return ""


def _marked(artifact: Artifact, node: Node, key: str, text: str) -> Iterator[MetadataEntry]:
    marks = marks_of(text)
    if any(mark in _KEPT_MARKS or mark.startswith("encoded-") for mark in marks):
        yield MetadataEntry(
            where=Location(path=artifact.path, pointer=node.pointer),
            format="keras",
            place="attribute",
            key=key[:VALUE_CHARACTERS],
            kind="text",
            value=text[:VALUE_CHARACTERS],
            size=len(text),
            marks=marks,
        )
