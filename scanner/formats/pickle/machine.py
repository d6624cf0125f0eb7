"""The pickle machine: runs a stream on abstract values, as the C `_pickle` would, and executes nothing.

The loop below is the hot path of the whole scanner and therefore one function: frequent opcodes are handled in
place, in the order of their frequency, all others through `HANDLERS`. It is typed so that mypyc can compile it.
"""

from collections.abc import Callable
from typing import Final

from scanner.formats.pickle import acts, rare, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.constants import reads
from scanner.formats.pickle.nested import HEADS, SMALLEST, inspect
from scanner.formats.pickle.source import WINDOW_NBYTES
from scanner.formats.pickle.state import HOLE, BreakError, State, breaks

_LOOKAHEAD: Final = 16
"""Bytes behind an opcode that the loop reads without asking: the window ends that much before its data does."""

ENDED: Final = "the bytes end before STOP"


def run(state: State, limit: int, window: int = WINDOW_NBYTES) -> None:
    """Run until the state halts (STOP, or an inline array), or to an opcode at or behind offset `limit`.

    Raises BreakError where the stream breaks; `state.position` is then the offset of the opcode that breaks.
    """
    source = state.source
    limit = min(limit, source.size)
    while not state.halted and state.position < limit:
        ends = _ends(state, window)
        if state.position >= ends:  # the artifact is shorter than it said
            breaks(ENDED)
        stop = min(ends, limit)
        if state.frame_ends:
            stop = min(stop, state.frame_ends)
        _spin_or_break(state, stop)
        if 0 < state.frame_ends <= state.position:
            _leave_frame(state)
        state.halted = state.done or state.inline != HOLE  # FRAME ends a spin as well
    if not state.halted and state.position >= source.size:
        state.position = source.size
        breaks(ENDED)


def _spin_or_break(state: State, stop: int) -> None:
    try:
        spin(state, stop)
    except BreakError:
        at = state.position
        if at < state.frame_ends:
            _leave_frame(state)
        if at + 1 + op.PREFIX[state.source.peek(at, 1)[0]] > state.source.size:
            breaks(ENDED)
        raise


def _ends(state: State, window: int) -> int:
    """Slide the window where that is needed, and say up to which offset opcodes may begin."""
    source = state.source
    ends = source.base + source.valid
    ends = ends if ends >= source.size else ends - _LOOKAHEAD
    if not source.base <= state.position < ends:
        source.slide(state.position, window)
        ends = source.base + source.valid
        ends = ends if ends >= source.size else ends - _LOOKAHEAD
    return ends


def _leave_frame(state: State) -> None:
    """End the frame; note the read that crosses its end.

    The C unpickler drops what is left of a frame when a read crosses its end, and reads from behind it, wherever the
    file cannot peek (io.BytesIO, as torch hands over data.pkl) or the peek falls short.
    """
    ends, state.frame_ends = state.frame_ends, 0
    if state.split is None and state.last < ends:
        for start, stop in reads(state.source, state.last):
            if start < ends < stop:
                state.split = (state.frame, start, ends)


