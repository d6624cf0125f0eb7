"""What counts the rounds of a loop over messages: `loop.index`, and a number that grows by a constant."""

from collections.abc import Iterator

from jinja2 import nodes

from scanner.formats.chat_template.scopes import walk

TURNS = "turns"

Counter = tuple[nodes.Node, frozenset[str]]


def counted(tree: nodes.Template) -> Iterator[Counter]:
    """Find what counts the rounds of a loop over messages: `loop.index`, and a number that grows by a constant."""
    over = _loops(tree)
    for loop, tag in over:
        for node in (found for part in loop.body for found in walk(part)):
            if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "loop":
                if node.attr in {"index", "index0", "length", "revindex", "revindex0"}:
                    yield node, frozenset({tag})
            elif isinstance(node, nodes.Assign) and _grows(node):
                yield node, frozenset({tag})


def _loops(tree: nodes.Template) -> list[tuple[nodes.For, str]]:
    """List loops over the messages themselves; loops inside them count something else."""
    found = []
    for loop in tree.find_all(nodes.For):
        base = loop.iter
        while isinstance(base, nodes.Getitem | nodes.Filter) and base.node is not None:
            base = base.node
        if isinstance(base, nodes.Name) and "message" in base.name:
            found.append((loop, TURNS))
    return found


def _grows(node: nodes.Assign) -> bool:
    value = node.node
    if not isinstance(value, nodes.Add) or not isinstance(value.right, nodes.Const):
        return False
    target, left = node.target, value.left
    if isinstance(target, nodes.NSRef) and isinstance(left, nodes.Getattr) and isinstance(left.node, nodes.Name):
        return bool(target.name == left.node.name and target.attr == left.attr)
    return isinstance(target, nodes.Name) and isinstance(left, nodes.Name) and target.name == left.name
