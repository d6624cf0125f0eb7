"""Calls that a stream makes: what is called, what the idioms of copyreg mean, and what some calls lead to."""

from array import array
from typing import Final

from scanner.formats.pickle import classes, effects, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.classes import NEW as NEW_METHODS
from scanner.formats.pickle.constants import constant
from scanner.formats.pickle.given import Arguments
from scanner.formats.pickle.imports import named
from scanner.formats.pickle.state import State, breaks
from scanner.formats.pickle.values import Name


def call(state: State, callee: int, args: int, opcode: int, at: int) -> int:
    """Call a value and return its result. Raises BreakError where the C unpickler surely does."""
    heap = state.heap
    _require_tuple(state, args)
    name = heap.name_of(callee)
    if name is None:
        return _call_result(state, callee, args, opcode, at)
    state.ledger.used(name)
    dotted = name.dotted
    if dotted in NEW or dotted.endswith(".__new__"):
        made = _idiom(state, dotted, args, opcode, at)
        if made is not None:
            return made
    state.ledger.called(name, "call", opcode, at, Arguments(state.source, heap, args))
    effect = effects.effect_of(dotted)
    if effect is not None:
        found = effect(state, callee, args, at)
        if isinstance(found, tuple):
            return _call_inner(state, found, callee, args, opcode, at)
        if found is not None:
            return found
    return heap.add(values.RESULT, callee, args)


def make(state: State, cls: int, args: int, named: int, opcode: int, at: int) -> int:  # noqa: PLR0913, PLR0917
    """Make an instance of a class without `__init__`. Raises BreakError where the C unpickler surely does."""
    heap = state.heap
    kind = heap.kind(cls)
    if kind <= values.LAST_CONTAINER or kind == values.INSTANCE:
        breaks(f"{op.NAMES[opcode]} class argument must be a type")
    _require_tuple(state, args)
    name = heap.name_of(cls)
    how = "new" if name else "result"
    if name:
        state.ledger.used(name)
    elif kind == values.EXTENSION and heap.heads[~cls] in state.ledger.extensions:
        state.ledger.extensions[heap.heads[~cls]].called = True
    given = Arguments(state.source, heap, args, named)
    state.ledger.called(name or _behind(state, cls), how, opcode, at, given)
    if cls in state.classes:
        _instance(state, cls, NEW_METHODS, args)
    return heap.add(values.INSTANCE, cls, args)


def settle(state: State, opcode: int, at: int) -> None:
    """Make the calls that are due: those that a helper makes in turn, and methods that the unpickler runs."""
    state.depth += 1
    while state.due:
        callee, args = state.due.pop()
        state.inner += 1
        if state.inner > INNER:
            state.ledger.overflow(at)
            state.due.clear()
        elif state.heap.kind(callee) > values.LAST_CONTAINER:
            args = args if state.heap.kind(args) == values.TUPLE else state.heap.pack(values.TUPLE, array("q", [args]))
            call(state, callee, args, opcode, at)
    state.depth -= 1


def finish(state: State) -> None:
    """Make the calls that are due by the end of the stream."""
    if state.classes:
        classes.end(state)
        settle(state, op.STOP, state.position)


def _instance(state: State, made: int, methods: tuple[str, ...], args: int) -> None:
    state.alive[made] = None
    classes.run(state, made, methods, args)


def _behind(state: State, value: int) -> Name | None:
    """Name the import behind a value that is called, with what of it is called where that is an attribute."""
    heap = state.heap
    name, kind = heap.behind(value), heap.kind(value)
    if name is None:
        return None
    if kind == values.ATTRIBUTE:
        walked = heap.texts[heap.tails[~value]]
    elif kind == values.INSTANCE and heap.heads[~value] in state.classes:
        walked = "__call__"
    else:
        return name
    found = named(state, name.module, f"{name.name}.{walked}".lstrip("."), assembled=name.assembled)
    return heap.name_of(found)


def _require_tuple(state: State, args: int) -> None:
    kind = state.heap.kind(args)
    if kind == values.TUPLE or kind > values.GLOBAL:
        return
    if args < 0 or state.source.peek(args, 1)[0] != op.EMPTY_TUPLE:
        breaks("the arguments of a call must be a tuple")


