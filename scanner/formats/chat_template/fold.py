"""Constants of a template, also those it puts together from parts: what a name or an expression may be.

Our own folding, not Jinja's: every result is bounded, and no filter of Jinja runs.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product

from jinja2 import nodes

CHOICES = 64
"""Most values that one expression is followed with."""

CHARACTERS = 20_000
"""Longest constant that is put together."""

Values = tuple[object, ...]
Names = Callable[[nodes.Name], Values]
"""What a variable may be."""

Text = Callable[[str], object]

_TEXTS: Mapping[str, Text] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "title": str.title,
    "capitalize": str.capitalize,
    "swapcase": str.swapcase,
    "string": str,
    "safe": str,
    "reverse": lambda text: text[::-1],
    "list": list,
    "e": str,
    "escape": str,
}


def values(node: nodes.Node, names: Names) -> Values:  # noqa: PLR0911 - one return a kind
    """List what a node may be, as far as it is constant; nothing where it is not."""
    if isinstance(node, nodes.Const):
        return (node.value,)
    if isinstance(node, nodes.TemplateData):
        return (node.data,)
    if isinstance(node, nodes.Name):
        return names(node)
    if isinstance(node, nodes.List | nodes.Tuple):
        return tuple(list(made) for made in _products(node.items, names))
    if isinstance(node, nodes.Dict):
        pairs = [(values(pair.key, names), values(pair.value, names)) for pair in node.items]
        known = {key[0]: value[0] if value else None for key, value in pairs if key and _hashable(key[0])}
        return (known,) if known else ()
    if isinstance(node, nodes.CondExpr):
        return (*values(node.expr1, names), *(values(node.expr2, names) if node.expr2 else ()))[:CHOICES]
    return _kept(_made(node, names))


def _kept(found: Iterator[object]) -> Values:
    return tuple(
        value
        for value in islice(found, CHOICES)
        if value is not None and not (isinstance(value, str | list) and len(value) > CHARACTERS)
    )


def _products(items: list[nodes.Expr], names: Names) -> Iterator[tuple[object, ...]]:
    if len(items) <= CHARACTERS:
        yield from islice(product(*(values(item, names) for item in items)), CHOICES)


def _made(node: nodes.Node, names: Names) -> Iterator[object]:  # noqa: C901 - one branch a kind
    if isinstance(node, nodes.Concat):
        for parts in _products(node.nodes, names):
            yield "".join(map(str, parts))
    elif isinstance(node, nodes.Add | nodes.Mul | nodes.Mod):
        for left, right in _products([node.left, node.right], names):
            yield _operated(node, left, right)
    elif isinstance(node, nodes.Neg):
        yield from (-value for value in values(node.node, names) if isinstance(value, int))
    elif isinstance(node, nodes.Filter) and node.node is not None:
        for base, *arguments in _products([node.node, *node.args], names):
            yield _filtered(node.name, base, arguments)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        for base, *arguments in _products([node.node.node, *node.args], names):
            yield _called(node.node.attr, base, arguments)
    elif isinstance(node, nodes.Getitem):
        yield from _item(node, names)


def _operated(node: nodes.Node, left: object, right: object) -> object:
    if isinstance(node, nodes.Mod):
        return _formatted(left, right)
    if isinstance(node, nodes.Add):
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        return left + right if isinstance(left, list) and isinstance(right, list) else None
    if isinstance(left, int):
        left, right = right, left
    if isinstance(left, str) and isinstance(right, int) and len(left) * right <= CHARACTERS:
        return left * right
    return None


def _formatted(left: object, right: object) -> object:
    """Fill `%s`, `%c` and `%d` of a constant; a width could make any length of it."""
    if not isinstance(left, str):
        return None
    fill = list(right) if isinstance(right, list | tuple) else [right]
    text, *pieces = left.split("%")
    for piece in pieces:
        if piece[:1] not in {"s", "c", "d"} or not fill:
            return None
        value = fill.pop(0)
        character = piece[0] == "c" and isinstance(value, int) and 0 <= value < 0x110000  # noqa: PLR2004 - Unicode
        text += (chr(value) if character and isinstance(value, int) else str(value)) + piece[1:]
    return text


def _filtered(name: str, base: object, arguments: list[object]) -> object:
    if name in {"first", "last"} and isinstance(base, str | list) and base:
        return base[0 if name == "first" else -1]
    if name == "join" and isinstance(base, list | str):
        return str(arguments[0] if arguments else "").join(map(str, base))
    if name == "reverse" and isinstance(base, list):
        return base[::-1]
    if name == "format":
        return _formatted(base, arguments)
    if name == "default":
        return base
    return _called(name, base, arguments)


def _called(name: str, base: object, arguments: list[object]) -> object:  # noqa: C901, PLR0911 - one case a method
    if not isinstance(base, str):
        return None
    if name in _TEXTS and not arguments:
        return _TEXTS[name](base)
    match name, arguments:
        case "replace", [str(old), str(new)] if base.count(old) * len(new) <= CHARACTERS:
            return base.replace(old, new)
        case "join", [list(parts)] if len(parts) * len(base) <= CHARACTERS:
            return base.join(map(str, parts))
        case "split", []:
            return base.split()
        case "split", [str(by)] if by:
            return base.split(by)
        case "format", _ if "{}" in base:
            text = base
            for value in arguments:
                text = text.replace("{}", str(value)[:CHARACTERS], 1)
            return text
    return None


def _item(node: nodes.Getitem, names: Names) -> Iterator[object]:
    for base in values(node.node, names):
        if isinstance(node.arg, nodes.Slice):
            bounds = [_bound(part, names) for part in (node.arg.start, node.arg.stop, node.arg.step)]
            if isinstance(base, str | list) and bounds[2] != 0:
                yield base[slice(*bounds)]
            continue
        for key in values(node.arg, names):
            if isinstance(base, str | list) and isinstance(key, int) and -len(base) <= key < len(base):
                yield base[key]
            elif isinstance(base, dict) and _hashable(key):
                yield base.get(key)


def _bound(node: nodes.Expr | None, names: Names) -> int | None:
    found = values(node, names) if node is not None else ()
    return found[0] if found and isinstance(found[0], int) else None


def _hashable(value: object) -> bool:
    return isinstance(value, str | int | float | bool | type(None))
