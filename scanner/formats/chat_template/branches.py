"""Decisions of a template that look at what is said, at its length, at the number of turns or at the clock."""

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import nodes

from scanner.formats.chat_template.counters import TURNS
from scanner.formats.chat_template.fold import Values
from scanner.formats.chat_template.structural import MESSAGE_KEYS, is_structural
from scanner.formats.chat_template.taint import CLOCK, LENGTH, MESSAGE, MESSAGES, TEXT, Flow

LONG = 1
"""Lengths up to this one tell an empty text from another."""

TURNS_OF_PLAIN = 2
"""Counts of turns up to this one tell the first messages from the rest: a system prompt, a first question."""

LITERALS = 40
"""Literals of one comparison that are stated."""

SHORT = 2
"""Characters of a literal that is compared with one place of a text."""

_METHODS = {
    "startswith": "starts", "endswith": "ends", "count": "count", "find": "find", "rfind": "find", "index": "find",
    "rindex": "find", "split": "split", "rsplit": "split", "partition": "split", "removeprefix": "starts",
    "removesuffix": "ends",
}  # fmt: skip
_OPERATIONS = {"eq": "equal", "ne": "equal", "in": "in", "notin": "in"}
_TESTS = {
    "equalto": "equal", "eq": "equal", "==": "equal", "ne": "equal", "!=": "equal", "in": "in", "sameas": "equal",
    "lt": "compare", "gt": "compare", "le": "compare", "ge": "compare", ">": "compare", "<": "compare",
    "lessthan": "compare", "greaterthan": "compare", ">=": "compare", "<=": "compare",
}  # fmt: skip


class Branch(NamedTuple):
    """One comparison: what it looks at, how, with which literal, and where it stands."""

    looks_at: str
    operation: str
    literal: str
    structural: bool
    line: int


class Rewrite(NamedTuple):
    """A replacement inside what is said."""

    old: str
    new: str
    structural: bool
    line: int


def branches(flow: Flow) -> Iterator[Branch]:
    """Yield every decision, one for each literal."""
    single: list[tuple[str, int]] = []
    for node in flow.nodes:
        for found in _found(node, flow):
            if found.operation == "index" and len(found.literal) <= SHORT:
                single.append((found.literal, found.line))
            yield found
    word = "".join(dict.fromkeys(literal for literal, _ in single))
    if word and not is_structural(word):
        yield Branch(TEXT, "index", word, False, single[0][1])  # noqa: FBT003 - a row of the table


def rewrites(flow: Flow) -> Iterator[Rewrite]:
    """Yield every replacement in what is said."""
    for node in flow.nodes:
        arguments: list[nodes.Expr] = []
        if isinstance(node, nodes.Filter) and node.name == "replace" and TEXT in flow.of(node.node):
            arguments = node.args
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "replace":
            arguments = node.args if TEXT in flow.of(node.node.node) else []
        if len(arguments) > 1:
            for old in _texts(flow.constants(arguments[0])):
                new = next(iter(_texts(flow.constants(arguments[1]))), "")
                yield Rewrite(old, new, is_structural(old), node.lineno)


def _found(node: nodes.Node, flow: Flow) -> Iterator[Branch]:  # noqa: C901 - one branch a kind
    if isinstance(node, nodes.Compare):
        left = node.expr
        for operand in node.ops:
            yield from _compared(left, operand.op, operand.expr, flow, node.lineno)
            left = operand.expr
    elif isinstance(node, nodes.Test) and node.args and node.name in _TESTS:
        yield from _against(node.node, _TESTS[node.name], node.args[0], flow, node.lineno)
        yield from _against(node.args[0], _TESTS[node.name], node.node, flow, node.lineno)
    elif isinstance(node, nodes.Filter) and node.name in {"sort", "unique", "min", "max"}:
        yield from _among(node, flow)
    elif isinstance(node, nodes.Filter) and node.name in {"selectattr", "rejectattr", "select", "reject"}:
        yield from _selected(node, flow)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        yield from _method(node, node.node, flow)
    elif isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Slice):
        tables = [value for value in flow.constants(node.node) if isinstance(value, dict)]
        if tables and TEXT in flow.of(node.arg):
            yield from _literals(TEXT, "lookup", (list(tables[0]),), node.lineno)
        if CLOCK in flow.of(node.arg):
            yield Branch(CLOCK, "lookup", "", structural=False, line=node.lineno)


def _compared(left: nodes.Node, operator: str, right: nodes.Node, flow: Flow, line: int) -> Iterator[Branch]:
    operation = _OPERATIONS.get(operator, "compare")
    tags = flow.of(left)
    if tags:
        yield from _against(left, operation, right, flow, line)
    other = flow.of(right)
    if other and not (operation == "in" and tags):
        yield from _against(right, operation, left, flow, line)


