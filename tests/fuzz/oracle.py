"""What must hold whenever bytes are read, whoever wrote them. A breach is a `Defect`."""

import re
import resource
import signal
import sys
import time
import traceback
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from scanner import derive, engine, pack, reader, wire
from scanner.artifact import Artifact, Location
from scanner.facts import Examined, Fact, ReaderFailed, Unreadable
from scanner.format import Format, MalformedError
from scanner.formats import discover
from scanner.limits import DEFAULT, HEAD_NBYTES
from tests.builders.reading import artifact_of

ROOT = Path(__file__).parents[2]
LIMITS = replace(
    DEFAULT,
    depth=4,
    members=64,
    expanded_nbytes=1 << 20,
    expansion_free_nbytes=256 << 10,
    member_memory_nbytes=256 << 10,
    header_nbytes=1 << 20,
)
"""Bounds that keep one run short; the ways through the code are those of the usual ones."""
READS = 16
"""Readers run for one input: its own, then those that claim its members."""
ITEMS = 100_000
"""Facts and members that one small input may give."""
PACE_NBYTES = 64 << 10
"""Bytes that a reader gets through in a second of CPU time; what is smaller has a second as well."""
CLAIM_SECONDS = 0.05
"""CPU time in which a format says whether it claims a head: all are asked for every member of an archive."""
STALLED_SECONDS = 20
"""CPU time after which a run is cut off."""
GROWTH_NBYTES = 32 << 20
"""Growth of the process after which a run is measured."""
MEMORY_NBYTES = 64 << 20
"""Memory that one run may take."""


class Defect(Exception):  # noqa: N818 - the noun of this folder
    """What does not hold. `key` tells one defect from another; `again`: whether a second run would show it."""

    def __init__(self, key: str, text: str = "", *, again: bool = True) -> None:
        super().__init__(f"{key}\n{text}".strip())
        self.key = key
        self.again = again


class _Stalled(Exception):  # noqa: N818 - likewise
    """Raised by the clock in whatever runs."""


def examine(one: Format, content: bytes, name: str) -> None:
    """Read bytes as a format, claimed or not, then each member as what claims it. Raises `Defect`."""
    _claims(one, content[:HEAD_NBYTES], name)
    pending = deque([(one, artifact_of(content, name))])
    for _ in range(READS):
        if not pending:
            break
        format_, artifact = pending.popleft()
        members = bounded(format_.name, artifact.size, partial(_take, format_, artifact))
        pending.extend(
            (other, member) for member, head in members for other in discover() if _claims(other, head, member.path)
        )


def _claims(one: Format, head: bytes, path: str) -> bool:
    return bool(bounded(f"{one.name} claims", 0, partial(one.claims, head, path), CLAIM_SECONDS))


def scan(content: bytes, name: str) -> None:
    """Read bytes with every reader that claims them, join what they state, judge it. Raises `Defect`."""
    artifact = artifact_of(content, name)
    for one in discover():
        _claims(one, content[:HEAD_NBYTES], name)
    facts: list[Fact] = bounded("scan", 4 * artifact.size, lambda: list(reader.read(artifact, discover(), LIMITS)))
    for fact in facts:
        if isinstance(fact, ReaderFailed | Unreadable):
            error = fact.error if isinstance(fact, ReaderFailed) else fact.reason
            key = f"scan: {type(fact).__name__} {re.sub('[0-9]+', '#', error)[:80]}"
            raise Defect(key, repr(fact))
        _check_fact(fact, artifact)
    if [type(fact) for fact in facts].count(Examined) != 1:
        raise Defect("scan: not closed by one Examined")
    bounded("judge", 4 * artifact.size, lambda: _judge(facts))


def _judge(facts: list[Fact]) -> None:
    joined = [fact for join in derive.discover(facts) for fact in join(facts)]
    for fact in joined:
        _check_wire(fact)
    bundle = _bundle()
    engine.judge([*facts, *joined], bundle.rules, bundle.table)


@cache
def _bundle() -> pack.Pack:
    return pack.load(ROOT / "rules")


