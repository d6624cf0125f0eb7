"""Which variable a name of a template means: those of macros and loops are their own."""

from collections.abc import Iterator, Mapping

from jinja2 import nodes

Scope = tuple[str, frozenset[str]]


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and all below it, in the order of the template."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(reversed(list(found.iter_child_nodes())))


def qualified(tree: nodes.Template) -> Mapping[int, str]:
    """Name the variable of each `Name` and `NSRef`, by the node's identity: "name", or "macro:name", "for7:name"."""
    found: dict[int, str] = {}
    pending: list[tuple[nodes.Node, tuple[Scope, ...]]] = [(tree, ())]
    number = 0
    while pending:
        node, scopes = pending.pop()
        if isinstance(node, nodes.Name | nodes.NSRef):
            found[id(node)] = _resolve(node.name, scopes)
        inner = scopes
        if isinstance(node, nodes.Macro):
            inner = (*scopes, (node.name, frozenset(_assigned(node))))
        elif isinstance(node, nodes.For):
            number += 1
            inner = (*scopes, (f"for{number}", frozenset(target.name for target in _names(node.target))))
        pending.extend((child, inner) for child in node.iter_child_nodes())
    return found


def _resolve(name: str, scopes: tuple[Scope, ...]) -> str:
    for scope, bound in reversed(scopes):
        if name in bound:
            return f"{scope}:{name}"
    return name


def _names(node: nodes.Node) -> Iterator[nodes.Name]:
    return (found for found in walk(node) if isinstance(found, nodes.Name))


def _assigned(macro: nodes.Macro) -> Iterator[str]:
    for node in walk(macro):
        if isinstance(node, nodes.Name) and node.ctx in {"store", "param"}:
            yield node.name
