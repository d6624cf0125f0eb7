"""One JSON document from a stranger: every encoding that `json` takes, depth bounded, repeated keys remembered."""

import json
from collections.abc import Iterator

from scanner.format import MalformedError
from scanner.json_object import remember

KEPT_NBYTES = 64 << 10
"""Largest text of which the value is kept for the next reader of the same file."""

ANCESTORS = 64
"""How far a look outwards goes, so that a deep nest with many leaves stays linear."""


class _Last:
    """The text that was parsed last, and its value: several readers look at one configuration in turn."""

    raw = b""
    value: object = None


_DECODER = json.JSONDecoder(object_pairs_hook=remember)


def parse(raw: bytes) -> object:
    """Parse a document: UTF-8, UTF-16 or UTF-32, as `json.loads` does for bytes. What it returns is not changed.

    Raises `MalformedError` where it is none, or nests too deep for the parser.
    """
    if raw and raw == _Last.raw:
        return _Last.value
    value = _parsed(raw)
    if len(raw) <= KEPT_NBYTES:
        _Last.raw, _Last.value = raw, value
    return value


def _parsed(raw: bytes) -> object:
    try:
        # What `json.loads` accepts counts, since loaders hand it the bytes: a byte order mark, UTF-16, lone surrogates.
        text = raw.decode(json.detect_encoding(raw), "surrogatepass")
    except UnicodeDecodeError as error:
        message = "the text is not in the encoding it starts with"
        raise MalformedError(message, error.start) from error
    try:
        value: object = _DECODER.decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        message = f"no JSON: {error.msg.lower()}"
        raise MalformedError(message, error.pos) from error
    except (RecursionError, ValueError) as error:
        message = f"no JSON that can be read: {type(error).__name__}"
        raise MalformedError(message, 0) from error
    return value


class Node:
    """A value with its way from the top, spelled out only when asked."""

    __slots__ = ("depth", "key", "parent", "value")

    def __init__(self, value: object, parent: "Node | None" = None, key: object = "") -> None:
        """Keep the value and where it hangs."""
        self.value = value
        self.parent = parent
        self.key = key
        self.depth: int = parent.depth + 1 if parent else 0

    @property
    def pointer(self) -> str:
        """The JSON pointer (RFC 6901) of this value."""
        parts = [
            str(node.key)[:100].replace("~", "~0").replace("/", "~1")
            for node in self.ancestors(self.depth)
            if node.parent
        ]
        return "".join(f"/{part}" for part in reversed(parts))

    def ancestors(self, bound: int = ANCESTORS) -> Iterator["Node"]:
        """Yield this node, then the nodes around it, `bound` in all at most."""
        node: Node | None = self
        while node is not None and bound > 0:
            yield node
            node = node.parent
            bound -= 1


def walk(value: object) -> Iterator[Node]:
    """Yield every object and list of a document in document order, without recursion."""
    pending = [Node(value)]
    while pending:
        node = pending.pop()
        yield node
        pairs = node.value.items() if isinstance(node.value, dict) else enumerate(_items(node.value))
        children = [Node(child, node, key) for key, child in pairs if isinstance(child, dict | list)]
        pending.extend(reversed(children))


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []
