"""Callables that call, fetch, import or change what they are handed: the helpers of cloudpickle, dill and libraries.

Honest pickles call them all the time, so their names say nothing: what they are handed does. Each function below says
what a call of such a helper leads to, in the terms of the calls, imports and state that a stream could spell out.
"""

from typing import Final

from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle import values
from scanner.formats.pickle.classes import run
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.imports import attribute, imported_module, named
from scanner.formats.pickle.makers import CLOUDPICKLE, DILL, MAKERS, Effect, Led, made, packed
from scanner.formats.pickle.state import State


def call_first(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Call the first argument with the others."""
    items = state.operands(args)
    return (items[0], packed(state, items[1:])) if items else None


def call_second(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Call the second argument, where there is one, with the first: numpy.random.__generator_ctor."""
    items = state.operands(args)
    if len(items) > 1:
        state.due.append((items[1], packed(state, items[:1])))
    return None


def call_when_dead(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """dill: a weak reference with a callback, which runs at once where the object is gone."""
    state.due.extend((item, args) for item in state.operands(args)[1:] if item < 0)
    return None


def call_made_class(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """numpy.random.__bit_generator_ctor: call the argument unless it is a name in a text."""
    items = state.operands(args)
    if len(items) == 1 and items[0] < 0:
        state.due.append((items[0], packed(state, [])))
    return None


def call_with_tuple(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Call the first argument with the items of the second: fsspec, dill's arrays."""
    items = state.operands(args)
    if len(items) > 1:
        state.due.append((items[0], items[1] if state.heap.kind(items[1]) == values.TUPLE else packed(state, [])))
    return None


def bind(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """cloudpickle: a partial of a function, a tuple and a dict."""
    items = state.operands(args)
    if not items:
        return None
    bound = state.operands(items[1]) if len(items) > 1 else []
    return made(state, named(state, "functools", "partial"), packed(state, [items[0], *bound]))


def call_typed(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """dill: a type, its first argument, further ones and those with a keyword; in honest files a partial."""
    items = state.operands(args)
    if len(items) < 2:  # noqa: PLR2004 - see above
        return None
    name = state.heap.name_of(items[0])
    further = state.operands(items[2]) if len(items) > 2 else []  # noqa: PLR2004
    if len(items) > 3 and items[3] < 0 and (name is None or name.dotted != "functools.partial"):  # noqa: PLR2004
        state.due.append((state.unknown(), args))
    return items[0], packed(state, [items[1], *further])


def rebuild(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """torch: call the first argument with the third, make the result a `second`, and set the fourth as its state."""
    items = state.operands(args)
    if len(items) < 3:  # noqa: PLR2004 - see above
        return None
    if state.heap.kind(items[2]) == values.TUPLE:
        state.due.append((items[0], items[2]))
    run(state, items[1], ("__setstate__", "__setattr__", "__torch_function__"), args)
    return None


def call_class(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """fastai: call the first argument with a tensor that is made of the others."""
    items = state.operands(args)
    if items:
        state.due.append((items[0], packed(state, [])))
    return None


def view(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """numpy: an empty array of the first argument's type."""
    items = state.operands(args)
    if not items or items[0] not in state.classes:
        return None
    run(state, items[0], ("__array_finalize__",), args)
    state.alive[items[0]] = None
    return state.heap.add(values.INSTANCE, items[0], args)


def new_of_first(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Make an instance of the first argument: pandas' `_new_Index`, scikit-learn's `newObj`."""
    items = state.operands(args)
    if not items:
        return None
    name = state.heap.name_of(items[0])
    if name is not None:
        state.ledger.used(name)
        state.ledger.called(name, "new", op.REDUCE, at, state.given(packed(state, items[1:])))
    run(state, items[0], ("__new__",), args)
    return None


def method_of_first(method: str) -> Effect:
    """Make the effect that calls this method of the first argument with the others."""

    def effect(state: State, callee: int, args: int, at: int) -> Led:
        name = state.heap.name_of(callee)
        items = state.operands(args)
        if not items or state.heap.kind(items[0]) == values.DICT:
            return None
        return attribute(state, items[0], method, name.dotted if name else "?", at), packed(state, items[1:])

    return effect


def import_curried(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """toolz: a class, and the function that it binds, or its name as `module:name`."""
    items = state.operands(args)
    module, colon, name = ((text(state, items[1]) if len(items) > 1 else None) or "").partition(":")
    if colon and module and name:
        imported_module(state, module, name, at, assembled=False)
    return None


def first(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Return the first argument."""
    items = state.operands(args)
    return items[0] if items else None


_GENERATORS: Final = tuple(
    f"numpy.random{module}.__{name}_ctor" for module in ("", "._pickle") for name in ("generator", "randomstate")
)
_BIT_GENERATORS: Final = ("numpy.random.__bit_generator_ctor", "numpy.random._pickle.__bit_generator_ctor")
_INDEXES: Final = tuple(
    f"pandas.{module}"
    for module in (
        "core.index._new_Index", "core.indexes.base._new_Index", "indexes.base._new_Index",
        "core.indexes.datetimes._new_DatetimeIndex", "tseries.index._new_DatetimeIndex",
        "core.indexes.period._new_PeriodIndex", "tseries.period._new_PeriodIndex",
    )
)  # fmt: skip
_VIEWS: Final = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_FASTAI: Final = ("fastai.torch_core._fa_rebuild_tensor", "fastai.torch_core._fa_rebuild_qtensor")
_REBUILDS: Final = tuple(
    f"{module}._rebuild_from_type{version}"
    for module in ("torch._tensor", "fastai.torch_core")
    for version in ("", "_v2")
)
DELEGATES: Final[dict[str, Effect]] = {
    **MAKERS,
    **dict.fromkeys(_GENERATORS, call_second),
    **dict.fromkeys(_BIT_GENERATORS, call_made_class),
    **dict.fromkeys(_INDEXES, new_of_first),
    **dict.fromkeys(_VIEWS, view),
    **dict.fromkeys(_REBUILDS, rebuild),
    **dict.fromkeys(_FASTAI, call_class),
    **dict.fromkeys((DILL + "_create_array", "fsspec.spec.make_instance"), call_with_tuple),
    **dict.fromkeys((DILL + "_create_weakref", DILL + "_create_weakproxy"), call_when_dead),
    CLOUDPICKLE + "_genpartial": bind,
    CLOUDPICKLE + "_file_reconstructor": first,
    CLOUDPICKLE + "_make_dict_items": method_of_first("items"),
    CLOUDPICKLE + "instance": call_first,
    DILL + "_create_ftype": call_typed,
    "numba.core.serialize._rebuild_reduction": method_of_first("_rebuild"),
    "numba.serialize._rebuild_reduction": method_of_first("_rebuild"),
    "pandas.core.indexes.interval._new_IntervalIndex": method_of_first("from_arrays"),
    "toolz.functoolz._restore_curry": import_curried,
}
"""What a call of a helper leads to, by its name in `canonical` spelling."""
