"""What some calls lead to: attributes, modules, partial calls, registered extensions, nested streams and code."""

from array import array
from collections.abc import Callable
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.code import built, marshalled
from scanner.formats.pickle.folding import data, fold, text
from scanner.formats.pickle.imports import attribute, named
from scanner.formats.pickle.nested import carry
from scanner.formats.pickle.state import State

_Effect = Callable[[State, str, int, int], int | None]
_Result = Callable[[State, int, int, int], "int | tuple[int, int] | None"]


def _items(state: State, args: int, limit: int = 64) -> list[int]:
    return state.heap.items(args, limit) if state.heap.kind(args) == values.TUPLE else []


def _getattr(state: State, dotted: str, args: int, at: int) -> int | None:
    items = _items(state, args)
    if len(items) < 2:  # noqa: PLR2004 - object and name
        return None
    segment = text(state, items[1])
    return attribute(state, items[0], "?" if segment is None else segment, dotted, at)


def _import_module(state: State, dotted: str, args: int, at: int) -> int | None:  # noqa: ARG001 - see _Effect
    items = _items(state, args)
    module = text(state, items[0]) if items else None
    if module is None:
        return None
    if "__import__" in dotted and len(items) < 4:  # noqa: PLR2004 - without fromlist the top package is returned
        module = module.partition(".")[0]
    return named(state, module, "", assembled=items[0] < 0)


def _resolve_name(state: State, dotted: str, args: int, at: int) -> int | None:
    items = _items(state, args)
    path = text(state, items[0]) if items else None
    if path is None:
        return None
    module, colon, name = path.partition(":")
    if not colon:
        module, _, name = path.rpartition(".")
    if not module or not name:
        return named(state, path, "", assembled=True)
    return attribute(state, named(state, module, "", assembled=True), name, dotted, at)


def _getitem(state: State, dotted: str, args: int, at: int) -> int | None:
    items = _items(state, args)
    return _item(state, items[0], items[1], dotted, at) if len(items) == 2 else None  # noqa: PLR2004 - object and key


def _item(state: State, subject: int, key: int, via: str, at: int) -> int | None:
    name = state.heap.name_of(subject)
    word = text(state, key)
    if name is None or word is None:
        return None
    if name.dotted.endswith("sys.modules"):
        return named(state, word, "", assembled=key < 0)
    for ending in (".__dict__", ".__globals__"):
        if name.dotted.endswith(ending):
            owner = name.dotted.removesuffix(ending)
            return attribute(state, named(state, owner, "", assembled=name.assembled), word, via, at)
    return None


def _vars(state: State, dotted: str, args: int, at: int) -> int | None:
    items = _items(state, args)
    return attribute(state, items[0], "__dict__", dotted, at) if len(items) == 1 else None


def _add_extension(state: State, dotted: str, args: int, at: int) -> int | None:  # noqa: ARG001 - see _Effect
    operands = [fold(state, item) for item in _items(state, args)]
    if len(operands) == 3:  # noqa: PLR2004 - module, name, code
        module, name, code = operands
        if isinstance(module, str) and isinstance(name, str) and isinstance(code, int):
            state.registered[code] = (module, name)
    return None


def _loads(state: State, dotted: str, args: int, at: int) -> int | None:  # noqa: ARG001 - see _Effect
    items = _items(state, args)
    if items:
        carry(state, items[0])
    return None


def _marshal(state: State, dotted: str, args: int, at: int) -> int | None:
    items = _items(state, args)
    content = data(state, items[0], 1 << 20) if items else None
    if content is not None:
        for code in marshalled(dotted, content):
            state.ledger.coded(code, at)
    return None


def _code(state: State, dotted: str, args: int, at: int) -> int | None:
    state.ledger.coded(built(state, dotted, _items(state, args)), at)
    return None


def _builtin_type(state: State, dotted: str, args: int, at: int) -> int | None:  # noqa: ARG001 - see _Effect
    items = _items(state, args)
    name = text(state, items[0]) if items else None
    return named(state, "types", name, assembled=items[0] < 0) if name else None


def _import_again(state: State, dotted: str, args: int, at: int) -> int | None:  # noqa: ARG001 - see _Effect
    """dill._dill._import_module('os.path'), a module or an attribute of one; cloudpickle.subimport('os')."""
    items = _items(state, args)
    path = text(state, items[0]) if items else None
    return named(state, path, "", assembled=items[0] < 0) if path else None


