"""Names of a module and where they are bound: imports, assignments, loops, definitions."""

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Binding(NamedTuple):
    """One way a name gets what it stands for.

    `kind`: "import" (`what` is a dotted name), "value" (an expression), "add" (`+=` of an expression), "part" (item
    `place` of an expression), "each" (an item of an expression), "def" (a definition), "known" (a `Value`).
    """

    kind: str
    what: object
    place: int = 0


class Scope:
    """The names of a module, a class or a function."""

    __slots__ = ("bindings", "busy", "kind", "name", "parent", "starred", "values")

    def __init__(self, kind: str, name: str, parent: "Scope | None") -> None:
        """Start without names. `kind`: "module", "class" or "function"; `name` is dotted."""
        self.kind = kind
        self.name = name
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.starred: list[str] = []
        self.values: dict[str, object] = {}
        self.busy: set[str] = set()

    def bind(self, name: str, binding: Binding) -> None:
        """Add one more thing that a name may stand for."""
        self.bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> "tuple[Scope, list[Binding]] | None":
        """Look a name up here and outwards; classes are looked into from their own body alone."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.bindings.get(name)
            if found is not None and (scope is self or scope.kind != "class"):
                return scope, found
            scope = scope.parent
        return None

    @property
    def module(self) -> "Scope":
        """The scope of the module around."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


def fill(scope: Scope, body: Sequence[ast.stmt]) -> None:
    """Bind what the statements of a body bind, without looking into the definitions among them."""
    pending: list[ast.stmt] = list(reversed(body))
    while pending:
        node = pending.pop()
        binder = _BINDERS.get(type(node))
        if binder is not None:
            binder(scope, node)
        if not isinstance(node, DEFINITIONS):
            pending.extend(reversed(list(inner(node))))


def inner(node: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statements directly inside one that is no definition."""
    for field in ("body", "orelse", "finalbody"):
        yield from getattr(node, field, ())
    for handler in getattr(node, "handlers", ()):
        yield from handler.body
    for case in getattr(node, "cases", ()):
        yield from case.body


def imported(node: ast.ImportFrom) -> str:
    """Return the dotted module that names are taken from, relative ones with their dots."""
    return "." * node.level + (node.module or "")


def _import(scope: Scope, node: ast.Import) -> None:
    for alias in node.names:
        if alias.asname:
            scope.bind(alias.asname, Binding("import", alias.name))
        else:
            root = alias.name.partition(".")[0]
            scope.bind(root, Binding("import", root))


def _from(scope: Scope, node: ast.ImportFrom) -> None:
    module = imported(node)
    for alias in node.names:
        if alias.name == "*":
            scope.starred.append(module)
        else:
            between = "" if module.endswith(".") else "."
            scope.bind(alias.asname or alias.name, Binding("import", f"{module}{between}{alias.name}"))


def _assign(scope: Scope, node: ast.Assign) -> None:
    for target in node.targets:
        target_is(scope, target, node.value)


def _annotated(scope: Scope, node: ast.AnnAssign) -> None:
    if node.value is not None:
        target_is(scope, node.target, node.value)


def _added(scope: Scope, node: ast.AugAssign) -> None:
    if isinstance(node.target, ast.Name):
        kind = "add" if isinstance(node.op, ast.Add) else "changed"
        scope.bind(node.target.id, Binding(kind, node.value))


def _loop(scope: Scope, node: ast.For | ast.AsyncFor) -> None:
    each(scope, node.target, node.iter)


def _with(scope: Scope, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            target_is(scope, item.optional_vars, item.context_expr)


def _define(scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
    scope.bind(node.name, Binding("def", node))


def _global(scope: Scope, node: ast.Global) -> None:
    if not scope.name:  # a call that is looked into: it leaves no trace
        return
    module = scope.module
    for name in node.names:  # one list for both: what the function binds, the module sees
        scope.bindings[name] = module.bindings.setdefault(name, scope.bindings.get(name, []))


def target_is(scope: Scope, target: ast.expr, value: ast.expr) -> None:
    """Bind a target of an assignment, item by item where both sides have items."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, Binding("value", value))
    elif isinstance(target, ast.Tuple | ast.List):
        same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        for index, part in enumerate(target.elts):
            if same:
                target_is(scope, part, value.elts[index])  # type: ignore[attr-defined]
            elif isinstance(part, ast.Name):
                scope.bind(part.id, Binding("part", value, index))
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        scope.bind(f"self.{target.attr}", Binding("value", value))
        if scope.parent is not None and scope.parent.kind == "class":
            scope.parent.bind(f"self.{target.attr}", Binding("value", value))


def each(scope: Scope, target: ast.expr, value: ast.expr) -> None:
    """Bind the target of a loop."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, Binding("each", value))
    elif isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            each(scope, part, value)


_BINDERS: dict[type[ast.stmt], Callable[[Scope, Any], None]] = {
    ast.Import: _import, ast.ImportFrom: _from, ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _added,
    ast.For: _loop, ast.AsyncFor: _loop, ast.With: _with, ast.AsyncWith: _with, ast.Global: _global,
    ast.FunctionDef: _define, ast.AsyncFunctionDef: _define, ast.ClassDef: _define,
}  # fmt: skip
