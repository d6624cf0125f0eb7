"""One worker process: how it starts, what it does until it is told no more, and how it ends."""

import gc
import os
import signal
import struct
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import NoReturn

from scanner import wire
from scanner.artifact import Artifact
from scanner.facts import Examined, Fact, LimitReached, ReaderFailed
from scanner.forking import fork
from scanner.isolate import confine, lines
from scanner.limits import Limits

ORDER = struct.Struct("=Q")
"""The index of the artifact to read next."""

ORDERS = 512
"""Most orders taken at once; what is written at once, and shorter than a page, is never cut."""


class Worker:
    """A worker as its parent knows it."""

    def __init__(self, pid: int, orders: int, reports: int) -> None:
        """Keep its process id, the descriptor to write orders to and the one to read reports from."""
        self.pid = pid
        self.orders = orders
        self.reports = reports
        self.queue: deque[int] = deque()
        """What it was told to read; the first is being read."""
        self.rest = b""
        """The start of a line whose end is still to come."""
        self.last_words: tuple[str, str] | None = None
        """Why it ends: cause and detail."""
        self.deadline = float("inf")
        """When its artifact must be read, on the monotonic clock."""


def start(
    artifacts: Sequence[Artifact],
    read: Callable[[Artifact], Iterable[Fact]],
    limits: Limits,
) -> Worker:
    """Fork a worker. Raises `OSError` when the system has no process or no pipe left."""
    orders, order = os.pipe()
    report, reports = None, None
    try:
        report, reports = os.pipe()
        parent = os.getpid()
        pid = fork(partial(_serve, orders, reports, parent, artifacts, read, limits))
    except OSError:
        for one in (orders, order, report, reports):
            if one is not None:
                os.close(one)
        raise
    os.close(orders)
    os.close(reports)
    return Worker(pid, order, report)


def end(worker: Worker) -> int | None:
    """Kill a worker that may have ended by itself; return its wait status, None if somebody else took it."""
    os.close(worker.orders)
    os.close(worker.reports)
    with suppress(ProcessLookupError):
        os.kill(worker.pid, signal.SIGKILL)
    try:
        return os.waitpid(worker.pid, 0)[1]
    except ChildProcessError:
        return None


def _serve(  # noqa: PLR0913, PLR0917 - all that a worker knows
    orders: int,
    reports: int,
    parent: int,
    artifacts: Sequence[Artifact],
    read: Callable[[Artifact], Iterable[Fact]],
    limits: Limits,
) -> NoReturn:
    """Be the worker. Never returns and never raises: above it on the stack is the parent's program."""
    try:
        try:
            gc.freeze()
            keep = (orders, reports, *{one for artifact in artifacts for one in artifact.descriptors})
            _say(reports, lines.missing(confine.confine(limits, keep=keep, parent=parent)))
            while order := os.read(orders, ORDER.size * ORDERS):
                for (index,) in ORDER.iter_unpack(order):
                    artifact = artifacts[index]
                    confine.allow_cpu(limits.worker_cpu_seconds + limits.more_seconds(artifact.size))
                    _report(reports, artifact, read, limits)
        finally:
            if error := sys.exception():
                _say(reports, lines.ending(error))
    finally:
        os._exit(1 if sys.exception() else 0)


def _report(reports: int, artifact: Artifact, read: Callable[[Artifact], Iterable[Fact]], limits: Limits) -> None:
    """Send each fact as it comes: what is said before a crash is not lost. The last one goes with the end."""
    closing = b""
    for fact in read(artifact):
        try:
            line = wire.encode(fact)
        except wire.WireError as error:
            line = wire.encode(ReaderFailed(where=artifact.at(), format="", error=str(error)[:200]))
        if len(line) >= limits.fact_nbytes:
            bound = limits.fact_nbytes
            line = wire.encode(LimitReached(where=artifact.at(), limit="fact", bound=bound, unit="bytes"))
        if isinstance(fact, Examined):
            closing = line + b"\n"
        else:
            _say(reports, line + b"\n")
    _say(reports, closing + lines.DONE + b"\n")


def _say(reports: int, line: bytes) -> None:
    written = os.write(reports, line)
    while written < len(line):
        line = line[written:]
        written = os.write(reports, line)
