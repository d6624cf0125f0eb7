"""Standard input as one artifact, named "-"."""

import io
import mmap
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.limits import STDIN_MEMORY_NBYTES, STDIN_NBYTES
from scanner.sources import STANDARD_INPUT, Keep, window
from scanner.usage import UsageError

CHUNK_NBYTES = 1 << 20


def claims(target: str) -> bool:
    """Say whether a target is standard input."""
    return target == STANDARD_INPUT


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact]:  # noqa: ARG001 - it has no name to be left out by
    """Yield standard input, once however often it is named."""
    yield read()


def read(
    stream: BinaryIO | None = None, *, memory_nbytes: int = STDIN_MEMORY_NBYTES, nbytes: int = STDIN_NBYTES
) -> Artifact:
    """Read standard input (or `stream`) to its end.

    Up to `memory_nbytes` are held in memory; more are written to a temporary file without a name and mapped.
    Raises `UsageError` past `nbytes`, or when there is no standard input or no room for it.
    """
    source = stream or (sys.stdin.buffer if sys.stdin else None)
    if source is None:
        message = "standard input is closed; name the file instead of '-'"
        raise UsageError(message)
    try:
        head = source.read(memory_nbytes)
        rest = source.read(CHUNK_NBYTES)
        if not rest:
            return Artifact(path=STANDARD_INPUT, size=len(head), open=partial(io.BytesIO, head))
        memory = _spool(source, head, rest, nbytes)
    except OSError as error:
        message = f"standard input cannot be read: {error.strerror or error}; save it to a file and scan that"
        raise UsageError(message) from error
    return Artifact(path=STANDARD_INPUT, size=len(memory), open=partial(window.open_map, memory))


def _spool(source: BinaryIO, head: bytes, rest: bytes, nbytes: int) -> mmap.mmap:
    """Map what was read and what is to come; the map outlives the file and is inherited by workers."""
    import tempfile  # with `random` and others behind it

    with tempfile.TemporaryFile() as spool:
        size = spool.write(head)
        while rest:
            size += spool.write(rest)
            if size > nbytes:
                message = f"standard input is longer than {nbytes} bytes; save it to a file and scan that"
                raise UsageError(message)
            rest = source.read(CHUNK_NBYTES)
        spool.flush()
        return mmap.mmap(spool.fileno(), size, access=mmap.ACCESS_READ)
