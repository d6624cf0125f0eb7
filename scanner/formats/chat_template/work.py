"""Work that a short template multiplies: loops in loops, constant ranges, repeated and padded texts."""

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import nodes

from scanner.formats.chat_template.scopes import children
from scanner.formats.chat_template.taint import Flow

DEEP = 4
"""Loops inside loops of real templates: three at most among 380."""

MANY = 1000
"""Rounds or characters from which a constant is stated."""


class Work(NamedTuple):
    """How work is multiplied, by how much, and where."""

    how: str
    amount: int
    line: int


def repetition(tree: nodes.Template, flow: Flow) -> Iterator[Work]:  # noqa: C901 - one branch a kind
    """Yield what multiplies work beyond what real templates do."""
    depth, line = _nested(tree)
    if depth >= DEEP:
        yield Work("nesting", depth, line)
    for node in flow.nodes:
        if isinstance(node, nodes.Call):
            yield from _called(node, flow)
        elif isinstance(node, nodes.Mul):
            for value in (*flow.constants(node.left), *flow.constants(node.right)):
                yield from _large("product", value, node.lineno)
        elif isinstance(node, nodes.Filter) and node.name in {"center", "indent", "wordwrap"}:
            for argument in node.args[:1]:
                for value in flow.constants(argument):
                    yield from _large("padding", value, node.lineno)


def _called(node: nodes.Call, flow: Flow) -> Iterator[Work]:
    if isinstance(node.node, nodes.Name) and node.node.name == "range":
        for argument in node.args[:2]:
            for value in flow.constants(argument):
                yield from _large("range", value, node.lineno)
    elif isinstance(node.node, nodes.Getattr) and node.node.attr in {"center", "ljust", "rjust", "zfill", "expandtabs"}:
        for argument in node.args[:1]:
            for value in flow.constants(argument):
                yield from _large("padding", value, node.lineno)


def _large(how: str, value: object, line: int) -> Iterator[Work]:
    if isinstance(value, int) and abs(value) >= MANY:
        yield Work(how, min(abs(value), 1 << 62), line)


def _nested(tree: nodes.Template) -> tuple[int, int]:
    """Return the deepest nest of loops, and the line of the innermost."""
    deepest = (0, 1)
    pending: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, nodes.For):
            depth += 1
            deepest = max(deepest, (depth, node.lineno))
        pending.extend((child, depth) for child in children(node))
    return deepest
