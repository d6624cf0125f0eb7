"""Documents of settings as trees of their keys: what a join looks at that goes from part to part."""

from collections.abc import Iterator, Mapping

from scanner.artifact import Location
from scanner.settings import Document, Leaf

Node = Mapping[str, "Node | Leaf"]
"""An object, or a list with its indexes as keys. Empty ones are leaves."""

EMPTY: Node = {}


def trees(document: Document) -> Iterator[Node]:
    """Yield the tree of each document of a stream."""
    found: dict[str, dict[str, Node | Leaf]] = {}
    for leaf in document.leaves:
        keys = leaf.keys
        if not keys:
            continue
        root = ""
        if keys[0].startswith("---") and keys[0][3:].isdigit():
            root, keys = keys[0], keys[1:]
        at = found.setdefault(root, {})
        for key in keys[:-1]:
            below = at.get(key)
            if not isinstance(below, dict):
                below = at[key] = {}
            at = below
        if keys:
            at[keys[-1]] = leaf
    yield from found.values()


def below(node: Node | Leaf | None, *keys: str) -> Node:
    """Return the object or list that keys lead to, an empty one where none is."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else EMPTY


def leaf(node: Node | Leaf | None, *keys: str) -> Leaf | None:
    """Return the value that keys lead to."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node if isinstance(node, Leaf) else None


def text(node: Node | Leaf | None, *keys: str) -> str:
    """Return the value that keys lead to as text, "" where none is."""
    found = leaf(node, *keys)
    return found.value if found is not None else ""


def is_true(node: Node | Leaf | None, *keys: str) -> bool:
    """Say whether a value is there and true."""
    return text(node, *keys).lower() == "true"


def texts(node: Node | Leaf | None, *keys: str) -> list[str]:
    """Return the texts of a list, or of a single value, that keys lead to."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(node, Leaf):
        return [node.value] if node.kind in "tnbs" else []
    return [one.value for one in node.values() if isinstance(one, Leaf)] if node else []


def leaves(node: Node | Leaf | None) -> Iterator[Leaf]:
    """Yield all values below a node, in order."""
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, Leaf):
            yield one
        elif one:
            stack.extend(reversed(list(one.values())))


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all objects and lists below it, in order."""
    stack: list[Node] = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(reversed([inner for inner in one.values() if isinstance(inner, Mapping)]))


def place(path: str, node: Node | Leaf | None) -> Location:
    """Say where a node begins: at its first value."""
    found = next(leaves(node), None)
    return found.at() if found is not None else Location(path=path)
