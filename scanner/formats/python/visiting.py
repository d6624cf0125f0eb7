"""One walk over a module's tree: only into statements on whose lines a word stands that could matter."""

import ast
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from scanner.formats.python.folding import Evaluator
from scanner.formats.python.names import HANDED, LOADED_METHODS, ROOTS, group_of
from scanner.formats.python.scopes import DEFINITIONS, FUNCTIONS, Binding, Definition, Scope, fill, inner
from scanner.formats.python.values import NO_VALUE, Value

AT_ONCE = frozenset(("map", "filter", "sorted", "min", "max", "list", "reduce", "any", "all"))
"""Functions that call what they are given there and then."""

COMMANDS = ("install", "develop", "build", "build_py", "build_ext", "egg_info", "sdist", "bdist_wheel", "Command",
            "editable_wheel", "build_clib", "install_lib")  # fmt: skip


WRITING = ("write_text", "write_bytes", "symlink_to")
"""Methods of paths that write, whatever the path came from."""


class Place(NamedTuple):
    """Where the walk stands: `at` and `within` as in `PythonCall`; the tests of the conditions around."""

    scope: Scope
    at: str
    within: str
    tests: tuple[ast.expr, ...] = ()


class Call(NamedTuple):
    """A call, or a thing given away, whose name is known."""

    node: ast.Call | ast.expr
    value: Value
    place: Place
    handed: bool


