"""TensorFlow: SavedModels, meta graphs, frozen graphs, checkpoints, and the models of TensorFlow.js."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_NAMES = ("variables.index", "saved_model.pb", "saved_model.pbtxt", "keras_metadata.pb", "fingerprint.pb")
_DATA = pattern(r"\.data-\d{5}-of-\d{5}$")
# A sorted table whose first key is empty; its value is a BundleHeaderProto.
_INDEX = pattern(rb"\0\0.[\x08\x12\x1a]", re.DOTALL)

# A message whose first field is a message of a name and an operator: a node of a graph.
_NODE = pattern(rb"\n(?:.|[\x80-\xff].{1,3})\n(.[\w./>^-]{1,120})\x12(.[A-Z_][\w>]{1,60})[\x1a\"*2:]", re.DOTALL)
# An attribute of a node: a map entry with a name. Other graphs made of nodes (MediaPipe's) have texts there.
_ATTRIBUTE = pattern(rb"\*(?:[\x00-\x7f]|[\x80-\xff][\x00-\x7f])\n.[A-Za-z_]", re.DOTALL)
# SavedModel: schema version 1, then a meta graph; MetaGraphDef: its first field is the list of operators and tags.
_SAVED = pattern(rb"(?:\x08\x01)?\x12[\x80-\xff]*[\x00-\x7f]\n", re.DOTALL)
# MetaGraphDef: its first field has an operator list, tags or a version first.
_META = pattern(rb"\n[\x80-\xff]*[\x00-\x7f][\n\x12\x1a\"*]", re.DOTALL)
_CONTROL = pattern(rb"[\x00-\x08\x0e-\x1f]")
_TEXT = pattern(rb"\s*(?:#[^\n]*\n\s*)*(?:saved_model_schema_version|meta_graphs|node)\s*[:{]")
_OPENS = pattern(rb"\s*([{\[])")
_WEB = pattern(rb'"format"\s*:\s*"(?:graph|layers)-model"')
_MARKS = (
    b'"modelTopology"', b'"weightsManifest"', b'"graph-model"', b'"layers-model"', b'"weights"', b"\x12",
    b"model_checkpoint_path",
)  # fmt: skip
"""One of these is in everything that is claimed by its content."""
_STATE = (b"model_checkpoint_path:", b"all_model_checkpoint_paths:")
_WORDS = (b"tensorflow", b"Placeholder", b'"\x05serve', b"\x05Const")


def claims(head: bytes, path: str) -> bool:
    """By the names that TensorFlow itself goes by, or by the first node or meta graph."""
    name = path.replace("\\", "/").rpartition("/")[2].rpartition("!")[2]
    if name in _NAMES or _DATA.search(name) or (name.endswith(".index") and _INDEX.match(head)):
        return True
    if head.startswith(_STATE) or _is_web(head):
        return True
    if _node(head) and (name.endswith((".pb", ".meta")) or _ATTRIBUTE.search(head)):
        return True
    if name.endswith(".meta") and _META.match(head) and _CONTROL.search(head):
        return True
    if name.endswith(".pb") and (_SAVED.match(head) or _META.match(head)):
        return any(word in head for word in _WORDS)
    return name.endswith(".pbtxt") and _TEXT.match(head) is not None


def _is_web(head: bytes) -> bool:
    """Say whether this is a model.json of TensorFlow.js, or the list of weights that stands alone beside one."""
    opens = _OPENS.match(head)
    if opens is None:
        return False
    if opens[1] == b"{":
        return b'"modelTopology"' in head or b'"weightsManifest"' in head or _WEB.search(head) is not None
    return all(word in head for word in (b'"weights"', b'"shape"', b'"dtype"'))


def _node(head: bytes) -> bool:
    """Say whether the first field is a node: its name and operator have the lengths that they say."""
    found = _NODE.match(head)
    return found is not None and all(len(text) - 1 == text[0] for text in found.groups())


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield operators with the constants that reach them, assets, tables of variables; Keras metadata as artifacts."""
    from scanner.formats.tensorflow.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="tensorflow",
    spec="https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf",
    claims=claims,
    read=read,
    opens=b"ma{[\t\n\x0b\x0c\r ",
    holds=_MARKS,
    named=(".pb", ".index", ".meta", ".data-"),
    reads="operators of graphs and functions with constant texts that reach them, assets, Keras metadata, "
    "index of a checkpoint with its checksums, choices on the input, models of TensorFlow.js and their weights",
    leaves="values of variables, choices in text form and in StableHLO, graphs inside serialised datasets, "
    "what a custom operator does",
)
