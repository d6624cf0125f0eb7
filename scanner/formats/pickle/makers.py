"""Helpers that make classes, or set attributes on what was made: those of cloudpickle, dill and the interpreter."""

from array import array
from collections.abc import Callable
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.changes import put
from scanner.formats.pickle.classes import assign, define, run
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.imports import imported_module
from scanner.formats.pickle.state import State

Led = int | tuple[int, int] | None
"""What a call leads to: the value it returns, or (what is called in turn, its arguments); None if nothing is known."""
Effect = Callable[[State, int, int, int], Led]
"""Takes the state, the value that is called, its arguments and the offset."""

CLOUDPICKLE: Final = "cloudpickle.cloudpickle."
DILL: Final = "dill._dill."


def canonical(dotted: str) -> str:
    """Spell the helpers of vendored copies and older layouts of cloudpickle and dill as those of today."""
    module, _, name = dotted.rpartition(".")
    if "cloudpickle" in module:
        return CLOUDPICKLE + name
    return DILL + name if module.startswith("dill.") else dotted


def packed(state: State, items: list[int]) -> int:
    """Make a tuple of values."""
    return state.heap.pack(values.TUPLE, array("q", items))


def made(state: State, callee: int, args: int) -> int:
    """Make the result of a call."""
    return state.heap.add(values.RESULT, callee, args)


