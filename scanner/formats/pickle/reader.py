"""All streams of an artifact, what lies between and behind them, and what their constants hold."""

from collections.abc import Generator, Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.pickle import (
    PickleBroken,
    PickleDisguised,
    PickleExpansion,
    PickleFrameSplit,
    PickleStream,
    PickleTrailing,
)
from scanner.format import MalformedError
from scanner.formats.pickle import OTHERS, PROMISING, calls, legacy, stated, suffix
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.expansion import expansion
from scanner.formats.pickle.joblib import array_behind
from scanner.formats.pickle.ledger import Ledger
from scanner.formats.pickle.machine import run
from scanner.formats.pickle.nested import artifact_of
from scanner.formats.pickle.search import next_stream
from scanner.formats.pickle.source import WINDOW_NBYTES, Source
from scanner.formats.pickle.state import HOLE, BreakError, State
from scanner.limits import HEAD_NBYTES, Limits
from scanner.streams import mosaic
from scanner.unrecognised import unrecognised

Stated = Iterator[Fact | Artifact]

_STREAMS: Final = 100_000
FRAME_NBYTES: Final = 9
PROTO: Final = bytes([op.PROTO])


class Reading:
    """One artifact being read: what its streams have in common."""

    __slots__ = ("active", "artifact", "index", "limits", "quiet", "registered", "source", "split", "states")

    def __init__(self, artifact: Artifact, limits: Limits, source: Source) -> None:
        """Start before the first stream."""
        self.artifact = artifact
        self.limits = limits
        self.source = source
        self.index = 0
        self.active = self.split = False
        self.registered: dict[int, tuple[str, str]] = {}
        self.states: list[State] = []
        # Without a header and a promising name, text may look like a stream; then only what acts is stated.
        self.quiet = source.peek(0, 1) != PROTO and suffix(artifact.path) not in PROMISING


def read_streams(artifact: Artifact, limits: Limits) -> Stated:
    """Read stream after stream. Raises MalformedError where there is nothing to read."""
    with artifact.open() as stream:
        source = Source(stream, artifact.size)
        source.slide(0)
        if not source.valid:
            reason = "no bytes to unpickle"
            raise MalformedError(reason, offset=0)
        reading = Reading(artifact, limits, source)
        yield from _streams(reading)
    if reading.active and suffix(artifact.path) in OTHERS:
        yield PickleDisguised(where=artifact.at(0), suffix=suffix(artifact.path))


def _streams(reading: Reading) -> Stated:
    artifact, source = reading.artifact, reading.source
    position: int | None = 0
    while position is not None and reading.index < _STREAMS:
        state, whole = yield from _stream(reading, position)
        if reading.quiet and not reading.active and not whole:
            yield unrecognised(artifact, source.peek(0, HEAD_NBYTES))
            return
        explained = state.position
        if len(reading.states) < legacy.STREAMS:
            reading.states.append(state)
        if whole and reading.index == legacy.STREAMS and legacy.matches(reading.states):
            explained, facts = legacy.storages(artifact, source, reading.states)
            yield from facts
        found = next_stream(source, explained, artifact.size, broken=not whole)
        if found.exhausted:
            yield LimitReached(where=artifact.at(explained), limit="search", bound=found.bound, unit="bytes")
        skipped = (artifact.size if found.offset is None else found.offset) - explained
        if skipped > 0 and whole:
            yield PickleTrailing(where=artifact.at(explained, skipped), size=skipped, blank=found.blank)
        position = found.offset
    if position is not None:
        yield LimitReached(where=artifact.at(position), limit="streams", bound=_STREAMS, unit="streams")