def bounded(who: str, size: int, call: Callable[[], Any], seconds: float = 1) -> Any:
    """Call within bounds of memory and CPU time: that of `size` bytes, or `seconds`. Raises nothing but `Defect`."""
    resident, clock = _resident_nbytes(), time.process_time()
    try:
        with _cut_off():
            result = call()
    except Defect:
        raise
    except _Stalled as error:
        raise Defect(f"{who}: slow", f"cut off at {_place(error)}, {size} bytes") from None
    except Exception as error:
        raise Defect(f"{who}: {type(error).__name__} at {_place(error)}", traceback.format_exc(limit=-12)) from error
    spent = time.process_time() - clock
    if spent > max(seconds, size / PACE_NBYTES):
        raise Defect(f"{who}: slow", f"{spent:.1f} s for {size} bytes")
    if _resident_nbytes() - resident > GROWTH_NBYTES and (peak := _peak_nbytes(call)) > MEMORY_NBYTES:
        raise Defect(f"{who}: memory", f"{peak} bytes for {size} bytes", again=False)
    return result


@contextmanager
def _cut_off() -> Iterator[None]:
    """Raise in the block once it has run for too long."""

    def stop(*_: object) -> None:
        raise _Stalled

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, STALLED_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _resident_nbytes() -> int:
    """Return the most memory that the process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _peak_nbytes(call: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _place(error: BaseException) -> str:
    """Name the innermost line of the package that an error passed through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/scanner/" in frame.filename]
    return f"{frames[-1].filename.rpartition('/scanner/')[2]}:{frames[-1].lineno}" if frames else "?"


def _take(one: Format, artifact: Artifact) -> list[tuple[Artifact, bytes]]:
    """Run one reader; return its members with their heads."""
    members: list[tuple[Artifact, bytes]] = []
    try:
        for count, item in enumerate(one.read(artifact, LIMITS)):
            if count > ITEMS:
                raise Defect(f"{one.name}: more than {ITEMS} facts")
            if isinstance(item, Artifact):
                members.append((replace(item, depth=artifact.depth + 1), _check_member(one, item, artifact)))
            else:
                _check_fact(item, artifact)
    except MalformedError as error:
        _check_place(artifact.at(error.offset), artifact, f"{one.name}: MalformedError")
    paths = [member.path for member, _ in members]
    if len(set(paths)) != len(paths):
        raise Defect(f"{one.name}: two members of one path", repr(paths)[:500])
    return members


def _check_member(one: Format, member: Artifact, artifact: Artifact) -> bytes:
    """Open a member twice; return its head. Its size is true, and it reads the same again."""
    if not member.path.startswith(f"{artifact.path}!"):
        raise Defect(f"{one.name}: a member is named like no member", member.path)
    most = min(member.size, LIMITS.expanded_nbytes)
    with member.open() as stream, member.open() as other:
        content = stream.read(most + 1)
        stream.seek(0)
        if content[:HEAD_NBYTES] != stream.read(HEAD_NBYTES) or content[:HEAD_NBYTES] != other.read(HEAD_NBYTES):
            raise Defect(f"{one.name}: a member reads differently again", member.path)
    if member.size < 0 or len(content) < most or (most == member.size) < (len(content) == most):
        raise Defect(f"{one.name}: a member is not as long as it says", f"{member.path}: {member.size}, {len(content)}")
    return content[:HEAD_NBYTES]


def _check_fact(fact: Fact, artifact: Artifact) -> None:
    who = type(fact).__name__
    _check_wire(fact)
    if fact.where.path == artifact.path:
        _check_place(fact.where, artifact, who)
    elif not fact.where.path.startswith(f"{artifact.path}!"):
        raise Defect(f"{who}: a place in another artifact", repr(fact))


def _check_wire(fact: Fact) -> None:
    """A fact survives the way from worker to parent."""
    try:
        line = wire.encode(fact)
        same = wire.encode(wire.decode(line)) == line
    except wire.WireError as error:
        raise Defect(f"{type(fact).__name__}: WireError", f"{error}\n{fact!r}"[:1000]) from error
    if not same or len(line) >= LIMITS.fact_nbytes:
        raise Defect(f"{type(fact).__name__}: does not fit a line", repr(fact)[:1000])


def _check_place(where: Location, artifact: Artifact, who: str) -> None:
    start, length = where.offset or 0, where.length or 0
    if start < 0 or length < 0 or start + length > artifact.size:
        raise Defect(f"{who}: a place outside the artifact", f"{where} of {artifact.size} bytes")
    if where.line is not None and where.line < 1:
        raise Defect(f"{who}: a line before the first", repr(where))
