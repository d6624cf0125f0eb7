"""Opcodes that are rare or do more than push: one function each, from the offset of the opcode to the next one."""

from collections.abc import Callable
from typing import Final

from scanner.formats.pickle import constants, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.nested import examine, inspect
from scanner.formats.pickle.state import State, breaks


def sized(state: State, at: int) -> int:
    """Push a constant behind a length, or a number; look into it if it is long enough to hold something."""
    opcode = state.source.peek(at, 1)[0]
    width = op.PREFIX[opcode]
    head = state.source.peek(at + 1, width)
    if len(head) < width:
        breaks("truncated")
    end = at + 1 + width
    if op.SHAPE[opcode] > op.TWO_LINES:
        nbytes = int.from_bytes(head, "little", signed=opcode in (op.BINSTRING, op.LONG4))
        if nbytes < 0:
            breaks("negative byte count")
        if end + nbytes > state.source.size:
            breaks("truncated")
        if opcode not in (op.LONG1, op.LONG4):
            examine(state, at, end, nbytes)
        end += nbytes
    state.stack.append(at)
    return end


def line(state: State, at: int) -> tuple[bytes, int]:
    """Read the line behind the opcode, at most DECODABLE bytes of it, and the offset behind its newline."""
    end = state.source.newline(at + 1)
    if end < 0:
        breaks("truncated")
    return state.source.peek(at + 1, min(end - at - 1, constants.DECODABLE)), end + 1


def written(state: State, at: int) -> int:
    """Push a number or string that is written as a line of text."""
    opcode = state.source.peek(at, 1)[0]
    content, end = line(state, at)
    whole = end - at - 2 <= constants.DECODABLE
    try:
        if opcode == op.STRING:
            if whole:
                constants.quoted(content)
                examine(state, at, at + 2, len(content) - 2)
        elif opcode == op.UNICODE:
            if whole:
                content.decode("raw-unicode-escape")
                inspect(state, at, at + 1, len(content))
        elif not content:
            breaks("truncated")  # C: "pickle data was truncated" for an empty line
        else:
            _NUMBERS[opcode](content)
    except ValueError:
        breaks(f"the argument of {op.NAMES[opcode]} does not decode")
    state.stack.append(at)
    return end


_NUMBERS: Final[dict[int, Callable[[bytes], object]]] = {
    op.INT: constants.integer,
    op.LONG: constants.long_integer,
    op.FLOAT: constants.real,
}


def proto(state: State, at: int) -> int:
    """Set the protocol; a second PROTO is allowed."""
    argument = state.source.peek(at + 1, 1)
    if not argument:
        breaks("truncated")
    if argument[0] > op.HIGHEST_PROTOCOL:
        breaks(f"unsupported pickle protocol {argument[0]}")
    state.protocol = argument[0]
    return at + 2


def frame(state: State, at: int) -> int:
    """Begin a frame; one inside another changes nothing.

    C stops at a frame that is longer than what remains; the Python unpickler (joblib's) reads on, and so do we.
    """
    head = state.source.peek(at + 1, 8)
    if len(head) < 8:  # noqa: PLR2004 - an 8-byte length
        breaks("truncated")
    ends = at + 9 + int.from_bytes(head, "little")
    if ends > state.source.size and state.lying_frame < 0:
        state.lying_frame = at
    for start, stop in ((at + 1, at + 9), (at + 9, ends)):  # its length and its content are read at once
        if start < state.frame_ends < stop:
            state.split = state.split or (state.frame, start, state.frame_ends)
    if ends > state.frame_ends:
        state.frame, state.frame_ends = at, min(ends, state.source.size)
        state.halted = True
    return at + 9


def pop(state: State, at: int) -> int:
    """Drop the top of the stack, or the mark if that is on top."""
    if state.marks and state.marks[-1] == len(state.stack):
        state.unmark()
    else:
        state.pop()
    return at + 1


def pop_mark(state: State, at: int) -> int:
    """Drop everything down to the mark, and the mark."""
    state.slice(state.unmark())
    return at + 1


def dup(state: State, at: int) -> int:
    """Push the top of the stack again."""
    value = state.top()
    state.shared += 1
    state.stack.append(value)
    return at + 1


def stop(state: State, at: int) -> int:
    """End the stream."""
    state.result = state.pop()
    state.done = state.halted = True
    return at + 1


def put(state: State, at: int) -> int:
    """Memoize the top of the stack at a key written as text."""
    content, end = line(state, at)
    try:
        key = constants.memo_key(content)
    except ValueError:
        breaks("the argument of PUT does not decode")
    value = state.top()
    if key < 0:
        breaks("negative PUT argument")
    state.remember(key, value)
    return end


def get(state: State, at: int) -> int:
    """Push the value memoized at a key written as text."""
    content, end = line(state, at)
    try:
        key = constants.memo_key(content)
    except ValueError:
        breaks("the argument of GET does not decode")
    _push_shared(state, state.recall(key))
    return end


def binary_put(state: State, at: int) -> int:
    """Memoize at a binary key, on the slow path where the memo has holes."""
    width = 1 if state.source.peek(at, 1)[0] == op.BINPUT else 4
    key = state.source.peek(at + 1, width)
    if len(key) < width:
        breaks("truncated")
    state.remember(int.from_bytes(key, "little"), state.top())
    return at + 1 + width


def binary_get(state: State, at: int) -> int:
    """Push the value memoized at a binary key, on the slow path where the memo has holes."""
    width = 1 if state.source.peek(at, 1)[0] == op.BINGET else 4
    key = state.source.peek(at + 1, width)
    if len(key) < width:
        breaks("truncated")
    _push_shared(state, state.recall(int.from_bytes(key, "little")))
    return at + 1 + width


def _push_shared(state: State, value: int) -> None:
    if 0 < state.heap.kind(value) <= values.LAST_CONTAINER:
        state.shared += 1
    state.stack.append(value)


def memoize(state: State, at: int) -> int:
    """Memoize at the next key, on the slow path where the memo has holes."""
    state.remember(state.memoized(), state.top())
    return at + 1


def counted(state: State, at: int) -> int:  # noqa: ARG001 - as every handler
    """Refuse a tuple of more values than there are; the machine's loop makes all others."""
    breaks(state.underflow())


def empty(state: State, at: int) -> int:
    """Push a new set."""
    state.stack.append(state.heap.add(values.SET, -1, -1))
    return at + 1


def gather(state: State, at: int) -> int:
    """Build a tuple, list, dict or frozen set from everything down to the mark."""
    opcode = state.source.peek(at, 1)[0]
    items = state.slice(state.unmark())
    if opcode in (op.FROZENSET, op.TUPLE):
        kind = values.FROZENSET if opcode == op.FROZENSET else values.TUPLE
        state.stack.append(state.heap.pack(kind, items))
        return at + 1
    if opcode == op.DICT and len(items) % 2:
        breaks("odd number of items for DICT")
    value = state.heap.add(values.DICT if opcode == op.DICT else values.LIST, -1, -1)
    if items:
        state.heap.put(value, items)
    state.stack.append(value)
    return at + 1