def spin(state: State, ends: int) -> None:  # noqa: C901, PLR0912, PLR0915 - see above
    """Run the opcodes of the window that begin before offset `ends`."""
    source, heap, stack, memo, marks = state.source, state.heap, state.stack, state.memo, state.marks
    buffer, base = source.buffer, source.base
    kinds, heads, tails, arena, sparse = heap.kinds, heap.heads, heap.tails, heap.arena, state.sparse
    push, pop, memoize, keep = stack.append, stack.pop, memo.append, arena.append
    kind_of, head_of, tail_of = kinds.append, heads.append, tails.append
    fence = state.fence
    position, stop = state.position - base, ends - base
    count = 0
    at = position
    try:
        while position < stop:
            opcode = buffer[position]
            at = position
            count += 1
            if opcode >= 0x80:  # noqa: PLR2004 - opcodes of protocol 2 and later
                if opcode == op.SHORT_BINUNICODE:
                    value = base + position
                    nbytes = buffer[position + 1]
                    if nbytes >= SMALLEST and buffer[position + 2 : position + 4] in HEADS:
                        inspect(state, value, value + 2, nbytes)
                    push(value)
                    position += nbytes + 2
                    if position < stop and buffer[position] == op.MEMOIZE and not sparse:
                        memoize(value)
                        position += 1
                        count += 1
                    continue
                if opcode == op.MEMOIZE:
                    if len(stack) > fence and not sparse:
                        memoize(stack[-1])
                        position += 1
                        continue
                elif opcode == op.TUPLE2:
                    if len(stack) - 2 >= fence:
                        second = pop()
                        kind_of(values.TUPLE)
                        head_of(len(arena))
                        tail_of(2)
                        keep(pop())
                        keep(second)
                        push(-len(kinds))
                        position += 1
                        continue
                elif opcode == op.TUPLE3 or opcode == op.TUPLE1:  # noqa: PLR1714 - faster
                    height = len(stack) - (opcode - op.TUPLE1 + 1)
                    if height >= fence:
                        value = heap.pack(values.TUPLE, stack[height:])
                        del stack[height:]
                        push(value)
                        position += 1
                        continue
                elif opcode == op.NEWTRUE or opcode == op.NEWFALSE:  # noqa: PLR1714 - faster
                    push(base + position)
                    position += 1
                    continue
            elif opcode < 0x50:  # noqa: PLR2004 - halves the chain
                if opcode == op.BINFLOAT:
                    push(base + position)
                    position += 9
                    continue
                if opcode == op.BININT1:
                    push(base + position)
                    position += 2
                    continue
                if opcode == op.MARK:
                    state.fence = fence = len(stack)
                    marks.append(fence)
                    position += 1
                    continue
                if opcode == op.BININT:
                    push(base + position)
                    position += 5
                    continue
                if opcode == op.BININT2:
                    push(base + position)
                    position += 3
                    continue
                if opcode == op.NONE or opcode == op.EMPTY_TUPLE:  # noqa: PLR1714 - faster
                    push(base + position)
                    position += 1
                    continue
            elif opcode == op.BINGET:
                key = buffer[position + 1]
                if key < len(memo):
                    value = memo[key]
                    if value < 0 and kinds[~value] <= values.LAST_CONTAINER:
                        state.shared += 1
                    push(value)
                    position += 2
                    continue
            elif opcode == op.BINUNICODE:
                if not (buffer[position + 3] or buffer[position + 4]):
                    value = base + position
                    nbytes = buffer[position + 1] | buffer[position + 2] << 8
                    if nbytes >= SMALLEST and buffer[position + 5 : position + 7] in HEADS:
                        inspect(state, value, value + 5, nbytes)
                    push(value)
                    position += nbytes + 5
                    continue
            elif opcode == op.BINPUT:
                if buffer[position + 1] == len(memo) and len(stack) > fence and not sparse:
                    memoize(stack[-1])
                    position += 2
                    continue
            elif opcode == op.LONG_BINPUT:
                key = int.from_bytes(buffer[position + 1 : position + 5], "little")
                if key == len(memo) and len(stack) > fence and not sparse:
                    memoize(stack[-1])
                    position += 5
                    continue
            elif opcode == op.LONG_BINGET:
                key = int.from_bytes(buffer[position + 1 : position + 5], "little")
                if key < len(memo):
                    value = memo[key]
                    if value < 0 and kinds[~value] <= values.LAST_CONTAINER:
                        state.shared += 1
                    push(value)
                    position += 5
                    continue
            elif opcode == op.EMPTY_DICT or opcode == op.EMPTY_LIST:  # noqa: PLR1714 - faster
                kind_of(values.DICT if opcode == op.EMPTY_DICT else values.LIST)
                head_of(-1)
                tail_of(-1)
                push(-len(kinds))
                position += 1
                continue
            elif opcode == op.SETITEMS or opcode == op.APPENDS:  # noqa: PLR1714 - faster
                # The first items of a dict or list that the stream has made; all else is for the handler.
                if marks and fence and 0 < len(stack) - fence <= values.KEPT_ITEMS:
                    height = fence
                    node = ~stack[height - 1]
                    below = marks[-2] if len(marks) > 1 else 0
                    if (
                        node >= 0 > heads[node]
                        and height > below
                        and kinds[node] == (values.DICT if opcode == op.SETITEMS else values.LIST)
                        and not (opcode == op.SETITEMS and (len(stack) - height) & 1)
                    ):
                        heads[node] = tails[node] = len(arena)
                        keep(-1)
                        keep(len(stack) - height)
                        keep(len(stack) - height)
                        arena.extend(stack[height:])
                        del stack[height:]
                        marks.pop()
                        state.fence = fence = below
                        position += 1
                        continue
            elif opcode == op.TUPLE and marks:
                height = marks.pop()
                state.fence = fence = marks[-1] if marks else 0
                value = heap.pack(values.TUPLE, stack[height:])
                del stack[height:]
                push(value)
                position += 1
                continue
            handler = HANDLERS.get(opcode)
            if handler is None:
                breaks(f"invalid opcode 0x{opcode:02x}")
            state.position = base + position
            position = handler(state, base + position) - base
            fence = state.fence
            if state.halted:
                break
    finally:
        state.position = base + position
        state.last = base + at
        state.opcodes += count


