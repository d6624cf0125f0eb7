"""What a call gives, as far as that is known without making it."""

import ast
from collections.abc import Sequence
from typing import Final, Protocol

from scanner.formats.python import functions
from scanner.formats.python.names import BUILTINS, DECODERS, ROOTS, canonical, group_of
from scanner.formats.python.scopes import Binding, Scope, fill
from scanner.formats.python.values import MANY, NO_VALUE, NOTHING, UNKNOWN, Value, either, joined, plain, wrap

NAME_CHARACTERS = 200
PASSING = frozenset(("functools.partial", "builtins.compile", "functools.wraps", "contextlib.closing", "io.BytesIO",
                     "io.StringIO", "operator.itemgetter", "asyncio.run"))  # fmt: skip
_IMPORTERS = frozenset(("builtins.__import__", "importlib.import_module", "importlib.__import__"))
_GETTERS = frozenset(("builtins.getattr", "builtins.object.__getattribute__", "builtins.type.__getattribute__",
                      "inspect.getattr_static"))  # fmt: skip
_ORIGINS = {
    "builtins.open": "file", "io.open": "file", "pathlib.Path.read_text": "file", "pathlib.Path.read_bytes": "file",
    "codecs.open": "file", "os.getenv": "environment", "os.environ.get": "environment", "builtins.input": "input",
    "builtins.raw_input": "input", "sys.stdin.read": "input", "huggingface_hub.hf_hub_download": "network",
    "pkgutil.get_data": "file", "importlib.resources.read_text": "file",
}  # fmt: skip


LOCAL_LINES = 60
"""Lines of a function that is looked into: no decoder is longer."""

LOCAL_DEPTH = 4
"""Functions of the module inside each other that are looked into for one value."""

LOCAL_STEPS = 20
"""What a look into a function counts as."""


class Evaluates(Protocol):
    """What is needed of an evaluator. `answers`: what functions return whatever they are given, by node."""

    steps: int
    inside: int
    answers: dict[int, Value]

    def value(self, node: ast.expr | None, scope: Scope) -> Value:  # noqa: D102 - as the evaluator has it
        ...


def member(base: Value, attribute: str, how: str = "") -> Value:
    """Name an attribute of a thing."""
    if base.name and len(base.name) < NAME_CHARACTERS:
        return Value(name=canonical(f"{base.name}.{attribute}"), tags=base.tags, how=how or base.how)
    return Value(tags=base.tags)


_DICTIONARIES: Final = (".__dict__", ":vars")


def looked_up(base: Value, key: object) -> Value:
    """Name what a dictionary of names holds: of a module, of the builtins, of all modules."""
    if not isinstance(key, str):
        return Value(tags=base.tags)
    key = key[:NAME_CHARACTERS]
    if base.name == "sys.modules":
        return Value(name=canonical(key), how="folded")
    if base.name == "globals:":
        name = "builtins" if key in ("__builtins__", "__builtin__") else key
        return Value(name=name if name in ROOTS else f"builtins.{name}" if name in BUILTINS else "", how="folded")
    if base.name == "builtins":
        return Value(name=canonical(f"builtins.{key}"), how="folded")
    for ending in _DICTIONARIES:
        if base.name.endswith(ending):
            return Value(name=canonical(f"{base.name.removesuffix(ending)}.{key}"), how="folded")
    return Value(name=f"{base.name}[]", tags=base.tags)


