"""Read artifacts in worker processes that can neither write, connect nor outgrow their bounds."""

import os
import select
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from heapq import heappop, heappush

from scanner.artifact import Artifact, Location
from scanner.facts import Degraded, Examined, Fact, LimitReached, WorkerLost
from scanner.isolate import lines
from scanner.isolate.process import ORDER, Worker, end, start
from scanner.limits import Limits

Read = Callable[[Artifact], Iterable[Fact]]

FILES_PER_WORKER = 32
NBYTES_PER_WORKER = 16 << 20
"""A second worker starts when there is this much for the first; below, its start costs more than it saves."""

QUEUED_FILES = 256
QUEUED_NBYTES = 1 << 20
"""What a worker is told to read next while it still reads, so that small files do not wait for the parent."""

NAP_SECONDS = 0.001
NAPS = 4
ENOUGH_NBYTES = 1 << 13
"""Who is woken for each fact spends most time on waking: after less than this, reports may gather for a moment.

The moment is as many naps as a worker has files to read, up to `NAPS`. Reports gather in the pipe, which outlives the
worker; nothing that was said before a crash is lost.
"""

CLOSING_FACTS = 8
"""Room above `limits.facts` for what a reader says when it stops at that bound itself."""

CHUNK_NBYTES = 1 << 16


class _Scan:
    """What is to be read, what is being read, and what was read but not yet asked for."""

    def __init__(
        self, artifacts: Sequence[Artifact], read: Read, limits: Limits, progress: Callable[[int], None] | None
    ) -> None:
        self.artifacts = artifacts
        self.read = read
        self.limits = limits
        self.progress = progress
        self.todo = list(range(len(artifacts)))
        """A heap: what a lost worker leaves is read first, so that waiting results stay few."""
        self.facts: dict[int, list[Fact]] = {}
        self.finished: set[int] = set()
        self.held = 0
        self.workers: dict[int, Worker] = {}
        self.degraded: dict[str, Degraded] = {}


def read_all(
    artifacts: Sequence[Artifact],
    read: Read,
    *,
    limits: Limits,
    jobs: int,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Fact, ...]]:
    """Yield the facts of each artifact, in the order of `artifacts` whatever `jobs`.

    A worker that crashes or passes a bound of `limits` adds a `WorkerLost` and an incomplete `Examined` to what it
    had told of that artifact; another one reads the rest. The first tuple also holds one `Degraded` (path "") for each
    protection that this system does not offer; without processes to fork, everything is read in this one.
    `progress(done)` is called with the number of artifacts read so far, after each.
    """
    scan = _Scan(artifacts, read, limits, progress)
    wanted = min(jobs, _enough(artifacts))
    try:
        for index in range(len(artifacts)):
            while index not in scan.finished:
                _hand_out(scan, wanted, index)
                _listen(scan)
            facts = scan.facts.pop(index, [])
            scan.held -= len(facts)
            first = sorted(scan.degraded.values(), key=lambda fact: fact.protection) if index == 0 else []
            paused = time.monotonic()
            yield (*first, *facts)
            _forgive(scan, time.monotonic() - paused)
    finally:
        for worker in scan.workers.values():
            end(worker)