def _stream(
    reading: Reading, position: int, *, joblib: bool = True
) -> Generator[Fact | Artifact, None, tuple[State, bool]]:
    """Read one stream; return its last state and whether it reached STOP."""
    artifact = reading.artifact
    state = State(reading.source, position, Ledger(reading.limits.facts))
    state.registered = reading.registered
    state.joblib = joblib
    index = reading.index
    reading.index += 1
    plain: State | None = None
    reason = yield from _drive(reading, state)
    while not reason and state.inline != HOLE:
        if plain is None:  # pickle.load would read the array's bytes as opcodes
            plain = state.fork(Ledger(reading.limits.facts))
        reason = yield from _array(reading, state)
        if not reason:
            reason = yield from _drive(reading, state)
    yield from _facts(reading, state, index, reason)
    if state.split is not None and not reading.split:
        reading.split = True
        yield from _reframed(artifact, state.split)
    if plain is not None:
        broken = yield from _drive(reading, plain)
        calls.finish(plain)
        yield from stated.facts(plain.ledger, artifact, plain.registered)
        if reason and broken:
            yield _broken(reading, plain, broken)
    return state, not reason


def _reframed(artifact: Artifact, split: tuple[int, int, int]) -> Stated:
    """State that a frame ends inside an opcode, and yield the stream as it reads without the bytes that are dropped."""
    frame, start, ends = split
    yield PickleFrameSplit(where=artifact.at(frame), dropped=ends - start)
    behind = frame + FRAME_NBYTES
    pieces = [(0, 0, frame), (frame, behind, start - behind), (start - FRAME_NBYTES, ends, artifact.size - ends)]
    size = artifact.size - FRAME_NBYTES - (ends - start)
    path = f"{artifact.path}!reframed"
    yield Artifact(path=path, size=size, open=mosaic(artifact.open, pieces, size), depth=artifact.depth + 1)


def _array(reading: Reading, state: State) -> Generator[Fact | Artifact, None, str]:
    """Pass over the array that joblib reads here; one of objects is a stream of its own. Return why that fails."""
    found = array_behind(state)
    if found is None:
        return "an inline array of unknown size"
    state.position, pickled = found
    if pickled:
        inner, whole = yield from _stream(reading, state.position, joblib=False)
        state.position = inner.position
        if not whole:
            return "the stream of an inline array breaks"
    if state.position > reading.source.size:
        state.position = reading.source.size
        return "an inline array is longer than what remains"
    state.inline = HOLE
    state.halted = False
    state.frame_ends = 0
    return ""


def _drive(reading: Reading, state: State) -> Generator[Fact | Artifact, None, str]:
    """Run the machine until it halts, and yield what its constants hold. Return why it broke, or ""."""
    reason = ""
    while not state.halted and not reason:
        try:
            run(state, state.position + WINDOW_NBYTES)
        except BreakError as error:
            reason = error.reason
        for at, encoding in state.nested:
            member = artifact_of(reading.artifact, state, at, encoding)
            if member is not None:
                yield member
        state.nested.clear()
    return reason


def _facts(reading: Reading, state: State, index: int, reason: str) -> Stated:
    artifact, ledger = reading.artifact, state.ledger
    calls.finish(state)
    reading.active = reading.active or ledger.active
    if reason and reading.quiet and not reading.active:
        return
    where = artifact.at(state.start, state.position - state.start)
    complete = not reason and state.lying_frame < 0
    yield PickleStream(where=where, index=index, protocol=state.protocol, opcodes=state.opcodes, complete=complete)
    yield from stated.facts(ledger, artifact, state.registered)
    if state.persistent:
        yield from legacy.references(artifact, state)
    if state.persistent and not reason:
        from scanner.formats.pickle.state_dict import tables  # costs more than a small pickle, and few hold tensors

        yield from tables(artifact, state)
    objects = expansion(state)
    if objects:
        yield PickleExpansion(where=where, objects=objects, nbytes=state.position - state.start)
    if state.lying_frame >= 0:
        text = "a frame is longer than what remains"
        yield PickleBroken(where=artifact.at(state.lying_frame), reason=text, opcode="FRAME", active=ledger.active)
    if reason:
        yield _broken(reading, state, reason)


def _broken(reading: Reading, state: State, reason: str) -> PickleBroken:
    byte = reading.source.peek(state.position, 1)
    return PickleBroken(
        where=reading.artifact.at(state.position),
        reason=reason,
        opcode=op.NAMES.get(byte[0], f"0x{byte[0]:02x}") if byte else "",
        active=state.ledger.active,
    )