def _call_result(state: State, callee: int, args: int, opcode: int, at: int) -> int:
    heap = state.heap
    kind = heap.kind(callee)
    if kind <= values.LAST_CONTAINER:
        breaks("what is called is not callable")
    if kind == values.EXTENSION and heap.heads[~callee] in state.ledger.extensions:
        state.ledger.extensions[heap.heads[~callee]].called = True
    maker = heap.name_of(heap.heads[~callee]) if kind == values.RESULT else None
    effect = effects.RESULTS.get(maker.dotted) if maker is not None else None
    found = effect(state, callee, args, at) if effect is not None else None
    if isinstance(found, tuple):
        made = _new_by_partial(state, found, opcode, at)
        if made is not None:
            return made
    state.ledger.called(_behind(state, callee), "result", opcode, at, Arguments(state.source, heap, args))
    if isinstance(found, tuple):
        return _call_inner(state, found, callee, args, opcode, at)
    if callee in state.classes:
        classes.run(state, state.classes[callee].metaclass, ("__call__",), args)
        _instance(state, callee, classes.CALLED, args)
        return heap.add(values.INSTANCE, callee, args)
    if kind == values.INSTANCE:
        classes.run(state, callee, ("__call__",), args)
    return heap.add(values.RESULT, callee, args) if found is None else found


def _new_by_partial(state: State, inner: tuple[int, int], opcode: int, at: int) -> int | None:
    """Read partial(C.__new__, C, …)() as a new C: protocols 2 and 3 spell `__getnewargs_ex__` so."""
    name = state.heap.name_of(inner[0])
    if name is None or not name.name.endswith(".__new__"):
        return None
    return _idiom(state, name.dotted, inner[1], opcode, at)


def _call_inner(  # noqa: PLR0913, PLR0917
    state: State, inner: tuple[int, int], callee: int, args: int, opcode: int, at: int
) -> int:
    if state.depth >= DEPTH or state.heap.kind(inner[0]) <= values.LAST_CONTAINER:
        return state.heap.add(values.RESULT, callee, args)
    state.depth += 1
    try:
        return call(state, *inner, opcode, at)
    finally:
        state.depth -= 1


INNER: Final = 100_000
"""Calls that one stream leads to without spelling them out."""
DEPTH: Final = 32
"""A partial of a partial …: how deep calls are followed."""

NEW = frozenset(
    (
        "copyreg._reconstructor",
        "copyreg.__newobj__",
        "copyreg.__newobj_ex__",
        "builtins.object.__new__",
    )
)

_PLAIN_BASES = frozenset(
    f"builtins.{name}"
    for name in (
        "object",
        "list",
        "dict",
        "set",
        "tuple",
        "frozenset",
        "int",
        "float",
        "str",
        "bytes",
        "bytearray",
        "complex",
        "bool",
    )
)


def _idiom(state: State, dotted: str, args: int, opcode: int, at: int) -> int | None:
    """Read the copyreg spellings of NEWOBJ, and C.__new__(C, …), as what they do; None if the arguments do not fit."""
    heap = state.heap
    items = state.operands(args)
    name = heap.name_of(items[0]) if items else None
    if not items or (name is None and items[0] not in state.classes):
        return None
    if dotted not in NEW and (name is None or dotted != f"{name.dotted}.__new__"):
        return None
    rest, keywords = heap.pack(values.TUPLE, array("q", items[1:])), 0
    if dotted == "copyreg.__newobj_ex__" and len(items) == 3:  # noqa: PLR2004 - class, arguments, keywords
        rest, keywords = items[1:]
        if heap.kind(rest) != values.TUPLE and (rest < 0 or constant(state.source, rest, 16) != ()):
            return None
    if dotted == "copyreg._reconstructor":
        found = _base_state(state, items, opcode, at)
        if found is None:
            return None
        rest = found
    given = Arguments(state.source, heap, rest, keywords)
    if name is None:
        state.ledger.called(heap.behind(items[0]), "result", op.NEWOBJ, at, given)
        _instance(state, items[0], NEW_METHODS, rest)
    else:
        state.ledger.used(name)
        state.ledger.called(name, "new", opcode, at, given)
    return heap.add(values.INSTANCE, items[0], rest)


def _base_state(state: State, items: list[int], opcode: int, at: int) -> int | None:
    """Note what copyreg._reconstructor(class, base, state of the base) calls; return what __new__ gets."""
    heap = state.heap
    if len(items) != 3:  # noqa: PLR2004 - see above
        return None
    base = heap.name_of(items[1])
    if base is None:
        classes.run(state, items[1], ("__new__", "__init__"), heap.pack(values.TUPLE, array("q", items[2:])))
        return None
    rest = heap.pack(values.TUPLE, array("q", items[2:] if base.dotted != "builtins.object" else []))
    if base.dotted not in _PLAIN_BASES:  # base.__new__ and base.__init__ get the state
        state.ledger.used(base)
        state.ledger.called(base, "call", opcode, at, Arguments(state.source, heap, rest))
    return rest
