"""Opcodes that import, call, build or fill objects: one function each, from its offset to the next opcode's."""

from typing import Final

from scanner.formats.pickle import calls, changes, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.constants import DECODABLE
from scanner.formats.pickle.imports import import_names, import_values, imported_again
from scanner.formats.pickle.state import State, breaks

KNOWN: Final = 1 << 16
"""Pairs of string constants whose name is remembered."""


def stack_global(state: State, at: int) -> int:
    """Import the name whose module and name are the two topmost strings."""
    name = state.pop()
    module = state.pop()
    found = state.known.get((module, name))
    if found is None:
        found = import_values(state, module, name, at)
        if len(state.known) >= KNOWN:
            state.known.clear()
        state.known[module, name] = found
    else:
        imported_again(state, found, op.STACK_GLOBAL, at)
    state.stack.append(found)
    return at + 1


def global_name(state: State, at: int) -> int:
    """Import the name that is written as two lines."""
    value, end = _two_lines(state, at, op.GLOBAL)
    state.stack.append(value)
    return end


def inst(state: State, at: int) -> int:
    """Import the name that is written as two lines, and call it with everything down to the mark."""
    height = state.unmark()
    value, end = _two_lines(state, at, op.INST)
    args = state.heap.pack(values.TUPLE, state.slice(height))
    state.stack.append(calls.call(state, value, args, op.INST, at))
    if state.due:
        calls.settle(state, op.INST, at)
    return end


def _two_lines(state: State, at: int, opcode: int) -> tuple[int, int]:
    middle = state.source.newline(at + 1)
    end = state.source.newline(middle + 1) if middle >= 0 else -1
    if middle <= at + 1 or end <= middle + 1:
        breaks("truncated")
    # Of a very long dotted name the end says what is reached.
    module = state.source.peek(at + 1, min(middle - at - 1, DECODABLE))
    name = state.source.peek(max(middle + 1, end - DECODABLE), min(end - middle - 1, DECODABLE))
    try:
        found = import_names(state, (module.decode(), name.decode()), opcode, at)
    except UnicodeDecodeError:
        breaks(f"a name of {op.NAMES[opcode]} does not decode")
    return found, end + 1


def obj(state: State, at: int) -> int:
    """Call the first value above the mark with the others."""
    height = state.unmark()
    if len(state.stack) <= height:
        breaks("stack underflow")
    args = state.heap.pack(values.TUPLE, state.slice(height + 1))
    state.stack.append(calls.call(state, state.pop(), args, op.OBJ, at))
    if state.due:
        calls.settle(state, op.OBJ, at)
    return at + 1


def reduce(state: State, at: int) -> int:
    """Call a value with a tuple of arguments."""
    args = state.pop()
    callee = state.pop()
    state.stack.append(calls.call(state, callee, args, op.REDUCE, at))
    if state.due:
        calls.settle(state, op.REDUCE, at)
    return at + 1


def newobj(state: State, at: int) -> int:
    """Make an instance without calling `__init__`."""
    args = state.pop()
    cls = state.pop()
    state.stack.append(calls.make(state, cls, args, 0, op.NEWOBJ, at))
    if state.due:
        calls.settle(state, op.NEWOBJ, at)
    return at + 1


def newobj_ex(state: State, at: int) -> int:
    """Make an instance with keyword arguments, without calling `__init__`."""
    named = state.pop()
    args = state.pop()
    cls = state.pop()
    state.stack.append(calls.make(state, cls, args, named, op.NEWOBJ_EX, at))
    if state.due:
        calls.settle(state, op.NEWOBJ_EX, at)
    return at + 1


def build(state: State, at: int) -> int:
    """Set state on the object below."""
    if len(state.stack) - 2 < state.fence:
        breaks(state.underflow())
    values_set = state.stack.pop()
    changes.build(state, state.stack[-1], values_set, at)
    if state.due:
        calls.settle(state, op.BUILD, at)
    return at + 1


def append(state: State, at: int) -> int:
    """Append the top of the stack to what is below it."""
    return _fill(state, len(state.stack) - 1, op.APPEND, at)


def setitem(state: State, at: int) -> int:
    """Set a key of what is below key and value."""
    return _fill(state, len(state.stack) - 2, op.SETITEM, at)


def fill(state: State, at: int) -> int:
    """Put everything down to the mark into what is below it: APPENDS, SETITEMS, ADDITEMS."""
    return _fill(state, state.unmark(), state.source.peek(at, 1)[0], at)


def _fill(state: State, height: int, opcode: int, at: int) -> int:
    if height > len(state.stack) or height <= state.fence:
        breaks(state.underflow())
    if height < len(state.stack):
        items = state.slice(height)
        if opcode == op.SETITEMS and len(items) % 2:
            breaks("odd number of items for SETITEMS")
        changes.fill(state, state.stack[-1], items, opcode, at)
    if state.due:
        calls.settle(state, opcode, at)
    return at + 1


def persid(state: State, at: int) -> int:
    """Ask the loader for the object of an id that is written as a line."""
    end = state.source.newline(at + 1)
    if end < 0:
        breaks("truncated")
    line = state.source.peek(at + 1, min(end - at - 1, DECODABLE))
    if not line.isascii():
        breaks("a persistent id that is not ASCII")
    kind = line[:200].decode("ascii")
    state.ledger.identified(kind, at)
    state.stack.append(state.heap.add(values.PERSISTENT, at, 0))
    return end + 1


def binpersid(state: State, at: int) -> int:
    """Ask the loader for the object of the id on the stack."""
    identity = state.pop()
    changes.identify(state, identity, at)
    owner = changes.module_of(state, identity)
    state.stack.append(state.heap.add(values.PERSISTENT, identity, 0) if owner is None else owner)
    return at + 1


def extension(state: State, at: int) -> int:
    """Import the name behind a code of the copyreg registry."""
    width = op.PREFIX[state.source.peek(at, 1)[0]]
    content = state.source.peek(at + 1, width)
    if len(content) < width:
        breaks("truncated")
    code = int.from_bytes(content, "little", signed=width == 4)  # noqa: PLR2004 - C reads EXT4 as signed
    if code <= 0:
        breaks("EXT code is not positive")
    state.ledger.extended(code, at)
    registered = state.registered.get(code)
    if registered:
        found = import_names(state, registered, op.EXTENSIONS[width], at)
    else:
        found = state.heap.add(values.EXTENSION, code, 0)
    state.stack.append(found)
    return at + 1 + width


def buffer(state: State, at: int) -> int:
    """Push a buffer that travels outside the stream."""
    state.stack.append(state.heap.add(values.OPAQUE, 0, 0))
    return at + 1


def readonly_buffer(state: State, at: int) -> int:
    """Make the buffer on top of the stack read-only."""
    state.top()
    return at + 1
