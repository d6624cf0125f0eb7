"""A pickle as a readable program: each opcode with its argument, and what it comes to."""

from collections.abc import Generator, Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.formats.pickle import legacy
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.constants import constant, span
from scanner.formats.pickle.joblib import array_behind
from scanner.formats.pickle.ledger import Ledger
from scanner.formats.pickle.machine import run
from scanner.formats.pickle.render import show
from scanner.formats.pickle.search import next_stream
from scanner.formats.pickle.source import Source
from scanner.formats.pickle.state import HOLE, BreakError, State
from scanner.text import printable

Line = tuple[int, str, str]
"""Offset, text, and a word for what the line does: "", "import", "call", "state", "persistent", "stream", "broken"."""

_LEDGER: Final = 1000
_SHOWN: Final = 120
_WINDOW: Final = 1 << 16
_NAME_WIDTH: Final = 16

_KINDS: Final = {
    **dict.fromkeys((op.GLOBAL, op.STACK_GLOBAL, op.EXT1, op.EXT2, op.EXT4), "import"),
    **dict.fromkeys((op.REDUCE, op.OBJ, op.INST, op.NEWOBJ, op.NEWOBJ_EX), "call"),
    **dict.fromkeys((op.PERSID, op.BINPERSID), "persistent"),
    op.BUILD: "state",
}
_CONSTANTS: Final = frozenset(
    opcode for opcode in op.NAMES if op.SHAPE[opcode] not in (0, op.TWO_LINES, op.INVALID)
) - {op.PROTO, op.FRAME, op.GET, op.PUT, op.BINGET, op.BINPUT, op.LONG_BINGET, op.LONG_BINPUT, op.PERSID, op.EXT1,
     op.EXT2, op.EXT4}  # fmt: skip
_GETS: Final = frozenset((op.GET, op.BINGET, op.LONG_BINGET))


def listing(artifact: Artifact) -> Iterator[Line]:
    """List every stream of a pickle, also one that breaks; nothing is raised for what is in it."""
    with artifact.open() as stream:
        source = Source(stream, artifact.size)
        states: list[State] = []
        registered: dict[int, tuple[str, str]] = {}
        position: int | None = 0
        while position is not None and position < artifact.size:
            state = yield from _stream(source, position, len(states), registered)
            states.append(state)
            ended = state.position
            if len(states) == legacy.STREAMS and legacy.matches(states):
                ended, _ = legacy.storages(artifact, source, states)
                yield state.position, f"({ended - state.position} bytes of storages)", ""
            del states[legacy.STREAMS + 1 :]
            found = next_stream(source, ended, artifact.size, broken=not state.done)
            skipped = (artifact.size if found.offset is None else found.offset) - ended
            if skipped > 0 and state.done:
                yield ended, f"({skipped} bytes that are no stream{', all zero' if found.blank else ''})", ""
            position = found.offset


def _stream(
    source: Source, start: int, index: int, registered: dict[int, tuple[str, str]]
) -> Generator[Line, None, State]:
    state = State(source, start, Ledger(_LEDGER))
    state.registered, state.joblib = registered, True
    if index:
        yield start, f"stream {index}", "stream"
    while not state.done:
        try:
            line = _step(state)
        except BreakError as error:
            byte = source.peek(state.position, 1)
            name = op.NAMES.get(byte[0], f"0x{byte[0]:02x}") if byte else ""
            yield state.position, f"{name:<{_NAME_WIDTH}} the stream breaks here: {error.reason}", "broken"
            return state
        state.nested.clear()
        yield line
        if state.inline != HOLE:
            line, inner = _array(state)
            yield line
            if inner:
                nested = yield from _stream(source, state.position, index, registered)
                state.position = nested.position
    return state


def _step(state: State) -> Line:
    """Run one opcode and say what it came to."""
    at, source = state.position, state.source
    byte = source.peek(at, 1)
    opcode = byte[0] if byte else 0
    below = state.stack[-1] if opcode == op.BUILD and len(state.stack) > state.fence else HOLE
    run(state, at + 1, _WINDOW)
    text = _effect(state, opcode, at, below)
    return at, f"{op.NAMES[opcode]:<{_NAME_WIDTH}} {printable(text, _SHOWN)}".rstrip(), _KINDS.get(opcode, "")


def _effect(state: State, opcode: int, at: int, below: int) -> str:
    source, heap = state.source, state.heap
    if opcode in _CONSTANTS:
        start, nbytes = span(source, at)
        more = f" ({nbytes} bytes)" if nbytes > _SHOWN else ""
        return repr(constant(source, at, _SHOWN)) + more if start <= source.size else ""
    if opcode == op.BUILD:
        target = show(source, heap, state.stack[-1], _SHOWN)
        return f"{target} <- {show(source, heap, below, _SHOWN)}"
    if opcode in _GETS or opcode in _KINDS or opcode == op.DUP:
        shown = show(source, heap, state.stack[-1], _SHOWN)
        return f"{_argument(state, opcode, at)} = {shown}" if opcode in _GETS else shown
    if opcode == op.STOP:
        return show(source, heap, state.result, _SHOWN)
    return _argument(state, opcode, at)


def _argument(state: State, opcode: int, at: int) -> str:
    if op.SHAPE[opcode] == op.LINE:
        start, nbytes = span(state.source, at)
        return state.source.peek(start, min(nbytes, _SHOWN)).decode("latin-1")
    width = op.PREFIX[opcode]
    return str(int.from_bytes(state.source.peek(at + 1, width), "little")) if width else ""


def _array(state: State) -> tuple[Line, bool]:
    """Pass over an inline array; a state that does not say its size ends the stream like a break."""
    at = state.position
    found = array_behind(state)
    state.inline, state.halted = HOLE, False
    if found is None:
        return (at, "(an inline array of unknown size)", ""), False
    state.position = min(found[0], state.source.size)
    if found[1]:
        return (at, "(an inline array of objects, as a stream of its own)", ""), True
    return (at, f"({state.position - at} bytes of an inline array)", ""), False
