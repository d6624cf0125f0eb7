"""Graphs in protobuf's text form (.pbtxt): operators and constant texts, found by a scan of its tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact
from scanner.facts.tensorflow import TensorflowAsset
from scanner.formats.tensorflow.graph import (
    CARRIERS,
    NODES,
    SHOWN_CHARACTERS,
    TEXT_NBYTES,
    Graphs,
    Node,
    leads_out,
    spread,
)

_TOKENS = re.compile(
    r"#[^\n]*|(?P<brace>[{}])|\b(?P<block>\w++)\s*+:?+\s*+(?=\{)"
    r"|\b(?P<key>\w++)\s*+:\s*+(?:\"(?P<double>(?:[^\"\\\n]|\\.)*)\"|'(?P<single>(?:[^'\\\n]|\\.)*)')"
)
_ESCAPES = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}
_PATHS = re.compile(r'model_checkpoint_paths?\s*:\s*"((?:[^"\\\n]|\\.)*)"')
STATE_NBYTES = 1 << 20
"""Bytes read of a checkpoint's state, a list of paths."""

_BLOCKS = ("node", "node_def")


@dataclass(slots=True)
class _Scan:
    """The node being read, the depth of its block, and where its operator is named."""

    node: Node = field(default_factory=Node)
    depth: int = 0
    inside: int = 0
    at: int = 0

    def step(self, token: re.Match[str]) -> bool:
        """Take one token; say whether it ends a node."""
        if token["brace"]:
            self.depth += 1 if token["brace"] == "{" else -1
            return self.depth < self.inside
        if token["block"] in _BLOCKS:
            self.inside = self.depth + 1
            return True
        if token["key"]:
            double, single = token["double"], token["single"]
            self._text(token["key"], _unescape(double if double is not None else single or ""), token.start())
        return False

    def _text(self, key: str, value: str, at: int) -> None:
        node = self.node
        if key == "op" and not node.operator:
            node.operator, self.at = value[:SHOWN_CHARACTERS], at
        elif key == "name":
            node.name = node.name or value
        elif key == "input":
            node.inputs.append(value)
        elif key == "string_val":
            node.values.append(value[:TEXT_NBYTES])
        elif key == "s":
            node.attributes.append(value[:TEXT_NBYTES])


def scan(text: str, graphs: Graphs) -> None:
    """Add the nodes of a text: a block that gives a name and an operator is a node."""
    graphs.graphs += 1
    texts: dict[str, list[str]] = {}
    carriers: list[Node] = []
    seen: list[tuple[str, list[str]]] = []
    for node, offset in _nodes(text):
        if graphs.nodes >= NODES:
            graphs.full = True
            break
        graphs.add(node, offset, "")
        if node.values:
            texts[node.name] = node.values
        if node.operator in CARRIERS:
            carriers.append(node)
        else:
            seen.append((node.operator, node.inputs))
    spread(texts, carriers, seen, graphs)


def state(artifact: Artifact, text: str) -> Iterator[TensorflowAsset]:
    """Yield the paths of a CheckpointState (checkpoint_state.proto)."""
    for token in _PATHS.finditer(text):
        path = _unescape(token[1])
        yield TensorflowAsset(where=artifact.at(), form="state", filename=path[:SHOWN_CHARACTERS], how=leads_out(path))


def _nodes(text: str) -> Iterator[tuple[Node, int]]:
    """Yield nodes with the offset of their operator, in characters."""
    state = _Scan()
    for token in _TOKENS.finditer(text):
        if state.step(token) and state.node.operator:
            yield state.node, state.at
            state.node = Node()
        elif token["block"] in _BLOCKS:
            state.node = Node()
    if state.node.operator:
        yield state.node, state.at


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return chr(int(match[2], 8)) if match[2] else _PLAIN.get(match[3], match[3])

    return _ESCAPES.sub(plain, text) if "\\" in text else text
