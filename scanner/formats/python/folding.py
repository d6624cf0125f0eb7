"""An evaluator of expressions that runs nothing: constants are put together, names are followed, origins are kept."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from scanner.formats.python.calling import NAME_CHARACTERS, call, looked_up, member
from scanner.formats.python.names import BUILTINS, GROUP_OF, ROOTS, canonical
from scanner.formats.python.operators import concatenated, operate
from scanner.formats.python.scopes import DEFINITIONS, Binding, Scope
from scanner.formats.python.values import LONG, MANY, NO_VALUE, UNKNOWN, Value, either, joined, plain

DEPTH = 60
"""Expressions inside expressions, variables and local functions followed."""

STEPS = 100_000
"""Expressions that are looked at for one file, or one for every four characters of it."""

SEVERAL = 6
"""Assignments to one name that are followed."""


class Evaluator:
    """Evaluates expressions of one module; a bound on all work together makes it linear."""

    __slots__ = ("answers", "bound", "depth", "inside", "steps")

    def __init__(self, characters: int = 0) -> None:
        """Start with the whole budget, which grows with the length of the source."""
        self.bound = max(STEPS, characters // 4)
        self.steps = 0
        self.depth = 0
        self.inside = 0
        self.answers: dict[int, Value] = {}

    @property
    def exhausted(self) -> bool:
        """Say whether the bound was met."""
        return self.steps > self.bound

    def value(self, node: ast.expr | None, scope: Scope) -> Value:
        """Evaluate an expression as far as that goes."""
        if node is None:
            return NO_VALUE
        form = _FORMS.get(type(node))
        self.steps += 1
        if form is None or self.depth > DEPTH or self.steps > self.bound:
            return NO_VALUE
        self.depth += 1
        try:
            return form(self, node, scope)
        finally:
            self.depth -= 1

    def named(self, name: str, scope: Scope) -> Value:
        """Look a name up."""
        found = scope.find(name)
        if found is None:
            return _outside(name, scope.module)
        where, bindings = found
        kept = where.values.get(name)
        if isinstance(kept, Value):
            return kept
        if name in where.busy:  # a name that stands for itself
            return NO_VALUE
        where.busy.add(name)
        try:
            value = self._bound(bindings, where)
        finally:
            where.busy.discard(name)
        where.values[name] = value
        return value

    def _bound(self, bindings: Sequence[Binding], scope: Scope) -> Value:
        if len(bindings) > 1 and bindings[0].kind == "value" and all(one.kind == "add" for one in bindings[1:]):
            return self._sum(bindings, scope)
        found = [self._one(binding, scope) for binding in bindings[:SEVERAL]]
        value = either(found)
        if len(bindings) > 1:
            # Several assignments: which one holds is not known, so the constant is a guess that only shows.
            changed = any(binding.kind in ("changed", "add") for binding in bindings)
            value = Value(UNKNOWN if changed else value.const, value.name, value.tags, value.how, value.node)
        if value.name and bindings[0].kind in ("value", "part", "each"):
            how = "variable" if value.how == "plain" else value.how
            return Value(value.const, value.name, value.tags, how, value.node)
        return value

    def _sum(self, bindings: Sequence[Binding], scope: Scope) -> Value:
        return concatenated([self._one(binding, scope) for binding in bindings[:MANY]])

    def _one(self, binding: Binding, scope: Scope) -> Value:  # noqa: PLR0911 - the kinds of bindings
        what = binding.what
        if binding.kind == "known":
            return what if isinstance(what, Value) else NO_VALUE
        if binding.kind == "import":
            return Value(name=canonical(str(what)[:NAME_CHARACTERS]))
        if isinstance(what, DEFINITIONS):
            return Value(name=f"local:{scope.name}.{what.name}" if scope.name else f"local:{what.name}", node=what)
        value = self.value(what, scope) if isinstance(what, ast.expr) else NO_VALUE
        if binding.kind == "part" and isinstance(value.const, list | tuple) and binding.place < len(value.const):
            part = value.const[binding.place]
            return part if isinstance(part, Value) else NO_VALUE
        if binding.kind in ("part", "each") and value.const is not UNKNOWN:
            if isinstance(value.const, list | tuple) and binding.kind == "each":
                return either([one for one in value.const[:SEVERAL] if isinstance(one, Value)])
            return Value(tags=value.tags)
        return value


def _outside(name: str, module: Scope) -> Value:
    """Name what no statement of the module binds: from a starred module, or a builtin."""
    for starred in module.starred:
        full = canonical(f"{starred}.{name}")
        if full in GROUP_OF or full in ROOTS:
            return Value(name=full)
    if name in BUILTINS:
        return Value(name=f"builtins.{name}")
    if name in ("__builtins__", "__builtin__"):
        return Value(name="builtins")
    return NO_VALUE


def _constant(_: Evaluator, node: ast.Constant, __: Scope) -> Value:
    return Value(node.value)


def _name(evaluator: Evaluator, node: ast.Name, scope: Scope) -> Value:
    return evaluator.named(node.id, scope)


def _attribute(evaluator: Evaluator, node: ast.Attribute, scope: Scope) -> Value:
    if isinstance(node.value, ast.Name) and node.value.id == "self":
        found = scope.find(f"self.{node.attr}")
        if found is None and scope.parent is not None and scope.parent.kind == "class":
            found = (scope.parent, scope.parent.bindings.get(f"self.{node.attr}", []))
        if found is not None and found[1]:
            return evaluator.named(f"self.{node.attr}", found[0])
    base = evaluator.value(node.value, scope)
    return member(base, node.attr)


def _subscript(evaluator: Evaluator, node: ast.Subscript, scope: Scope) -> Value:
    base = evaluator.value(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        return _slice(evaluator, base, node.slice, scope)
    key = evaluator.value(node.slice, scope).const
    if base.name:
        return looked_up(base, key)
    if isinstance(base.const, dict):
        found = base.const.get(key) if isinstance(key, str | bytes | int | float | None) else None
        if found is None:
            values = [one for one in base.const.values() if isinstance(one, Value)]
            return Value(name=either(values).name, tags=joined(values), how="variable") if values else NO_VALUE
        return Value(found.const, found.name, found.tags, "variable" if found.name else "plain", found.node)
    rows = base.const if isinstance(base.const, str | bytes | list | tuple) else ()
    if isinstance(key, int) and -len(rows) <= key < len(rows):
        item = rows[key]
        return item if isinstance(item, Value) else Value(item, tags=base.tags)
    return Value(tags=base.tags)


def _slice(evaluator: Evaluator, base: Value, node: ast.Slice, scope: Scope) -> Value:
    bounds = [
        plain(evaluator.value(one, scope)) if one is not None else None for one in (node.lower, node.upper, node.step)
    ]
    tags = base.tags
    if isinstance(bounds[2], int) and bounds[2] < 0:
        tags |= {"decoder:reversed"}
    low, high, step = (one if isinstance(one, int) else None for one in bounds)
    fits = all(one is None or isinstance(one, int) for one in bounds) and step != 0
    if isinstance(base.const, str | bytes | list | tuple) and fits:
        return Value(base.const[low:high:step], tags=tags)
    return Value(tags=tags)


def _binary(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Value:
    """Fold an operator; a long chain of additions is taken apart without recursion."""
    chain: list[ast.BinOp] = []
    left = node
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = evaluator.value(left, scope)
    parts: list[Value] = [value]
    for one in reversed(chain):
        right = evaluator.value(one.right, scope)
        if isinstance(one.op, ast.Add) and isinstance(plain(right), str | bytes):
            parts.append(right)
            continue
        value = operate(concatenated(parts), one.op, right)
        parts = [value]
    return concatenated(parts)


def _unary(evaluator: Evaluator, node: ast.UnaryOp, scope: Scope) -> Value:
    value = evaluator.value(node.operand, scope)
    if isinstance(value.const, int) and isinstance(node.op, ast.USub | ast.Invert):
        return Value(-value.const if isinstance(node.op, ast.USub) else ~value.const, tags=value.tags)
    return Value(tags=value.tags)


def _formatted(evaluator: Evaluator, node: ast.JoinedStr, scope: Scope) -> Value:
    texts: list[str] = []
    values: list[Value] = []
    known = True
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = evaluator.value(inner, scope)
        values.append(value)
        const = plain(value)
        special = isinstance(part, ast.FormattedValue) and (
            part.format_spec is not None or part.conversion not in (-1, 115)
        )
        known = known and not special and isinstance(const, str | int | float)
        texts.append(str(const) if known and sum(map(len, texts)) < LONG else "")
    return Value("".join(texts) if known else UNKNOWN, tags=joined(values))


def _items(evaluator: Evaluator, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    values = [evaluator.value(one, scope) for one in node.elts[:MANY]]
    starred = len(node.elts) > MANY or any(isinstance(one, ast.Starred) for one in node.elts)
    kept = tuple(values) if isinstance(node, ast.Tuple) else values
    return Value(UNKNOWN if starred else kept, tags=joined(values))


def _dictionary(evaluator: Evaluator, node: ast.Dict, scope: Scope) -> Value:
    found: dict[object, Value] = {}
    for key, one in zip(node.keys[:MANY], node.values, strict=False):
        const = evaluator.value(key, scope).const if key is not None else UNKNOWN
        if isinstance(const, str | bytes | int | float | None):
            found[const] = evaluator.value(one, scope)
    return Value(found, tags=joined(found.values()))


def _choice(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Value:
    branches = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]  # type: ignore[attr-defined]
    return either([evaluator.value(one, scope) for one in branches[:SEVERAL]])


def _walrus(evaluator: Evaluator, node: ast.NamedExpr, scope: Scope) -> Value:
    return evaluator.value(node.value, scope)


def _passed(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Value:
    return evaluator.value(node.value, scope)  # type: ignore[attr-defined]


def _lambda(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Value:  # noqa: ARG001 - as the others
    return Value(name="local:<lambda>", node=node)


def _comprehension(evaluator: Evaluator, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope) -> Value:
    """Run a comprehension of one loop over constants; of others keep where the items come from."""
    first = node.generators[0]
    source = evaluator.value(first.iter, scope)
    items = source.const
    if isinstance(items, str | bytes):
        items = [Value(one) for one in items]
    one_loop = len(node.generators) == 1 and not first.ifs and isinstance(items, list | tuple) and len(items) <= MANY
    inside = Scope("function", scope.name, scope)
    if not one_loop:
        if isinstance(first.target, ast.Name):
            inside.bind(first.target.id, Binding("known", Value(tags=source.tags)))
        return Value(tags=source.tags | evaluator.value(node.elt, inside).tags)
    found: list[Value] = []
    for item in items:  # type: ignore[attr-defined]
        inside = Scope("function", scope.name, scope)
        _fit(inside, first.target, item)
        found.append(evaluator.value(node.elt, inside))
        if found[-1].const is UNKNOWN or evaluator.exhausted:
            return Value(tags=source.tags | found[-1].tags)
    return Value(found, tags=source.tags | joined(found[:1]))


def _fit(scope: Scope, target: ast.expr, item: Value) -> None:
    if isinstance(target, ast.Name):
        scope.bind(target.id, Binding("known", item))
    elif isinstance(target, ast.Tuple) and isinstance(item.const, list | tuple):
        for part, one in zip(target.elts, item.const, strict=False):
            if isinstance(one, Value):
                _fit(scope, part, one)


def _call(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value:
    return call(evaluator, node, scope)


Form = Callable[[Evaluator, Any, Scope], Value]
_FORMS: dict[type[ast.AST], Form] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: _subscript,
    ast.BinOp: _binary, ast.UnaryOp: _unary, ast.JoinedStr: _formatted, ast.List: _items, ast.Tuple: _items,
    ast.Set: _items, ast.Dict: _dictionary, ast.IfExp: _choice, ast.BoolOp: _choice, ast.NamedExpr: _walrus,
    ast.Await: _passed, ast.Starred: _passed, ast.Lambda: _lambda, ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.SetComp: _comprehension, ast.Call: _call,
}  # fmt: skip