def call(evaluator: Evaluates, node: ast.Call, scope: Scope) -> Value:  # noqa: C901 - the ways of a call
    """Evaluate a call: of a decoder, of a method of a constant, of what finds a name, of a function of the module."""
    arguments = [evaluator.value(one, scope) for one in node.args[:MANY]]
    keywords = {one.arg: evaluator.value(one.value, scope) for one in node.keywords if one.arg}
    tags = joined((*arguments, *keywords.values()))
    function = None
    if any(one.name in ("os.environ", "os.environ.copy()", "os.environ.items()") for one in arguments):
        tags |= {"environ"}
    if isinstance(node.func, ast.Attribute):
        target = evaluator.value(node.func.value, scope)
        if not isinstance(node.func.value, ast.Name):  # evaluated once: a chain of calls must not double at each step
            function = member(target, node.func.attr)
        if target.const is not UNKNOWN and not target.name:
            return _method(target, node.func.attr, arguments, keywords, tags)
        if node.func.attr in ("decode", "decompress", "fromhex") and not target.name:
            tags |= {f"decoder:{node.func.attr}"} if node.func.attr != "decode" else NOTHING
    if function is None:
        function = evaluator.value(node.func, scope)
    if function.name.startswith("local:"):
        return _local(evaluator, function, arguments, scope, tags)
    if not function.name:
        return Value(tags=tags | function.tags)
    return _outside(function, arguments, keywords, tags | function.tags)


def _method(
    target: Value, name: str, arguments: Sequence[Value], keywords: dict[str, Value], tags: frozenset[str]
) -> Value:
    tags |= target.tags
    if isinstance(target.const, dict) and name in ("get", "pop", "setdefault"):
        key = plain(arguments[0]) if arguments else UNKNOWN
        found = target.const.get(key) if isinstance(key, str | bytes | int | float | None) else None
        return found if isinstance(found, Value) else either(list(target.const.values()))
    if name == "join" and arguments and isinstance(arguments[0].const, list | tuple):
        tags |= joined(one for one in arguments[0].const[:1] if isinstance(one, Value))
    if name == "decode" and arguments and plain(arguments[0]) in ("rot13", "rot_13", "base64", "hex", "zlib", "utf-7"):
        tags |= {f"decoder:codecs.{plain(arguments[0])}"}
    if name == "translate":
        tags |= {"decoder:translate"}
    if name in ("read", "getvalue", "tobytes", "getbuffer"):
        return Value(target.const, tags=tags)
    own, rest = plain(target), [plain(one) for one in arguments]
    named = {key: plain(one) for key, one in keywords.items()}
    if own is UNKNOWN or any(one is UNKNOWN for one in (*rest, *named.values())):
        return Value(tags=tags)
    return wrap(functions.method(own, name, rest, named), tags)


def _outside(function: Value, arguments: Sequence[Value], keywords: dict[str, Value], tags: frozenset[str]) -> Value:  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of thing
    """Evaluate a call of something from outside of the module."""
    name = function.name
    if name in _IMPORTERS:
        return _imported(arguments)
    if name in _GETTERS or name.endswith(".__getattribute__"):
        return _got(name, arguments, tags)
    if name in ("builtins.globals", "builtins.locals"):
        return Value(name="globals:")
    if name == "builtins.vars":
        return Value(name=f"{arguments[0].name}:vars" if arguments and arguments[0].name else "globals:")
    if name.endswith((".__dict__.get", ":vars.get", "globals:.get", "sys.modules.get")) and arguments:
        return _from_dictionary(name.removesuffix(".get"), plain(arguments[0]))
    if name in PASSING and arguments:
        first = arguments[0]
        return Value(first.const, first.name, tags, "variable" if first.name else "plain", first.node)
    if name == "builtins.map" and len(arguments) == 2:  # noqa: PLR2004 - a function and a list
        return _mapped(arguments[0], arguments[1], tags)
    if name == "operator.attrgetter" and arguments and isinstance(plain(arguments[0]), str):
        return Value(name=f"getter:{plain(arguments[0])}", tags=tags)
    if name.startswith("getter:") and arguments and arguments[0].name:
        return Value(name=canonical(f"{arguments[0].name}.{name[7:]}"[:NAME_CHARACTERS]), tags=tags, how="folded")
    short = name.removeprefix("builtins.")
    if short in DECODERS or short in ("chr", "reversed"):
        tags |= {f"decoder:{short}"}
    origin = _ORIGINS.get(name)
    if (
        origin is None and group_of(name) == "network" and not name.startswith(("socket.", "urllib.request.Request"))
    ):  # a free port is no news
        origin = "network"
    if origin:
        tags |= {origin}
    rest, named = [plain(one) for one in arguments], {key: plain(one) for key, one in keywords.items()}
    if name in functions.FUNCTIONS and not any(one is UNKNOWN for one in (*rest, *named.values())):
        return wrap(functions.apply(name, rest, named), tags)
    return Value(name=f"{name}()", tags=tags) if len(name) < NAME_CHARACTERS else Value(tags=tags)


