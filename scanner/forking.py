"""A child process of this one, made so that no interrupt is lost between the two."""

import os
import signal
import warnings
from collections.abc import Callable
from typing import NoReturn


def fork(child: Callable[[], NoReturn]) -> int:
    """Fork, and return the child's process id; the child runs `child` with all signals held back.

    An interrupt in between would lose the child, or run the parent's handlers in it. Raises `OSError` when the system
    has no process left.
    """
    mask = signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())
    try:
        with warnings.catch_warnings():
            # From 3.12 on Python warns of threads. Only this one lives on in the child, and runs what is given alone.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            child()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return pid
