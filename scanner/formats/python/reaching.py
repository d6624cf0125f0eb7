"""Which functions of a module run while it is imported: those called at its top level, and those called by them."""

import ast
from collections.abc import Iterator, Sequence

from scanner.formats.python.folding import Evaluator
from scanner.formats.python.scopes import DEFINITIONS, FUNCTIONS, Binding, Definition, Scope, inner
from scanner.formats.python.values import NO_VALUE
from scanner.formats.python.visiting import Visitor, asks_main

FUNCTIONS_FOLLOWED = 400
"""Functions that are followed from the top level of one module."""

MADE = ("__init__", "__new__", "__post_init__", "__enter__", "__exit__", "__iter__", "__next__", "__call__")
"""Methods that run where a class is called, entered or looped over."""

_LATER = frozenset((
    "threading.Thread", "threading.Timer", "multiprocessing.Process", "atexit.register", "builtins.map",
    "builtins.filter", "builtins.sorted", "signal.signal", "functools.reduce", "_thread.start_new_thread",
    "concurrent.futures.ThreadPoolExecutor().submit", "asyncio.run", "builtins.list", "sys.settrace", "sys.setprofile",
    "threading.settrace", "sys.addaudithook", "weakref.finalize", "os.register_at_fork",
))  # fmt: skip


def reached(visitor: Visitor, tree: ast.Module) -> dict[str, str]:
    """Map the dotted names of functions that run at import to the function through which they do."""
    found: dict[str, str] = {}
    pending: list[tuple[Sequence[ast.stmt], Scope, str]] = [(tree.body, visitor.module, "")]
    while pending and len(found) < FUNCTIONS_FOLLOWED:
        body, scope, through = pending.pop()
        for node, where in _called(visitor, body, scope):
            name = where.name
            if name in found:
                continue
            found[name] = through or name
            pending.append((node.body, where, through or name))
    return found


def _called(visitor: Visitor, body: Sequence[ast.stmt], scope: Scope) -> Iterator[tuple[Definition, Scope]]:  # noqa: C901, PLR0912 - the kinds of statements
    """Yield the functions of the module that a body calls, with their scopes."""
    pending: list[tuple[ast.AST, Scope]] = [(one, scope) for one in body]
    while pending:
        node, here = pending.pop()
        if isinstance(node, DEFINITIONS):
            for one in node.decorator_list:
                if not isinstance(one, ast.Call):
                    yield from _resolved(visitor, one, here)
                pending.append((one, here))
            if isinstance(node, ast.ClassDef):
                pending.extend((one, visitor.scope_of(node, here)) for one in node.body)
                pending.extend((one.value, here) for one in node.keywords)
                for keyword in node.keywords:
                    if keyword.arg == "metaclass":
                        yield from _resolved(visitor, keyword.value, here)
            else:
                pending.extend((one, here) for one in (*node.args.defaults, *filter(None, node.args.kw_defaults)))
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.If) and asks_main(node.test) and here.kind == "module":
            pending.extend((one, here) for one in node.orelse)
            continue
        if isinstance(node, ast.Call):
            for definition, where in _resolved(visitor, node.func, here):
                if isinstance(definition, FUNCTIONS):
                    _bind(visitor.evaluator, node, here, definition, where)
                yield definition, where
            yield from _given(visitor, node, here)
        elif isinstance(node, ast.With | ast.AsyncWith | ast.For | ast.AsyncFor | ast.stmt):
            pending.extend((one, here) for one in inner(node))
        pending.extend(
            (one, here)
            for one in ast.iter_child_nodes(node)
            if isinstance(one, ast.expr | ast.keyword | ast.withitem | ast.comprehension)
        )


def _bind(
    evaluator: Evaluator,
    call: ast.Call,
    scope: Scope,
    definition: ast.FunctionDef | ast.AsyncFunctionDef,
    inside: Scope,
) -> None:
    """Let the parameters of a function be what it is called with at import, as far as that is known."""
    names = [one.arg for one in (*definition.args.posonlyargs, *definition.args.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    pairs = [*zip(names, call.args, strict=False), *((one.arg, one.value) for one in call.keywords if one.arg in names)]
    for name, node in pairs:
        value = evaluator.value(node, scope)
        known = inside.bindings.get(name or "", [])
        if (value.name or value.tags or value.known) and len(known) == 1 and known[0].what is NO_VALUE:
            inside.bindings[name or ""] = [Binding("known", value)]
            inside.values.clear()


def _given(visitor: Visitor, node: ast.Call, scope: Scope) -> Iterator[tuple[Definition, Scope]]:
    """Yield functions that are handed to something that calls them."""
    handed = [one for one in node.args if isinstance(one, ast.Name | ast.Attribute)]
    handed += [one.value for one in node.keywords if isinstance(one.value, ast.Name | ast.Attribute)]
    if handed and visitor.evaluator.value(node.func, scope).name in _LATER:
        for one in handed:
            yield from _resolved(visitor, one, scope)


def _resolved(visitor: Visitor, node: ast.expr, scope: Scope) -> Iterator[tuple[Definition, Scope]]:
    name = _local_name(visitor.evaluator, node, scope)
    if not name:
        return
    where: Scope = visitor.module
    steps = name.split(".")
    for number, step in enumerate(steps):
        definition = next((one.what for one in where.bindings.get(step, ()) if one.kind == "def"), None)
        if not isinstance(definition, DEFINITIONS):
            return
        where = visitor.scope_of(definition, where)
        if number == len(steps) - 1:
            if isinstance(definition, FUNCTIONS):
                yield definition, where
            else:
                yield from _made(visitor, definition, where)


def _made(visitor: Visitor, definition: ast.ClassDef, scope: Scope) -> Iterator[tuple[Definition, Scope]]:
    for one in definition.body:
        if isinstance(one, FUNCTIONS) and one.name in MADE:
            yield one, visitor.scope_of(one, scope)


def _local_name(evaluator: Evaluator, node: ast.expr, scope: Scope) -> str:
    """Name a function of the module by its path from the top level."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        around = scope
        while around.parent is not None and around.kind != "class":
            around = around.parent
        return f"{around.name}.{node.attr}" if around.kind == "class" else ""
    name = evaluator.value(node, scope).name
    return name[6:].replace("()", "") if name.startswith("local:") else ""