def _enough(artifacts: Sequence[Artifact]) -> int:
    """Count the workers that have enough to do. Who fetches for them listens to one at a time."""
    if any(artifact.descriptors for artifact in artifacts):
        return 1
    nbytes = sum(artifact.size for artifact in artifacts)
    enough = max(-(-len(artifacts) // FILES_PER_WORKER), -(-nbytes // NBYTES_PER_WORKER))
    return min(enough, len(artifacts))


def _hand_out(scan: _Scan, wanted: int, awaited: int) -> None:
    """Give every worker something to do, and start those that are missing.

    Reading ahead stops while more facts wait than one artifact may have, unless what is `awaited` waits itself.
    """
    if not scan.todo or (scan.held > scan.limits.facts and scan.todo[0] != awaited):
        return
    for worker in scan.workers.values():
        _fill(scan, worker)
    while scan.todo and len(scan.workers) < wanted:
        started = _start(scan)
        if started is None:
            break
        scan.workers[started.reports] = started
        _fill(scan, started)
    if not scan.workers:
        _read_here(scan)


def _start(scan: _Scan) -> Worker | None:
    if not hasattr(os, "fork"):
        _degrade(scan, "process", "this system cannot fork")
        return None
    try:
        return start(scan.artifacts, scan.read, scan.limits)
    except OSError as error:
        if not scan.workers:
            _degrade(scan, "process", error.strerror or str(error))
        return None


def _degrade(scan: _Scan, protection: str, reason: str) -> None:
    scan.degraded.setdefault(protection, Degraded(where=Location(path=""), protection=protection, reason=reason))


def _read_here(scan: _Scan) -> None:
    index = heappop(scan.todo)
    for fact in scan.read(scan.artifacts[index]):
        _keep(scan, index, fact)
    _finish(scan, index)


def _fill(scan: _Scan, worker: Worker) -> None:
    """Tell a worker what to read next, once half of what it was told is done."""
    if len(worker.queue) > QUEUED_FILES // 2:
        return
    nbytes = sum(scan.artifacts[index].size for index in worker.queue)
    orders = b""
    while scan.todo and len(worker.queue) < QUEUED_FILES:
        nbytes += scan.artifacts[scan.todo[0]].size
        if worker.queue and nbytes > QUEUED_NBYTES:
            break
        if not worker.queue:
            worker.deadline = _deadline(scan, scan.todo[0])
        worker.queue.append(heappop(scan.todo))
        orders += ORDER.pack(worker.queue[-1])
    if orders:
        with suppress(BrokenPipeError):  # it is dead; its reports end, which is noticed where they are read
            os.write(worker.orders, orders)


def _listen(scan: _Scan) -> None:
    """Wait for reports, and end workers whose wall time is over."""
    if not scan.workers:
        return
    deadline = min(worker.deadline for worker in scan.workers.values() if worker.queue)
    poll = select.poll()
    for reports in scan.workers:
        poll.register(reports, select.POLLIN)
    heard = 0
    for reports, _ in poll.poll(max(0, deadline - time.monotonic()) * 1000):
        worker = scan.workers[reports]
        chunk = os.read(reports, CHUNK_NBYTES)
        heard += len(chunk)
        if not chunk:
            _end(scan, worker, None)
        elif problem := _hear(scan, worker, chunk):
            _end(scan, worker, ("exit", f"protocol: {problem}"))
    now = time.monotonic()
    for worker in [one for one in scan.workers.values() if one.queue and one.deadline <= now]:
        _end(scan, worker, ("wall", f"stopped after {scan.limits.worker_wall_seconds} s"))
    waiting = max((len(worker.queue) for worker in scan.workers.values()), default=0)
    if heard < ENOUGH_NBYTES and waiting:
        time.sleep(NAP_SECONDS * min(waiting, NAPS))


def _hear(scan: _Scan, worker: Worker, chunk: bytes) -> str:
    """Take in what a worker says; return what is wrong with it, or nothing."""
    *whole, worker.rest = (worker.rest + chunk).split(b"\n")
    for line in whole:
        heard = lines.parse(line)
        if isinstance(heard, Fact):
            if not worker.queue:
                return "a fact about nothing"
            _keep(scan, worker.queue[0], heard)
        elif isinstance(heard, str):
            return heard
        elif not _note(scan, worker, heard):
            return "nothing was to be read"
    return "a line without an end" if len(worker.rest) > scan.limits.fact_nbytes else ""


def _note(scan: _Scan, worker: Worker, note: lines.Note) -> bool:
    """Act on a note; False if it makes no sense."""
    if note.kind == "missing":
        for protection, reason in note.pairs:
            _degrade(scan, protection, reason)
    elif note.kind == "ending":
        worker.last_words = note.pairs[0]
    elif not worker.queue:
        return False
    else:
        _finish(scan, worker.queue.popleft())
        worker.deadline = _deadline(scan, worker.queue[0]) if worker.queue else float("inf")
    return True


def _deadline(scan: _Scan, index: int) -> float:
    """Say until when an artifact must be read that is begun now."""
    more = scan.limits.more_seconds(scan.artifacts[index].size)
    return time.monotonic() + scan.limits.worker_wall_seconds + more


def _keep(scan: _Scan, index: int, fact: Fact) -> None:
    """Hold a fact. Past the bound, which readers keep, only the newest: it may be the one that closes the artifact."""
    facts = scan.facts.setdefault(index, [])
    bound = scan.limits.facts + CLOSING_FACTS
    if len(facts) > bound:
        facts[-1] = fact
        return
    if len(facts) == bound:
        where = scan.artifacts[index].at()
        facts.append(LimitReached(where=where, limit="facts", bound=scan.limits.facts, unit="facts"))
    facts.append(fact)


def _finish(scan: _Scan, index: int) -> None:
    scan.finished.add(index)
    scan.held += len(scan.facts.get(index, ()))
    if scan.progress:
        scan.progress(len(scan.finished))


def _end(scan: _Scan, worker: Worker, why: tuple[str, str] | None) -> None:
    """End a worker, for a reason of ours or because it has ended by itself, and go on without it."""
    status = end(worker)
    _lose(scan, worker, *(why or lines.epitaph(worker.last_words, status)))


def _lose(scan: _Scan, worker: Worker, cause: str, detail: str) -> None:
    """Close the artifact that a lost worker was reading; the others of its queue are read by another."""
    del scan.workers[worker.reports]
    if worker.queue:
        index = worker.queue.popleft()
        where, size = scan.artifacts[index].at(), scan.artifacts[index].size
        facts = scan.facts.setdefault(index, [])
        facts[:] = [fact for fact in facts if not isinstance(fact, Examined)]
        facts.append(WorkerLost(where=where, cause=cause, detail=detail))
        facts.append(Examined(where=where, sha256="", size=size, formats=(), bytes_examined=0, complete=False))
        _finish(scan, index)
    for index in worker.queue:
        heappush(scan.todo, index)


def _forgive(scan: _Scan, seconds: float) -> None:
    """Move the deadlines by the time in which nobody listened: a worker may have waited to be heard."""
    for worker in scan.workers.values():
        worker.deadline += seconds
