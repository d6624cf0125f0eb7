"""What a template's code is made of: statements, filters, tests, methods, calls, attributes and free names."""

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import nodes

from scanner.formats.chat_template.taint import Flow

ATTRIBUTE_FILTERS = frozenset(
    {"attr", "map", "selectattr", "rejectattr", "groupby", "sort", "sum", "unique", "min", "max"}
)
"""Filters that look a name up which is given as text."""


class Construct(NamedTuple):
    """One named construct, whether its name was put together from parts, and where it stands."""

    kind: str
    name: str
    folded: bool
    line: int


def constructs(flow: Flow) -> Iterator[Construct]:  # noqa: C901 - one branch a kind
    """Yield each construct as often as it stands there."""
    stored = {node.name for node in flow.nodes if isinstance(node, nodes.Name) and node.ctx in {"store", "param"}}
    called = {id(node.node) for node in flow.nodes if isinstance(node, nodes.Call)}
    for node in flow.nodes:
        line = node.lineno or 1
        if isinstance(node, nodes.Stmt):
            yield Construct("node", type(node).__name__, folded=False, line=line)
        elif isinstance(node, nodes.Filter):
            yield from _filter(node, flow)
        elif isinstance(node, nodes.Test):
            yield Construct("test", node.name, folded=False, line=line)
        elif isinstance(node, nodes.Call):
            yield from _call(node, flow, stored)
        elif isinstance(node, nodes.Getattr) and id(node) not in called:
            yield Construct("attribute", node.attr, folded=False, line=line)
        elif isinstance(node, nodes.Getitem):
            yield from _items(node, flow)
        elif isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in stored | set(flow.macros):
            if id(node) not in called:
                yield Construct("name", node.name, folded=False, line=line)
        elif isinstance(node, nodes.Pow | nodes.Div | nodes.FloorDiv):
            yield Construct("node", type(node).__name__, folded=False, line=line)


def _filter(node: nodes.Filter, flow: Flow) -> Iterator[Construct]:
    yield Construct("filter", node.name, folded=False, line=node.lineno)
    if node.name == "format" and node.node is not None and not flow.constants(node.node):
        yield Construct("format", "format", folded=False, line=node.lineno)
    if node.name in ATTRIBUTE_FILTERS:
        for argument in (*node.args[:1], *(pair.value for pair in node.kwargs if pair.key == "attribute")):
            yield from _given(argument, flow, node.lineno, unknown=node.name == "attr")
    if node.name == "map" and node.args:
        named = [str(name) for name in flow.constants(node.args[0])]
        for name in named:
            yield Construct("filter", name, folded=not isinstance(node.args[0], nodes.Const), line=node.lineno)
        if "attr" in named and len(node.args) > 1:
            yield from _given(node.args[1], flow, node.lineno, unknown=True)


def _given(argument: nodes.Expr, flow: Flow, line: int, *, unknown: bool) -> Iterator[Construct]:
    """Yield the names that a filter is given as text; one that is not constant as "" where it may be any."""
    names = [value for value in flow.constants(argument) if isinstance(value, str)]
    for part in (part for name in names for part in name.split(".")):
        yield Construct("attribute", part, folded=not isinstance(argument, nodes.Const), line=line)
    if unknown and not names:
        yield Construct("attribute", "", folded=True, line=line)


def _call(node: nodes.Call, flow: Flow, stored: set[str]) -> Iterator[Construct]:
    target = node.node
    if isinstance(target, nodes.Getattr):
        yield Construct("method", target.attr, folded=False, line=node.lineno)
        if target.attr in {"format", "format_map"} and not flow.constants(target.node):
            yield Construct("format", target.attr, folded=False, line=node.lineno)
    elif isinstance(target, nodes.Getitem):
        names = [value for value in flow.constants(target.arg) if isinstance(value, str)]
        for name in names:
            yield Construct("method", name, folded=not isinstance(target.arg, nodes.Const), line=node.lineno)
    elif not isinstance(target, nodes.Name):
        yield Construct("call", "", folded=False, line=node.lineno)
    elif target.name not in flow.macros:
        # A variable of the template's own may hold whatever was looked up before.
        yield Construct("call", target.name, folded=target.name in stored, line=node.lineno)


def _items(node: nodes.Getitem, flow: Flow) -> Iterator[Construct]:
    plain = isinstance(node.arg, nodes.Const)
    for value in flow.constants(node.arg) if not isinstance(node.arg, nodes.Slice) else ():
        if isinstance(value, str) and (plain or value.startswith("_")):
            yield Construct("attribute", value, folded=not plain, line=node.lineno)
