"""Calls that a stream makes: what is called, what the idioms of copyreg mean, and what some calls lead to."""

from array import array
from typing import Final

from scanner.formats.pickle import effects, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.constants import constant
from scanner.formats.pickle.render import arguments
from scanner.formats.pickle.state import State, breaks


def call(state: State, callee: int, args: int, opcode: int, at: int) -> int:
    """Call a value and return its result. Raises BreakError where the C unpickler surely does."""
    heap = state.heap
    _require_tuple(state, args)
    name = heap.name_of(callee)
    if name is None:
        return _call_result(state, callee, args, opcode, at)
    state.ledger.used(name)
    dotted = name.dotted
    if dotted in NEW:
        made = _idiom(state, dotted, args, opcode, at)
        if made is not None:
            return made
    state.ledger.called(name, "call", opcode, at, lambda: arguments(state.source, heap, args))
    effect = effects.effect_of(dotted)
    if effect is not None:
        found = effect(state, dotted, args, at)
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
    state.ledger.called(name or heap.behind(cls), how, opcode, at, lambda: arguments(state.source, heap, args, named))
    return heap.add(values.INSTANCE, cls, args)


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
    behind = heap.behind(callee)
    state.ledger.called(behind, "result", opcode, at, lambda: arguments(state.source, heap, args))
    maker = heap.name_of(heap.heads[~callee]) if kind == values.RESULT else None
    if maker is not None and maker.dotted in effects.RESULTS:
        found = effects.RESULTS[maker.dotted](state, callee, args, at)
        if isinstance(found, tuple):
            return _call_inner(state, found, callee, args, opcode, at)
        if found is not None:
            return found
    return heap.add(values.RESULT, callee, args)


def _call_inner(  # noqa: PLR0913, PLR0917
    state: State, inner: tuple[int, int], callee: int, args: int, opcode: int, at: int
) -> int:
    if state.depth >= DEPTH:
        return state.heap.add(values.RESULT, callee, args)
    state.depth += 1
    try:
        return call(state, *inner, opcode, at)
    finally:
        state.depth -= 1


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
    """Read the copyreg spellings of NEWOBJ as what they do; None if the arguments do not fit."""
    heap = state.heap
    items = heap.items(args) if args < 0 and heap.kind(args) == values.TUPLE else []
    name = heap.name_of(items[0]) if items else None
    if name is None:
        return None
    rest, named = heap.pack(values.TUPLE, array("q", items[1:])), 0
    if dotted == "copyreg.__newobj_ex__" and len(items) == 3:  # noqa: PLR2004 - class, arguments, keywords
        rest, named = items[1:]
        if heap.kind(rest) != values.TUPLE and (rest < 0 or constant(state.source, rest, 16) != ()):
            return None
    if dotted == "copyreg._reconstructor":
        if len(items) != 3:  # noqa: PLR2004 - class, base, state of the base
            return None
        base = heap.name_of(items[1])
        if base is None:
            return None
        if base.dotted not in _PLAIN_BASES:  # base.__new__ and base.__init__ get the state
            state.ledger.used(base)
            state.ledger.called(base, "call", opcode, at, lambda: arguments(state.source, heap, rest))
        rest = heap.pack(values.TUPLE, array("q", items[2:] if base.dotted != "builtins.object" else []))
    state.ledger.used(name)
    state.ledger.called(name, "new", opcode, at, lambda: arguments(state.source, heap, rest, named))
    return heap.add(values.INSTANCE, items[0], rest)
