"""Names that a stream imports or walks to, as nodes of the heap."""

from typing import Final

from scanner.formats.pickle import constants, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.names import resolve
from scanner.formats.pickle.state import State, breaks
from scanner.formats.pickle.values import Name

NAMES: Final = 500_000
"""Different names kept for one stream; more are one name, `?`."""
_LONGEST: Final = 4096  # characters of a name that is walked to
_WALKED: Final = 64  # segments of one dotted name stated as attributes, from its end


def import_values(state: State, module: int, name: int, at: int) -> int:
    """Import the name that two values spell. Raises BreakError where they cannot be strings."""
    names = (_spelled(state, module), _spelled(state, name))
    return import_names(state, names, op.STACK_GLOBAL, at, assembled=module < 0 or name < 0)


def _spelled(state: State, value: int) -> str:
    if value < 0:
        kind = state.heap.kind(value)
        # An instance is no exact str, as C demands; only str itself, or a class of the attacker's, could make one.
        if kind <= values.GLOBAL or (state.plain and kind == values.INSTANCE and not _is_text(state, value)):
            breaks("STACK_GLOBAL requires strings")
        found = text(state, value)
        return "?" if found is None else found
    opcode = state.source.peek(value, 1)[0]
    if opcode not in constants.TEXTS:
        breaks("STACK_GLOBAL requires strings")
    start, nbytes = constants.span(state.source, value)
    if nbytes > constants.DECODABLE:  # of a very long dotted name the end says what is reached
        last = state.source.peek(start + nbytes - constants.DECODABLE, constants.DECODABLE)
        return last.decode("utf-8", "replace")
    return str(constants.constant(state.source, value))


def _is_text(state: State, instance: int) -> bool:
    name = state.heap.behind(instance)
    return name is None or name.dotted == "builtins.str"


def import_names(state: State, names: tuple[str, str], opcode: int, at: int, *, assembled: bool = False) -> int:
    """Import (module, name), mapped from Python 2 where the protocol says so, and state the walk of a dotted one."""
    module, name = resolve(*names, state.protocol)
    found = named(state, module, name, assembled=assembled)
    state.ledger.imported(state.heap.names[state.heap.heads[~found]], opcode, at)
    if "." in name:
        segments = name.rsplit(".", _WALKED)
        origin = module
        for segment in segments:
            state.ledger.fetched(origin, segment, "name", at)
            origin = f"{origin}.{segment}"
    return found


def imported_module(state: State, module: str, name: str, at: int, *, assembled: bool) -> int:
    """Import a module, or a name of one, through a function that the stream calls. `name` is empty for a module."""
    found = named(state, module, name, assembled=assembled)
    state.ledger.imported(state.heap.names[state.heap.heads[~found]], op.REDUCE, at)
    return found


def imported_again(state: State, value: int, opcode: int, at: int) -> None:
    """Count one more import of a name that is known."""
    state.ledger.imported(state.heap.names[state.heap.heads[~value]], opcode, at)


def named(state: State, module: str, name: str, *, assembled: bool = False) -> int:
    """Return the node of a name; each name has one."""
    key = (module, name, assembled)
    found = state.globals.get(key)
    if found is not None:
        return found
    if len(state.heap.names) >= NAMES:
        state.ledger.overflow(state.position)
        key = ("?", "", True)
        if key in state.globals:
            return state.globals[key]
    state.heap.names.append(Name(key[0], key[1], assembled=key[2]))
    found = state.globals[key] = state.heap.add(values.GLOBAL, len(state.heap.names) - 1, 0)
    return found


def attribute(state: State, base: int, path: str, via: str, at: int) -> int:
    """Walk from a value along a dotted path, and state each step."""
    heap = state.heap
    for segment in path.split(".", _WALKED):
        name = heap.name_of(base)
        if name is not None:
            origin = name.dotted
            walked = f"{name.name}.{segment}" if name.name else segment
            if len(walked) > _LONGEST:  # a chain of a million steps; its end says what is reached
                walked = "…" + walked[-_LONGEST // 2 :]
            base_next = named(state, name.module, walked, assembled=name.assembled)
        else:
            behind = heap.behind(base)
            origin = behind.dotted if behind else _type_of(state, base)
            heap.texts.append(segment)
            base_next = heap.add(values.ATTRIBUTE, base, len(heap.texts) - 1)
        state.ledger.fetched(origin, segment, via, at)
        base = base_next
    return base


_CONTAINERS: Final = {
    values.TUPLE: "builtins.tuple",
    values.FROZENSET: "builtins.frozenset",
    values.LIST: "builtins.list",
    values.DICT: "builtins.dict",
    values.SET: "builtins.set",
}


def _type_of(state: State, value: int) -> str:
    if value < 0:
        return _CONTAINERS.get(state.heap.kind(value), "?")
    return f"builtins.{type(constants.constant(state.source, value, 16)).__name__}"