def _attrgetter(state: State, callee: int, args: int, at: int) -> int | None:
    subjects = _items(state, args)
    paths = _items(state, state.heap.tails[~callee])
    found = None
    for path in paths if len(subjects) == 1 else []:
        word = text(state, path)
        found = attribute(state, subjects[0], "?" if word is None else word, "operator.attrgetter", at)
    return found if len(paths) == 1 else None


def _itemgetter(state: State, callee: int, args: int, at: int) -> int | None:
    subjects = _items(state, args)
    keys = _items(state, state.heap.tails[~callee])
    if len(subjects) != 1 or len(keys) != 1:
        return None
    return _item(state, subjects[0], keys[0], "operator.itemgetter", at)


def _methodcaller(state: State, callee: int, args: int, at: int) -> tuple[int, int] | None:
    subjects = _items(state, args)
    made = _items(state, state.heap.tails[~callee])
    if len(subjects) != 1 or not made:
        return None
    word = text(state, made[0])
    method = attribute(state, subjects[0], "?" if word is None else word, "operator.methodcaller", at)
    return method, state.heap.pack(values.TUPLE, array("q", made[1:]))


def _partial(state: State, callee: int, args: int, at: int) -> tuple[int, int] | None:  # noqa: ARG001 - see _Effect
    made = _items(state, state.heap.tails[~callee])
    bound = made[1:]
    inner = made[0] if made else 0
    built_state = state.made.get(callee)
    if built_state is not None:  # partial.__setstate__((func, args, keywords, dict)) replaces what __new__ got
        fields = _items(state, built_state)
        if fields:
            inner = fields[0]
            bound = _items(state, fields[1]) if len(fields) > 1 and fields[1] < 0 else []
    if inner >= 0:
        return None
    return inner, state.heap.pack(values.TUPLE, array("q", bound + _items(state, args)))


_ATTRIBUTES: Final = ("builtins.getattr", "builtins.object.__getattribute__", "builtins.type.__getattribute__")
_MODULES: Final = (
    "importlib.import_module", "importlib.__import__", "builtins.__import__", "importlib._bootstrap._gcd_import",
)  # fmt: skip
_AGAIN: Final = (
    "cloudpickle.cloudpickle.subimport", "dill._dill._import_module", "sys.modules.get", "sys.modules.__getitem__",
)  # fmt: skip
_STREAMS: Final = (
    "pickle.loads", "pickle._loads", "_pickle.loads", "cloudpickle.loads", "cloudpickle.cloudpickle.loads",
    "dill.loads", "dill._dill.loads", "torch.storage._load_from_bytes",
)  # fmt: skip
_CODES: Final = (
    "types.CodeType", "builtins.code", "dill._dill._create_code", "cloudpickle.cloudpickle.CodeType",
)  # fmt: skip

EFFECTS: Final[dict[str, _Effect]] = {
    **dict.fromkeys(_ATTRIBUTES, _getattr),
    **dict.fromkeys(_MODULES, _import_module),
    **dict.fromkeys(_STREAMS, _loads),
    **dict.fromkeys(_CODES, _code),
    **dict.fromkeys(("pkgutil.resolve_name", "pydoc.locate"), _resolve_name),
    **dict.fromkeys(("operator.getitem", "_operator.getitem", "builtins.dict.get"), _getitem),
    **dict.fromkeys(_AGAIN, _import_again),
    **dict.fromkeys(("cloudpickle.cloudpickle._builtin_type", "dill._dill._load_type"), _builtin_type),
    **dict.fromkeys(("marshal.loads", "_marshal.loads"), _marshal),
    "builtins.vars": _vars,
    "copyreg.add_extension": _add_extension,
}
"""What a call of a global leads to; a value it returns is the call's result."""

RESULTS: Final[dict[str, _Result]] = {
    "operator.attrgetter": _attrgetter,
    "_operator.attrgetter": _attrgetter,
    "operator.itemgetter": _itemgetter,
    "_operator.itemgetter": _itemgetter,
    "operator.methodcaller": _methodcaller,
    "_operator.methodcaller": _methodcaller,
    "functools.partial": _partial,
    "_functools.partial": _partial,
}
"""What calling the result of such a call leads to: a value, or (what is called in turn, its arguments)."""


def effect_of(dotted: str) -> _Effect | None:
    """Find what a call leads to, also through a longer walk: `collections._sys.modules.get`."""
    found = EFFECTS.get(dotted)
    if found is None and dotted.count(".") > 1:
        _, *last = dotted.rsplit(".", 3)
        found = EFFECTS.get(".".join(last).lstrip("_")) or EFFECTS.get(".".join(last[-2:]))
    return found