_Handler = Callable[[State, int], int]

HANDLERS: Final[dict[int, _Handler]] = {
    **dict.fromkeys(
        (op.SHORT_BINSTRING, op.BINSTRING, op.BINUNICODE, op.BINUNICODE8, op.SHORT_BINBYTES, op.BINBYTES, op.BINBYTES8,
         op.BYTEARRAY8, op.LONG1, op.LONG4),
        rare.sized,
    ),
    **dict.fromkeys((op.INT, op.LONG, op.FLOAT, op.STRING, op.UNICODE), rare.written),
    **dict.fromkeys((op.LIST, op.DICT, op.FROZENSET), rare.gather),
    **dict.fromkeys((op.BINPUT, op.LONG_BINPUT), rare.binary_put),
    **dict.fromkeys((op.BINGET, op.LONG_BINGET), rare.binary_get),
    **dict.fromkeys((op.APPENDS, op.SETITEMS, op.ADDITEMS), acts.fill),
    **dict.fromkeys((op.EXT1, op.EXT2, op.EXT4), acts.extension),
    **dict.fromkeys((op.TUPLE1, op.TUPLE2, op.TUPLE3), rare.counted),
    op.TUPLE: rare.gather,
    op.PROTO: rare.proto,
    op.FRAME: rare.frame,
    op.POP: rare.pop,
    op.POP_MARK: rare.pop_mark,
    op.DUP: rare.dup,
    op.STOP: rare.stop,
    op.PUT: rare.put,
    op.GET: rare.get,
    op.MEMOIZE: rare.memoize,
    op.EMPTY_SET: rare.empty,
    op.GLOBAL: acts.global_name,
    op.STACK_GLOBAL: acts.stack_global,
    op.INST: acts.inst,
    op.OBJ: acts.obj,
    op.REDUCE: acts.reduce,
    op.NEWOBJ: acts.newobj,
    op.NEWOBJ_EX: acts.newobj_ex,
    op.BUILD: acts.build,
    op.APPEND: acts.append,
    op.SETITEM: acts.setitem,
    op.PERSID: acts.persid,
    op.BINPERSID: acts.binpersid,
    op.NEXT_BUFFER: acts.buffer,
    op.READONLY_BUFFER: acts.readonly_buffer,
}  # fmt: skip
