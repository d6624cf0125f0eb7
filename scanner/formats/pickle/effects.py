"""What some calls lead to: attributes, modules, partial calls, registered extensions, nested streams and code."""

from array import array
from functools import lru_cache
from typing import Final

from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle import values
from scanner.formats.pickle.classes import fetch, run
from scanner.formats.pickle.code import built, marshalled
from scanner.formats.pickle.delegates import DELEGATES, new_of_first
from scanner.formats.pickle.folding import data, fold, text
from scanner.formats.pickle.imports import attribute, imported_module, named
from scanner.formats.pickle.makers import CLOUDPICKLE, DILL, Effect, Led, canonical
from scanner.formats.pickle.nested import carry, encoded
from scanner.formats.pickle.state import State
from scanner.pattern import pattern


def _spelled(state: State, callee: int) -> str:
    name = state.heap.name_of(callee)
    return name.dotted if name else "?"


def _getattr(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    if len(items) < 2:  # noqa: PLR2004 - object and name
        return None
    segment = text(state, items[1])
    fetch(state, items[0], "?" if segment is None else segment)
    via = _spelled(state, callee)
    found = attribute(state, items[0], "?" if segment is None else segment, via, at)
    name, owner = state.heap.name_of(found), state.heap.name_of(items[0])
    if name is not None and owner is not None and not owner.name:  # of a module: an import spelled otherwise
        state.ledger.imported(name, op.REDUCE, at)
    if len(items) < 3 or items[2] >= 0:  # noqa: PLR2004 - and a default
        return found
    name, default = state.heap.name_of(found), state.heap.name_of(items[2])
    if name is not None and default is not None and name.dotted == f"{DILL}_{default.name}":
        return items[2]  # dill: getattr(dill._dill, "_setattr", setattr) is setattr where there is no such shim
    return None  # which of the two it is depends on the libraries of the loading process


def _import_module(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    module = text(state, items[0]) if items else None
    if module is None:
        return None
    if "__import__" in _spelled(state, callee) and len(items) < 4:  # noqa: PLR2004 - without fromlist: the top package
        module = module.partition(".")[0]
    return imported_module(state, module, "", at, assembled=items[0] < 0)


def _resolve_name(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    path = text(state, items[0]) if items else None
    if path is None:
        return None
    module, colon, name = path.partition(":")
    if not colon:
        module, _, name = path.rpartition(".")
    if not module or not name:
        return named(state, path, "", assembled=True)
    return attribute(state, named(state, module, "", assembled=True), name, _spelled(state, callee), at)


def _getitem(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    if len(items) != 2:  # noqa: PLR2004 - object and key
        return None
    run(state, items[0], ("__getitem__", "__class_getitem__"), args)
    return _item(state, items[0], items[1], _spelled(state, callee), at)


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


def _vars(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    return attribute(state, items[0], "__dict__", _spelled(state, callee), at) if len(items) == 1 else None


def _add_extension(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001 - see Effect
    operands = [fold(state, item) for item in state.operands(args)]
    if len(operands) == 3:  # noqa: PLR2004 - module, name, code
        module, name, code = operands
        if isinstance(module, str) and isinstance(name, str) and isinstance(code, int):
            state.registered[code] = (module, name)
    return None


def _loads(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001 - see Effect
    items = state.operands(args)
    if items:
        carry(state, items[0])
    return None


def _encode(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001 - see Effect
    items = state.operands(args)
    if items:
        encoded(state, items[0])
    return None


def _marshal(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    content = data(state, items[0], 1 << 20) if items else None
    if content is not None:
        for code in marshalled(_spelled(state, callee), content):
            state.ledger.coded(code, at)
    return None


def _code(state: State, callee: int, args: int, at: int) -> Led:
    state.ledger.coded(built(state, _spelled(state, callee), state.operands(args)), at)
    return None


# What dill._dill._load_type finds under a name that is neither one of `types` nor of `builtins`.
_TYPES: Final = {
    "PartialType": ("functools", "partial"),
    "SuperType": ("builtins", "super"),
    "ItemGetterType": ("operator", "itemgetter"),
    "AttrGetterType": ("operator", "attrgetter"),
}


def _builtin_type(state: State, callee: int, args: int, at: int) -> Led:
    items = state.operands(args)
    name = text(state, items[0]) if items else None
    if not name:
        return None
    module, name = _TYPES.get(name, ("types" if name.endswith("Type") or "." in name else "builtins", name))
    if not _spelled(state, callee).startswith("dill."):
        module = "types"
    return imported_module(state, module, name, at, assembled=items[0] < 0)


def _import_again(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001 - see Effect
    """dill._dill._import_module('os.path'), a module or an attribute of one; cloudpickle.subimport('os')."""
    items = state.operands(args)
    path = text(state, items[0]) if items else None
    return imported_module(state, path, "", at, assembled=items[0] < 0) if path else None


_WRITTEN: Final = pattern(r"<[a-z ]+ '\w+' of '([\w.]+)' objects>")


def _descriptor(state: State, callee: int, args: int, at: int) -> Led:
    """dill: class, name, and the text `<slot wrapper '__repr__' of 'str' objects>`, whose `str` it evaluates."""
    items = state.operands(args)
    name, shown = (text(state, items[1]), text(state, items[2])) if len(items) > 2 else (None, None)  # noqa: PLR2004
    match = _WRITTEN.fullmatch(shown or "")
    if match is None or not name:
        return None
    module, _, owner = ("builtins." * ("." not in match[1]) + match[1]).rpartition(".")
    return attribute(state, named(state, module, owner), name, _spelled(state, callee), at)


def _attrgetter(state: State, callee: int, args: int, at: int) -> Led:
    subjects = state.operands(args)
    paths = state.operands(state.heap.tails[~callee])
    found = None
    for path in paths if len(subjects) == 1 else []:
        word = text(state, path)
        found = attribute(state, subjects[0], "?" if word is None else word, "operator.attrgetter", at)
    return found if len(paths) == 1 else None


def _itemgetter(state: State, callee: int, args: int, at: int) -> Led:
    subjects = state.operands(args)
    keys = state.operands(state.heap.tails[~callee])
    if len(subjects) != 1 or len(keys) != 1:
        return None
    return _item(state, subjects[0], keys[0], "operator.itemgetter", at)


def _methodcaller(state: State, callee: int, args: int, at: int) -> Led:
    subjects = state.operands(args)
    made = state.operands(state.heap.tails[~callee])
    if len(subjects) != 1 or not made:
        return None
    word = text(state, made[0])
    method = attribute(state, subjects[0], "?" if word is None else word, "operator.methodcaller", at)
    return method, state.heap.pack(values.TUPLE, array("q", made[1:]))


def _partial(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001 - see Effect
    made = state.operands(state.heap.tails[~callee])
    if not made or made[0] >= 0:
        return None
    return made[0], state.heap.pack(values.TUPLE, array("q", made[1:] + state.operands(args)))


_ATTRIBUTES: Final = (
    "builtins.getattr", "builtins.object.__getattribute__", "builtins.type.__getattribute__", DILL + "_get_attr",
    DILL + "_getattribute", DILL + "Getattr",
)  # fmt: skip
_MODULES: Final = (
    "importlib.import_module", "importlib.__import__", "builtins.__import__", "importlib._bootstrap._gcd_import",
)  # fmt: skip
_AGAIN: Final = (CLOUDPICKLE + "subimport", DILL + "_import_module", "sys.modules.get", "sys.modules.__getitem__")
_STREAMS: Final = (
    "pickle.loads", "pickle._loads", "_pickle.loads", "cloudpickle.loads", CLOUDPICKLE + "loads", DILL + "loads",
    "torch.storage._load_from_bytes", "joblib.externals.loky.cloudpickle_wrapper._reconstruct_wrapper",
    "numba.core.serialize._unpickle__CustomPickled", "spacy.tokens.doc.unpickle_doc", "spacy.vocab.unpickle_vocab",
)  # fmt: skip
_CODES: Final = ("types.CodeType", "builtins.code", DILL + "_create_code", CLOUDPICKLE + "CodeType")
_MARSHALS: Final = ("marshal.loads", "_marshal.loads", DILL + "_unmarshal")

EFFECTS: Final[dict[str, Effect]] = {
    **DELEGATES,
    **dict.fromkeys(_ATTRIBUTES, _getattr),
    **dict.fromkeys(_MODULES, _import_module),
    **dict.fromkeys(_STREAMS, _loads),
    **dict.fromkeys(_CODES, _code),
    **dict.fromkeys(("pkgutil.resolve_name", "pydoc.locate"), _resolve_name),
    **dict.fromkeys(("operator.getitem", "_operator.getitem", "builtins.dict.get"), _getitem),
    **dict.fromkeys(_AGAIN, _import_again),
    **dict.fromkeys((CLOUDPICKLE + "_builtin_type", DILL + "_load_type"), _builtin_type),
    **dict.fromkeys(_MARSHALS, _marshal),
    DILL + "_getattr": _descriptor,
    **dict.fromkeys(("_codecs.encode", "builtins.bytes", "builtins.bytearray"), _encode),
    "builtins.vars": _vars,
    "copyreg.add_extension": _add_extension,
}
"""What a call of a global leads to; a value it returns is the call's result."""

RESULTS: Final[dict[str, Effect]] = {
    "operator.attrgetter": _attrgetter,
    "_operator.attrgetter": _attrgetter,
    "operator.itemgetter": _itemgetter,
    "_operator.itemgetter": _itemgetter,
    "operator.methodcaller": _methodcaller,
    "_operator.methodcaller": _methodcaller,
    "functools.partial": _partial,
    "_functools.partial": _partial,
}
"""What calling the result of such a call leads to."""


@lru_cache(maxsize=4096)
def effect_of(dotted: str) -> Effect | None:
    """Find what a call leads to, also through a longer walk: `collections._sys.modules.get`."""
    found = EFFECTS.get(dotted) or EFFECTS.get(canonical(dotted))
    if found is None and dotted.count(".") > 1:
        _, *last = dotted.rsplit(".", 3)
        found = EFFECTS.get(".".join(last).lstrip("_")) or EFFECTS.get(".".join(last[-2:]))
        if found is None and dotted.startswith("sklearn.") and last[-1] == "newObj":
            return new_of_first
    return found
