"""The lines a worker sends: facts, the end of an artifact, protections that are missing, its own end."""

import json
import os
import signal

from scanner import wire
from scanner.facts import Fact

DONE = b"."


class Note:
    """What a worker says beside facts, as pairs of text.

    `kind`: "done" (the artifact at the front of the queue is read), "missing" (pairs of a protection that this
    system does not offer and the reason) or "ending" (one pair: the cause of a `WorkerLost`, and its detail).
    """

    def __init__(self, kind: str, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        """Keep both."""
        self.kind = kind
        self.pairs = pairs


_DONE = Note("done")


def missing(protections: list[tuple[str, str]]) -> bytes:
    """Write the first line of a worker."""
    return b"?" + json.dumps(protections).encode("ascii") + b"\n"


def ending(error: BaseException | None) -> bytes:
    """Write the last line of a worker that an exception ends."""
    cause = "memory" if isinstance(error, MemoryError) else "exit"
    detail = f"{type(error).__name__}: {error}"[:200]
    return b"!" + json.dumps([[cause, detail]]).encode("ascii") + b"\n"


def parse(line: bytes) -> Fact | Note | str:
    """Read one line; a `str` says what is wrong with it."""
    if line == DONE:
        return _DONE
    if line[:1] in (b"?", b"!"):
        return _note(line)
    try:
        return wire.decode(line)
    except wire.WireError as error:
        return str(error)


def _note(line: bytes) -> Note | str:
    try:
        pairs = json.loads(line[1:])
    except (ValueError, RecursionError):
        return "a note is no JSON"
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        return "a note is no list of pairs"
    if line[:1] == b"?":
        return Note("missing", tuple((protection, reason) for protection, reason in pairs))
    known = len(pairs) == 1 and pairs[0][0] in ("memory", "exit")
    return Note("ending", ((pairs[0][0], pairs[0][1]),)) if known else "an unknown cause"


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and [type(one) for one in value] == [str, str]


def epitaph(last: tuple[str, str] | None, status: int | None) -> tuple[str, str]:
    """Say why a worker ended, from its last words and its wait status (None: somebody else took it)."""
    if status is not None and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGPROF:
            return "cpu", "stopped by its CPU limit"
        return "signal", _named(number)
    if last is not None:
        return last
    return "exit", "unknown" if status is None else f"status {os.waitstatus_to_exitcode(status)}"


def _named(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
