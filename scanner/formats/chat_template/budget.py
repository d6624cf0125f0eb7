"""Bounds of this process while it renders: CPU time and memory, given back afterwards.

The worker that reads may not fork, so it lowers its own soft limits around the rendering.
"""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import NoReturn

CPU_SECONDS = 2.0
"""CPU time for all renderings of one template."""

MEMORY_NBYTES = 512 << 20
"""Address space that rendering may add to the process."""


class ExpiredError(Exception):
    """The CPU time is used up."""


class NoClockError(Exception):
    """Rendering cannot be bounded here: this is not the main thread of a process."""


@contextmanager
def bounded(seconds: float = CPU_SECONDS, nbytes: int = MEMORY_NBYTES) -> Iterator[None]:
    """Raise `ExpiredError` in the block when its CPU time ends, and let allocations beyond the memory fail."""
    if current_thread() is not main_thread():
        raise NoClockError
    before = signal.signal(signal.SIGVTALRM, _expire)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    current = _address_space()
    try:
        if current:
            bound = current + nbytes
            lower = bound if soft == resource.RLIM_INFINITY else min(soft, bound)
            resource.setrlimit(resource.RLIMIT_AS, (lower, hard))
        # It fires again, should the first one be raised where Jinja is tidying up.
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.2)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        with suppress(TypeError, ValueError):
            signal.signal(signal.SIGVTALRM, before)


def _expire(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - a signal handler
    raise ExpiredError


def _address_space() -> int:
    """Return the size of this process in bytes, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()
