"""What a worker gives up before it reads: descriptors, signals, memory, time, writing, connecting, starting."""

import os
import resource
import signal
import sys

from scanner.limits import Limits

if sys.platform == "linux":
    from scanner.isolate import kernel  # before the fork: its imports cost each worker three times as much

POSSIBLE = range(256)
"""Descriptors to look at where the system does not list them."""

STANDARD = (0, 1, 2)
"""Input, output and errors: open in every worker, whatever the parent had closed."""


def confine(limits: Limits, *, keep: tuple[int, ...], parent: int) -> list[tuple[str, str]]:
    """Confine this process for good; return each protection that this system does not offer, with the reason.

    Protections: "memory" (a bound), "writes", "network", "processes" (nothing is written, connected, started).
    """
    _drop_descriptors(keep)
    _reset_signals()
    sys.dont_write_bytecode = True
    missing = _bound_memory(limits.worker_memory_nbytes)
    for kind, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        _lower(kind, value)
    if sys.platform != "linux":
        reason = f"{sys.platform} has neither Landlock nor seccomp"
        return [*missing, *((name, reason) for name in ("network", "processes", "writes"))]
    return [*missing, *kernel.confine(parent)]


def allow_cpu(seconds: int) -> None:
    """Let this process use so many more seconds of CPU time, at least one; then SIGPROF ends it.

    Not RLIMIT_CPU: it is absolute, and Linux compares it with clock ticks, which on a busy machine run ahead of
    the time that a process can see it has used.
    """
    signal.setitimer(signal.ITIMER_PROF, max(1, seconds))


def _drop_descriptors(keep: tuple[int, ...]) -> None:
    """Point every other descriptor at nothing. Not closed: objects of the parent may still close their number."""
    try:
        found = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208 - names of descriptors, not paths
    except OSError:
        found = list(POSSIBLE)
    null = os.open(os.devnull, os.O_RDWR)
    for one in {*STANDARD, *found} - {null, *keep}:
        if one in STANDARD or _is_open(one):
            os.dup2(null, one)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _reset_signals() -> None:
    """Forget the parent's handlers; leave Ctrl-C, which reaches the whole group, to the parent."""
    for number in range(1, signal.NSIG):
        if callable(signal.getsignal(number)) and number in signal.valid_signals():
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _bound_memory(nbytes: int) -> list[tuple[str, str]]:
    try:
        with open("/proc/self/statm", "rb", buffering=0) as stream:  # noqa: PTH123 - the kernel, no file
            current = int(stream.read(128).split()[0]) * resource.getpagesize()
    except OSError:
        # macOS takes RLIMIT_AS and does not hold it.
        return [("memory", f"{sys.platform} does not tell the size of a process (no /proc)")]
    _lower(resource.RLIMIT_AS, current + nbytes)
    return []


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