class Visitor:
    """Walks one module and collects what it calls. `classes` are its class definitions that were met."""

    def __init__(self, tree: ast.Module, lines: list[int], evaluator: Evaluator, *, walrus: bool = False) -> None:
        """Bind the names of the top level; `lines` are those on which something could matter.

        `walrus`: somewhere a name is bound inside an expression.
        """
        self.evaluator = evaluator
        self.module = Scope("module", "", None)
        self.calls: list[Call] = []
        self.assigned: list[tuple[ast.expr, ast.expr, Place]] = []
        self.classes: list[tuple[ast.ClassDef, Place]] = []
        self.imports: set[str] = set()
        self.lines = lines
        self._scopes: dict[int, Scope] = {}
        self._tree = tree
        fill(self.module, tree.body)
        for binder in ast.walk(tree) if walrus else ():
            if isinstance(binder, ast.NamedExpr) and isinstance(binder.target, ast.Name):
                self.module.bind(binder.target.id, Binding("value", binder.value))

    def walk(self) -> None:
        """Visit the module."""
        place = Place(self.module, "import", "")
        pending: list[tuple[ast.stmt, Place]] = [(one, place) for one in reversed(self._tree.body)]
        while pending:
            node, place = pending.pop()
            if not self._touches(node, place.scope):
                continue
            if isinstance(node, DEFINITIONS):
                pending.extend((one, inside) for one, inside in self._definition(node, place))
                continue
            self._expressions(node, place)
            if isinstance(node, ast.If):
                pending.extend(self._choice(node, place))
            else:
                pending.extend((one, place) for one in inner(node))

    def scope_of(self, node: Definition, outer: Scope) -> Scope:
        """Return the scope of a definition, with its names bound; always the same one."""
        known = self._scopes.get(id(node))
        if known is not None:
            return known
        kind = "class" if isinstance(node, ast.ClassDef) else "function"
        scope = Scope(kind, f"{outer.name}.{node.name}" if outer.name else node.name, outer)
        if isinstance(node, FUNCTIONS):
            some = node.args
            for one in (*some.posonlyargs, *some.args, *some.kwonlyargs, *filter(None, (some.vararg, some.kwarg))):
                scope.bind(one.arg, Binding("known", NO_VALUE))
        fill(scope, node.body)
        self._scopes[id(node)] = scope
        if kind == "class":  # what methods keep in `self`
            for method in node.body:
                if isinstance(method, FUNCTIONS) and method.name in ("__init__", "setup"):
                    self.scope_of(method, scope)
        return scope

    def _touches(self, node: ast.stmt, scope: Scope) -> bool:
        """Say whether a word stands on a statement's lines. What is inside a function that has one is visited whole."""
        if scope.kind == "function" and not isinstance(node, DEFINITIONS):
            return True
        start = node.lineno
        if isinstance(node, DEFINITIONS) and node.decorator_list:
            start = min(start, node.decorator_list[0].lineno)
        at = bisect_left(self.lines, start)
        return at < len(self.lines) and self.lines[at] <= (node.end_lineno or node.lineno)

    def _choice(self, node: ast.If, place: Place) -> Iterator[tuple[ast.stmt, Place]]:
        at = "main" if place.at == "import" and asks_main(node.test) else place.at
        yield from ((one, place._replace(tests=(*place.tests, node.test))) for one in node.orelse)
        yield from ((one, place._replace(at=at, tests=(*place.tests, node.test))) for one in node.body)

    def _definition(self, node: Definition, place: Place) -> Iterator[tuple[ast.stmt, Place]]:
        for one in node.decorator_list:
            self._expression(one, place)
            if not isinstance(one, ast.Call):
                self._handed(one, place, always=True)
        scope = self.scope_of(node, place.scope)
        if isinstance(node, ast.ClassDef):
            for base in (*node.bases, *(one.value for one in node.keywords)):
                self._expression(base, place)
            self.classes.append((node, place))
            inside = Place(scope, place.at, scope.name, place.tests)
        else:
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                self._expression(default, place)
            inside = Place(scope, self._when(node, place), scope.name, ())
        return ((one, inside) for one in node.body)

    def _when(self, node: ast.FunctionDef | ast.AsyncFunctionDef, place: Place) -> str:
        """Say when the body of a function runs, by its name and place alone."""
        if place.scope.kind == "class":
            if node.name in LOADED_METHODS:
                return "load"
            if node.name in ("run", "finalize_options", "initialize_options") and self._is_command(place.scope):
                return "install"
        if place.scope.kind == "module" and node.name in ("__getattr__", "__dir__"):
            return "load"
        return "function"

    def _is_command(self, scope: Scope) -> bool:
        found = scope.parent.bindings.get(scope.name.rpartition(".")[2], []) if scope.parent else []
        for one in found:
            if isinstance(one.what, ast.ClassDef):
                for base in one.what.bases:
                    name = self.evaluator.value(base, scope).name
                    last = name.rpartition(".")[2]
                    if last in COMMANDS and name.startswith(("setuptools", "distutils", "wheel", "numpy.distutils")):
                        return True
        return False

    def _expressions(self, node: ast.stmt, place: Place) -> None:  # noqa: C901 - the kinds of statements
        if isinstance(node, ast.Import):
            self.imports.update(alias.name for alias in node.names)
            return
        if isinstance(node, ast.ImportFrom):
            return
        if isinstance(node, ast.Assign):
            self.assigned.extend((target, node.value, place) for target in node.targets)
            if place.scope.kind == "class":
                self._handed(node.value, place)
        if isinstance(node, ast.Return) and place.at == "load" and isinstance(node.value, ast.Tuple):
            for one in node.value.elts:  # what `__reduce__` returns is called by whoever loads it
                self._handed(one, place)
        for field in node._fields:
            value = getattr(node, field)
            if isinstance(value, ast.expr):
                self._expression(value, place)
            elif isinstance(value, list):
                for one in value:
                    if isinstance(one, ast.expr):
                        self._expression(one, place)
                    elif isinstance(one, ast.withitem):
                        self._expression(one.context_expr, place)

    def _expression(self, top: ast.expr, place: Place) -> None:
        """Visit an expression and all in it, without recursion."""
        pending: list[tuple[ast.AST, Place]] = [(top, place)]
        while pending:
            node, here = pending.pop()
            if isinstance(node, ast.Call):
                self._call(node, here)
                now = isinstance(node.func, ast.Lambda) or _last(node.func) in AT_ONCE
                parts = (node.func, *node.args, *(keyword.value for keyword in node.keywords))
                pending.extend((one.body if now and isinstance(one, ast.Lambda) else one, here) for one in parts)
            elif isinstance(node, ast.Lambda):
                pending.append((node.body, here._replace(at="function" if here.at in ("import", "main") else here.at)))
                pending.extend((one, here) for one in node.args.defaults)
            else:
                pending.extend((one, here) for one in ast.iter_child_nodes(node) if not isinstance(one, _LEAVES))

    def _call(self, node: ast.Call, place: Place) -> None:
        value = self.evaluator.value(node.func, place.scope)
        if value.name or (isinstance(node.func, ast.Attribute) and node.func.attr in WRITING):
            self.calls.append(Call(node, value, place, handed=False))
        for one in (*node.args, *(keyword.value for keyword in node.keywords)):
            if isinstance(one, ast.Name | ast.Attribute):
                self._handed(one, place)

    def _handed(self, node: ast.expr, place: Place, *, always: bool = False) -> None:
        """Note a function that is given away where it may be called."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return
        value = self.evaluator.value(node, place.scope)
        if value.name and (always or group_of(value.name) in HANDED) and group_of(value.name):
            self.calls.append(Call(node, value, place, handed=True))


_LEAVES = (ast.Name, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.Constant)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def asks_main(test: ast.expr) -> bool:
    """Say whether a condition is that the module is run as a program."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(asks_main, test.values))
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, test.comparators[0])
    named = any(isinstance(one, ast.Name) and one.id == "__name__" for one in sides)
    return named and any(isinstance(one, ast.Constant) and one.value == "__main__" for one in sides)


def bound_names(tree: ast.Module) -> frozenset[str]:
    """List the names that imports anywhere in the module bind to what could matter."""
    found: set[str] = set()
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found.update(
                alias.asname or alias.name.partition(".")[0]
                for alias in node.names
                if alias.asname and alias.name.partition(".")[0] in ROOTS
            )
        elif isinstance(node, ast.ImportFrom):
            root = (node.module or "").partition(".")[0]
            if root in ROOTS and not node.level:
                found.update(alias.asname or alias.name for alias in node.names if alias.name != "*")
        else:
            pending.extend(inner(node))
    return frozenset(found)
