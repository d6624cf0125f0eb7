"""A template's syntax tree as statements of one line each, without layout: what two templates are compared by."""

from collections.abc import Iterable, Iterator

from jinja2 import nodes

DEPTH = 60
"""Expressions inside expressions that are written out."""

PIECES = 5000
"""Statements and texts of one template that are written out."""

_BINARY = {
    nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%",
    nodes.Pow: "**", nodes.And: "and", nodes.Or: "or",
}  # fmt: skip
_UNARY = {nodes.Not: "not ", nodes.Neg: "-", nodes.Pos: "+"}
_COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "lteq": "<=", "gteq": ">=", "in": "in", "notin": "not in"}


def pieces(tree: nodes.Template) -> Iterator[str]:
    """Yield each statement and each text of the tree, in order, at most `PIECES` of them."""
    for number, piece in enumerate(_statements(tree.body)):
        if number == PIECES:
            return
        yield piece


def _statements(body: Iterable[nodes.Node]) -> Iterator[str]:  # noqa: C901 - one branch a kind
    for node in body:
        if isinstance(node, nodes.Output):
            yield from (text for child in node.nodes if (text := _output(child)))
        elif isinstance(node, nodes.If):
            yield f"if {expression(node.test)}"
            yield from _statements([*node.body, *node.elif_])
            if node.else_:
                yield "else"
                yield from _statements(node.else_)
        elif isinstance(node, nodes.For):
            condition = f" if {expression(node.test)}" if node.test else ""
            yield f"for {expression(node.target)} in {expression(node.iter)}{condition}"
            yield from _statements([*node.body, *node.else_])
        elif isinstance(node, nodes.Assign):
            yield f"set {expression(node.target)} = {expression(node.node)}"
        elif isinstance(node, nodes.Macro):
            yield f"macro {node.name}({', '.join(str(parameter.name) for parameter in node.args)})"
            yield from _statements(node.body)
        elif isinstance(node, nodes.AssignBlock):
            yield f"set {expression(node.target)}"
            yield from _statements(node.body)
        else:
            yield type(node).__name__.lower()
            yield from _statements(getattr(node, "body", ()))


def _output(node: nodes.Node) -> str:
    if isinstance(node, nodes.TemplateData):
        text = node.data.strip()
        return f"text {text}" if text else ""
    return f"print {expression(node)}"


def expression(node: nodes.Node | None, depth: int = 0) -> str:  # noqa: C901, PLR0911, PLR0912 - one return a kind
    """Write an expression as Jinja would read it, brackets around every operation left out."""
    if node is None:
        return ""
    if depth > DEPTH:
        return "..."
    inner = depth + 1

    def listed(items: Iterable[nodes.Node]) -> str:
        return ", ".join(expression(item, inner) for item in items)

    match node:
        case nodes.Const():
            return repr(node.value)
        case nodes.TemplateData():
            return repr(node.data)
        case nodes.Name():
            return str(node.name)
        case nodes.NSRef():
            return f"{node.name}.{node.attr}"
        case nodes.Getattr():
            return f"{expression(node.node, inner)}.{node.attr}"
        case nodes.Getitem():
            # `message.role` and `message['role']` are one thing to Jinja.
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) and node.arg.value.isidentifier():
                return f"{expression(node.node, inner)}.{node.arg.value}"
            return f"{expression(node.node, inner)}[{expression(node.arg, inner)}]"
        case nodes.Slice():
            return ":".join(expression(part, inner) for part in (node.start, node.stop, node.step))
        case nodes.Filter():
            return f"{expression(node.node, inner)}|{node.name}({listed([*node.args, *node.kwargs])})"
        case nodes.Test():
            return f"{expression(node.node, inner)} is {node.name}({listed([*node.args, *node.kwargs])})"
        case nodes.Call():
            return f"{expression(node.node, inner)}({listed([*node.args, *node.kwargs])})"
        case nodes.Keyword():
            return f"{node.key}={expression(node.value, inner)}"
        case nodes.Pair():
            return f"{expression(node.key, inner)}: {expression(node.value, inner)}"
        case nodes.Concat():
            return " ~ ".join(expression(part, inner) for part in node.nodes)
        case nodes.Compare():
            rest = (f" {_COMPARED.get(part.op, part.op)} {expression(part.expr, inner)}" for part in node.ops)
            return expression(node.expr, inner) + "".join(rest)
        case nodes.CondExpr():
            parts = (node.expr1, node.test, node.expr2)
            chosen, test, other = (expression(part, inner) for part in parts)
            return f"{chosen} if {test} else {other}"
        case nodes.List() | nodes.Tuple():
            return f"[{listed(node.items)}]"
        case nodes.Dict():
            return f"{{{listed(node.items)}}}"
        case nodes.BinExpr():
            sign = _BINARY.get(type(node), "?")
            return f"{expression(node.left, inner)} {sign} {expression(node.right, inner)}"
        case nodes.UnaryExpr():
            return f"{_UNARY.get(type(node), '?')}{expression(node.node, inner)}"
    return type(node).__name__.lower()