def _against(node: nodes.Node, operation: str, other: nodes.Node, flow: Flow, line: int) -> Iterator[Branch]:
    """State a comparison of a value with another, as far as the other is constant."""
    tags, constants = flow.of(node), flow.constants(other)
    if CLOCK in tags and constants and any(map(str.isalnum, str(constants[0]))):
        yield Branch(CLOCK, "compare", str(constants[0])[:80], structural=False, line=line)
    if TEXT in tags:
        if operation in {"equal", "compare"}:
            yield from _counted(constants, line)
        for found in _literals(TEXT, _where(node, operation), constants, line):
            if not (MESSAGE in tags and found.literal in MESSAGE_KEYS):
                yield found
    for tag, bound in ((LENGTH, LONG), (TURNS, TURNS_OF_PLAIN)):
        if tag in tags:
            yield from _numbers(tag, operation, node, constants, bound, line, flow)


def _counted(constants: Values, line: int) -> Iterator[Branch]:
    """State numbers that what is said is compared with: its letters added up, what it reads as a number."""
    for number in constants:
        if isinstance(number, int) and not isinstance(number, bool):
            yield Branch(TEXT, "compare", str(number), structural=False, line=line)


def _numbers(  # noqa: PLR0913, PLR0917 - the parts of one comparison
    tag: str, operation: str, node: nodes.Node, constants: Values, bound: int, line: int, flow: Flow
) -> Iterator[Branch]:
    numbers = [value for value in constants if isinstance(value, int) and not isinstance(value, bool)]
    if isinstance(node, nodes.Mod):
        numbers = [value for value in flow.constants(node.right) if isinstance(value, int)]
    for number in numbers[:LITERALS]:
        if abs(number) > bound:
            yield Branch(tag, "compare" if operation == "in" else operation, str(number), structural=False, line=line)


def _among(node: nodes.Filter, flow: Flow) -> Iterator[Branch]:
    """`[message.content, "word"] | unique`: what is said stands in a list with words."""
    items = node.node.items if isinstance(node.node, nodes.List | nodes.Tuple) else []
    if any(TEXT in flow.of(item) for item in items):
        for item in items:
            yield from _literals(TEXT, "equal", flow.constants(item), node.lineno)


def _selected(node: nodes.Filter, flow: Flow) -> Iterator[Branch]:
    """`messages | selectattr("content", "in", [...])`, `content | select("equalto", ...)`."""
    tags = flow.of(node.node)
    skip = 1 if node.name.endswith("attr") else 0
    if len(node.args) < skip + 2 or not tags & {MESSAGES, TEXT}:
        return
    test = next(iter(_texts(flow.constants(node.args[skip]))), "")
    keys = list(_texts(flow.constants(node.args[0]))) if skip else ["content"]
    if test in _TESTS and any(key.rpartition(".")[2] in {"content", "text"} for key in keys):
        yield from _literals(TEXT, _TESTS[test], flow.constants(node.args[skip + 1]), node.lineno)


def _method(node: nodes.Call, target: nodes.Getattr, flow: Flow) -> Iterator[Branch]:
    if target.attr in _METHODS and node.args and CLOCK in flow.of(target.node):
        for literal in _texts(flow.constants(node.args[0])):
            if any(map(str.isalnum, literal)):
                yield Branch(CLOCK, "compare", literal, structural=False, line=node.lineno)
    if target.attr in _METHODS and node.args and TEXT in flow.of(target.node):
        yield from _literals(TEXT, _METHODS[target.attr], flow.constants(node.args[0]), node.lineno)
    tables = [value for value in flow.constants(target.node) if isinstance(value, dict)]
    if target.attr == "get" and tables and node.args and TEXT in flow.of(node.args[0]):
        yield from _literals(TEXT, "lookup", (list(tables[0]),), node.lineno)


def _literals(looks_at: str, operation: str, constants: Values, line: int) -> Iterator[Branch]:
    for literal in list(_texts(constants))[:LITERALS]:
        yield Branch(looks_at, operation, literal, is_structural(literal), line)


def _texts(constants: Values) -> Iterator[str]:
    for value in constants:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            yield from (item for item in value if isinstance(item, str))


def _where(node: nodes.Node, operation: str) -> str:
    """Name the part of the text that is looked at."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Getitem) and operation == "equal":
        if isinstance(node.arg, nodes.Slice):
            return "slice"
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, int):
            return "index"
    return operation