def skeleton_class(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001 - see Effect
    """cloudpickle: metaclass, name, bases, {…}, id."""
    items = state.operands(args)
    if len(items) < 4:  # noqa: PLR2004 - see above
        return None
    track = items[4] if len(items) > 4 else 0  # noqa: PLR2004
    return define(state, made(state, callee, args), items[2], items[0], items[3:4], track)


def skeleton_enum(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """cloudpickle: bases, name, qualified name, members, module, id. Members are made by the bases."""
    items = state.operands(args)
    if len(items) < 4:  # noqa: PLR2004 - see above
        return None
    for base in state.operands(items[0]):
        run(state, base, ("__new__", "__init__", "_generate_next_value_"), args)
    track = items[5] if len(items) > 5 else 0  # noqa: PLR2004
    return define(state, made(state, callee, args), items[0], 0, items[3:4], track)


def make_type(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """dill: a metaclass, name, bases, attributes. Anything else is called with what follows it."""
    items = state.operands(args)
    if not items:
        return None
    if len(items) == 4 and state.heap.kind(items[2]) == values.TUPLE and state.heap.kind(items[3]) == values.DICT:  # noqa: PLR2004
        return define(state, made(state, callee, args), items[2], items[0], items[3:4])
    return items[0], packed(state, items[1:])


def plain_type(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """type(name, bases, attributes), and type.__new__ of a metaclass and these."""
    items = state.operands(args)
    metaclass = items.pop(0) if len(items) == 4 else 0  # noqa: PLR2004 - as above
    if len(items) != 3:  # noqa: PLR2004
        return None
    return define(state, made(state, callee, args), items[1], metaclass, items[2:])


def new_class(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """types.new_class: name, bases, {"metaclass": …}, what fills the attributes; dill has its own helper do that."""
    items = state.operands(args)
    if len(items) < 2:  # noqa: PLR2004 - name and bases
        return None
    heap = state.heap
    filler = items[3] if len(items) > 3 else 0  # noqa: PLR2004
    helper = (
        heap.name_of((state.operands(heap.tails[~filler]) or [0])[0]) if heap.kind(filler) == values.RESULT else None
    )
    fields = state.operands(state.made.get(filler, 0))
    contents = _values(state, fields[2], "source") if len(fields) > 2 else []  # noqa: PLR2004 - function, arguments, keywords
    metaclass = _values(state, items[2], "metaclass") if len(items) > 2 else []  # noqa: PLR2004
    if filler < 0 and (helper is None or canonical(helper.dotted) != DILL + "_setitems" or not contents):
        state.due.append((filler, packed(state, [])))
        contents = [state.unknown()]
    return define(state, made(state, callee, args), items[1], (metaclass or [0])[0], contents)


def plain_class(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """A named tuple or a data class: a class of fields, until something sets more on it."""
    return define(state, made(state, callee, args), 0, 0, ())


def _values(state: State, mapping: int, wanted: str) -> list[int]:
    items = state.heap.items(mapping, 256) if state.heap.kind(mapping) == values.DICT else []
    return [value for key, value in zip(items[::2], items[1::2], strict=False) if text(state, key) == wanted]


def tracked(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """cloudpickle: an id and a class; an older class of that id wins."""
    items = state.operands(args)
    word = text(state, items[0]) if len(items) == 2 else None  # noqa: PLR2004 - see above
    if len(items) != 2:  # noqa: PLR2004
        return None
    return state.tracked.setdefault(word, items[1]) if word is not None else items[1]


def change(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Set what the second argument holds, a dict or two of them, on the first, and return that."""
    items = state.operands(args)
    if len(items) < 2:  # noqa: PLR2004 - see above
        return None
    parts = state.operands(items[1]) if state.heap.kind(items[1]) == values.TUPLE else items[1:]
    for part in parts:
        if part < 0 and not assign(state, items[0], part):
            put(state, items[0], part, at)
    return items[0]


def set_attribute(state: State, callee: int, args: int, at: int) -> Led:  # noqa: ARG001
    """Set or delete one attribute: object, name, value."""
    items = state.operands(args)
    if len(items) < 2:  # noqa: PLR2004 - object and name
        return None
    part = state.heap.add(values.DICT, -1, -1)
    state.heap.put(part, array("q", [items[1], items[2] if len(items) > 2 else items[1]]))  # noqa: PLR2004
    if not assign(state, items[0], part):
        put(state, items[0], part, at)
    return None


def namedtuple_of_module(state: State, callee: int, args: int, at: int) -> Led:
    """dill: look `name` up in `module` first: name, fields, module."""
    items = state.operands(args)
    name, module = (text(state, items[0]), text(state, items[2])) if len(items) > 2 else (None, None)  # noqa: PLR2004
    if name and module:
        imported_module(state, module, name, at, assembled=items[0] < 0 or items[2] < 0)
    return define(state, made(state, callee, args), 0, 0, ())


_SETTERS: Final = (
    "_class_setstate", "_function_setstate", "_rehydrate_skeleton_class", "_fill_function", "_restore_attr",
)  # fmt: skip
_ATTRIBUTE_SETTERS: Final = (
    "builtins.setattr", "builtins.delattr", "builtins.object.__setattr__", "builtins.type.__setattr__",
    DILL + "_setattr", DILL + "_delattr",
)  # fmt: skip

_FIELDS: Final = (
    "collections.namedtuple", "dataclasses.make_dataclass", "typing.NamedTuple", "typing._make_nmtuple",
    CLOUDPICKLE + "_load_namedtuple", "pyspark.serializers._restore",
)  # fmt: skip

MAKERS: Final[dict[str, Effect]] = {
    **dict.fromkeys((CLOUDPICKLE + name for name in _SETTERS), change),
    **dict.fromkeys(_ATTRIBUTE_SETTERS, set_attribute),
    **dict.fromkeys(("builtins.type", "builtins.type.__new__", "types.type"), plain_type),
    **dict.fromkeys(_FIELDS, plain_class),
    "types.new_class": new_class,
    "new.classobj": plain_type,
    CLOUDPICKLE + "_make_skeleton_class": skeleton_class,
    CLOUDPICKLE + "_make_skeleton_enum": skeleton_enum,
    CLOUDPICKLE + "_lookup_class_or_track": tracked,
    DILL + "_create_type": make_type,
    DILL + "_create_namedtuple": namedtuple_of_module,
    DILL + "_setitems": change,
}
"""What a call of such a helper leads to, by its name in `canonical` spelling."""
