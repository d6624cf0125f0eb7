"""The process that alone talks to a store: forked before the worker, and ended with the last artifact."""

import os
import signal
import socket
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn, Protocol

from scanner.artifact import Delivery
from scanner.forking import fork
from scanner.sources.remote import channel
from scanner.sources.remote.blocks import BLOCK_NBYTES, Blocks
from scanner.sources.remote.files import File, digest
from scanner.sources.remote.patience import Patience
from scanner.sources.remote.stream import WHOLE_NBYTES

HEAD_NBYTES = 16 << 10
"""What is got of a large file before it is asked for."""

TAIL_NBYTES = 68 << 10
"""Likewise: as far from its end as a zip's end record may lie."""

EARLY_NBYTES = 256 << 20
"""What is got early in all."""


class Asked(channel.Answering, Protocol):
    """Who is asked for bytes: the broker over its channel, or this process itself."""

    descriptors: tuple[int, ...]


class Here:
    """A broker in this process."""

    descriptors: tuple[int, ...] = ()

    def __init__(self, files: Sequence[File], fetch: Callable[[int, int, int], bytes], lanes: int) -> None:
        """Ask by `fetch`, and early for small files and the heads of others, in their order."""
        from concurrent.futures import ThreadPoolExecutor

        self.blocks = Blocks(files, Patience(fetch))
        self.read = self.blocks.read
        self._pool = ThreadPoolExecutor(lanes)
        self._early = 0
        for index, file in enumerate(files):
            whole = file.whole or file.size <= WHOLE_NBYTES
            self.advise(index, 0, file.size if whole else HEAD_NBYTES)
            if not whole:
                self.advise(index, max(HEAD_NBYTES, file.size - TAIL_NBYTES), file.size)

    def advise(self, index: int, start: int, end: int) -> None:
        """Get a range early, within a bound for all."""
        self._early += max(BLOCK_NBYTES, end - start)
        if start < end and self._early <= EARLY_NBYTES:
            self._pool.submit(self.blocks.ensure, index, start, end)

    def delivered(self, index: int) -> Delivery:
        """Say what came of a file, and whether it is what the store lists."""
        blocks = self.blocks
        if blocks.files[index].whole:
            with suppress(OSError):  # what was refused to a reader is a fault already, and this was for no reader
                blocks.ensure(index, 0, blocks.files[index].size)
        content = blocks.whole(index)
        found = digest(blocks.files[index], content) if content is not None else None
        return Delivery(
            nbytes=blocks.nbytes(index),
            fault=blocks.faults.get(index, ""),
            sha256=found.sha256 if found else "",
            expected=found.expected if found else "",
            found=found.found if found else "",
        )


def start(files: Sequence[File], fetch: Callable[[int, int, int], bytes], lanes: int) -> Asked:
    """Fork the broker of these files. Raises `OSError` when the system has no process left."""
    if not hasattr(os, "fork"):
        return Here(files, fetch, lanes)
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    pid = fork(lambda: _be(theirs.detach(), files, fetch, lanes))
    theirs.close()
    asked = channel.Channel(ours.detach())
    weakref.finalize(asked, _end, pid, asked.descriptors, parent)
    return asked


def _end(pid: int, descriptors: tuple[int, ...], parent: int) -> None:
    """End the broker; a worker that forgets its copy of the artifacts ends nothing."""
    if os.getpid() != parent:
        return
    for one in descriptors:
        os.close(one)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _be(descriptor: int, files: Sequence[File], fetch: Callable[[int, int, int], bytes], lanes: int) -> NoReturn:
    """Be the broker. Never returns and never raises: above it on the stack is the parent's program."""
    try:
        _forget(descriptor)
        channel.serve(descriptor, Here(files, fetch, lanes))
    finally:
        os._exit(0)


def _forget(keep: int) -> None:
    """Point all other descriptors at nothing, and leave Ctrl-C to the parent. Not closed, as objects may do that."""
    for number in range(1, signal.NSIG):
        if callable(signal.getsignal(number)) and number in signal.valid_signals():
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    null = os.open(os.devnull, os.O_RDWR)
    with suppress(OSError):
        for one in {0, 1, 2, *map(int, os.listdir("/dev/fd"))} - {null, keep}:  # noqa: PTH208 - numbers, not paths
            with suppress(OSError):  # the listing's own is gone already
                os.fstat(one) if one > 2 else None  # noqa: PLR2004 - those three are there from now on
                os.dup2(null, one)
