"""Files of a store that is asked for ranges: read by a confined worker that itself cannot connect.

A source lists `File`s and gives one function, `fetch(index, start, end) -> bytes`, that gets the half-open byte range
of the file of that number. `artifacts` then starts one process, the broker, which alone calls it: from several threads
at once, never twice for a byte that it has. It keeps what came in an unnamed temporary file, gets small files and the
heads of large ones before they are asked for, and answers the worker over a socket pair that the worker keeps.

`fetch` raises `Again` for what may be answered later (busy, broken off), `OSError(0, reason)` for what will not. What
cannot be had is an `OSError` for the reader and a fault of the artifact's `Delivery`: incomplete, never silent.
A store that speaks HTTP itself finds its checks in `answers`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from scanner.artifact import Artifact
from scanner.sources.remote.errors import Again
from scanner.sources.remote.files import File

__all__ = ["Again", "Fetch", "File", "artifacts"]

Fetch = Callable[[int, int, int], bytes]
"""Number of the file, first byte, byte behind the last one."""


def artifacts(files: Sequence[File], fetch: Fetch, *, lanes: int = 16) -> Iterator[Artifact]:
    """Yield an artifact a file, read through a broker that has up to `lanes` requests open at once.

    The broker ends with the last artifact. Where this system cannot fork, this process asks by itself.
    """
    from scanner.sources.remote import broker, stream  # only where something is remote

    if not files:
        return
    asked = broker.start(files, fetch, lanes)
    for index, file in enumerate(files):
        yield Artifact(
            path=file.path,
            size=file.size,
            open=partial(stream.open_remote, asked, index, file.size),
            remote=True,
            descriptors=asked.descriptors,
            delivered=partial(asked.delivered, index),
        )