def _imported(arguments: Sequence[Value]) -> Value:
    module = plain(arguments[0]) if arguments else UNKNOWN
    if not isinstance(module, str):
        return Value(tags=joined(arguments))
    return Value(name=canonical(module[:NAME_CHARACTERS]), how="folded")


def _got(name: str, arguments: Sequence[Value], tags: frozenset[str]) -> Value:
    """Name the attribute that `getattr` finds."""
    base: Value
    if name.endswith(".__getattribute__") and len(arguments) == 1:
        base, attribute = Value(name=name.removesuffix(".__getattribute__")), plain(arguments[0])
    elif len(arguments) > 1:
        base, attribute = arguments[0], plain(arguments[1])
    else:
        return NO_VALUE
    if base.name and isinstance(attribute, str):
        return Value(name=canonical(f"{base.name}.{attribute}"[:NAME_CHARACTERS]), tags=tags, how="folded")
    return Value(name=f"{base.name}.?" if base.name else "", tags=tags, how="folded")


def _from_dictionary(base: str, key: object) -> Value:
    if not isinstance(key, str):
        return NO_VALUE
    if base == "sys.modules":
        return Value(name=canonical(key[:NAME_CHARACTERS]), how="folded")
    module = "builtins" if base == "globals:" else base.removesuffix(".__dict__").removesuffix(":vars")
    return Value(name=canonical(f"{module}.{key}"[:NAME_CHARACTERS]), how="folded")


def _mapped(function: Value, items: Value, tags: frozenset[str]) -> Value:
    short = function.name.removeprefix("builtins.")
    if short in DECODERS or short == "chr":
        tags |= {f"decoder:{short}"}
    known = plain(items)
    if isinstance(known, str | bytes):
        known = list(known)
    if not isinstance(known, list | tuple) or function.name not in functions.FUNCTIONS:
        return Value(tags=tags)
    found = [functions.apply(function.name, [one], {}) for one in known]
    return Value(tags=tags) if any(one is UNKNOWN for one in found) else wrap(found, tags)


def _local(
    evaluator: Evaluates, function: Value, arguments: Sequence[Value], scope: Scope, tags: frozenset[str]
) -> Value:
    """Evaluate what a function of the module returns for these arguments; of a class, that it was made."""
    node = function.node
    if isinstance(node, ast.ClassDef):
        return Value(name=f"{function.name}()", tags=tags)
    if not isinstance(node, ast.FunctionDef | ast.Lambda) or evaluator.inside >= LOCAL_DEPTH:
        return Value(tags=tags)
    bare = not any(one.tags or one.name or one.const is not UNKNOWN for one in arguments)
    found = evaluator.answers.get(id(node)) if bare else None
    if found is None:
        evaluator.inside += 1
        try:
            found = _returned(evaluator, node, arguments, scope)
        finally:
            evaluator.inside -= 1
        if bare:
            evaluator.answers[id(node)] = found
    return Value(found.const, found.name, found.tags | tags, found.how, found.node)


def _returned(
    evaluator: Evaluates, node: ast.FunctionDef | ast.Lambda, arguments: Sequence[Value], scope: Scope
) -> Value:
    """Evaluate what a function returns."""
    inside = Scope("function", "", scope.module)
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    for number, name in enumerate(names):
        inside.bind(name, Binding("known", arguments[number] if number < len(arguments) else NO_VALUE))
    if isinstance(node, ast.Lambda):
        return evaluator.value(node.body, inside)
    if (node.end_lineno or 0) - node.lineno > LOCAL_LINES:
        return NO_VALUE
    evaluator.steps += LOCAL_STEPS
    fill(inside, node.body)
    returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None]
    return either([evaluator.value(one, inside) for one in returned[:4]])
