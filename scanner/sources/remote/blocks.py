"""What came of the files of a store, in blocks: each is asked for once, and kept in an unnamed temporary file."""

import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence

from scanner.limits import REMOTE_FILE_NBYTES, REMOTE_NBYTES
from scanner.sources.remote.files import File

BLOCK_NBYTES = 4096
"""What scattered reads cost at least."""

REQUEST_NBYTES = 8 << 20
"""Largest range of one request."""

CHUNK_NBYTES = 1 << 20

Key = tuple[int, int]
"""A file and a block of it, by number."""


class Blocks:
    """All that came so far; safe to use from many threads."""

    def __init__(self, files: Sequence[File], fetch: Callable[[int, int, int], bytes]) -> None:
        """Keep what `fetch` brings."""
        self.files = files
        self._fetch = fetch
        with tempfile.TemporaryFile() as store:
            self._store = os.dup(store.fileno())
        weakref.finalize(self, os.close, self._store)
        self._end = 0
        self._at: dict[Key, int] = {}
        """Where in the store each block lies."""
        self._coming: set[Key] = set()
        self._changed = threading.Condition()
        self._claimed = 0
        self._per_file = [0] * len(files)
        self.faults: dict[int, str] = {}
        self._refused: dict[int, str] = {}

    def read(self, index: int, start: int, end: int) -> bytes:
        """Return a range. Raises `OSError` for one that does not come: the file has a fault from then on."""
        end = min(end, self.files[index].size)
        if start >= end:
            return b""
        try:
            self.ensure(index, start, end)
        except OSError as error:
            self.faults.setdefault(index, error.strerror or str(error))
            raise
        return b"".join(self._held(index, start, end))

    def ensure(self, index: int, start: int, end: int) -> None:
        """Wait until a range is there, asking for what nobody else asks for.

        Raises `OSError` for what does not come; of that file nothing more is asked for.
        """
        if end - start > REMOTE_FILE_NBYTES:  # who asks may be hostile, and each block is counted
            raise _more(REMOTE_FILE_NBYTES, of_it=True)
        wanted = range(start // BLOCK_NBYTES, -(-end // BLOCK_NBYTES))
        while run := self._claim(index, wanted):
            try:
                self._get(index, run)
            finally:
                with self._changed:
                    self._coming.difference_update((index, block) for block in run)
                    self._changed.notify_all()

    def nbytes(self, index: int) -> int:
        """Count the bytes of a file that are there."""
        return self._per_file[index]

    def whole(self, index: int) -> Iterator[bytes] | None:
        """Yield all of a file in chunks; None unless all of it came."""
        size = self.files[index].size
        if self._per_file[index] != size:
            return None
        steps = range(0, size, CHUNK_NBYTES)
        return (b"".join(self._held(index, start, min(start + CHUNK_NBYTES, size))) for start in steps)

    def _claim(self, index: int, wanted: range) -> range:
        """Take on the first run of blocks that nobody has; wait while others bring the rest. Empty: all are there."""
        with self._changed:
            while True:
                missing = [block for block in wanted if (index, block) not in self._at]
                free = [block for block in missing if (index, block) not in self._coming]
                if free:
                    stop = free[0]
                    most = free[0] + REQUEST_NBYTES // BLOCK_NBYTES
                    for block in free:
                        if block != stop or block >= most:
                            break
                        stop += 1
                    run = range(free[0], stop)
                    self._allow(index, len(run) * BLOCK_NBYTES)
                    self._coming.update((index, block) for block in run)
                    return run
                if not missing:
                    return range(0)
                self._changed.wait()

    def _allow(self, index: int, nbytes: int) -> None:
        """Keep within the bounds of what is transferred. Raises `OSError`."""
        if self._per_file[index] + nbytes > REMOTE_FILE_NBYTES:
            raise _more(REMOTE_FILE_NBYTES, of_it=True)
        if self._claimed + nbytes > REMOTE_NBYTES:
            raise _more(REMOTE_NBYTES)
        self._claimed += nbytes

    def _get(self, index: int, run: range) -> None:
        size = self.files[index].size
        start, end = run.start * BLOCK_NBYTES, min(run.stop * BLOCK_NBYTES, size)
        if index in self._refused:
            raise OSError(0, self._refused[index])
        try:
            content = self._fetch(index, start, end)
        except OSError as error:
            self._refused[index] = error.strerror or str(error)
            raise
        with self._changed:
            if os.pwrite(self._store, content, self._end) != len(content):
                raise OSError(0, "no room is left for what comes")
            for block in run:
                self._at[index, block] = self._end + (block - run.start) * BLOCK_NBYTES
            self._end += len(content)
            self._per_file[index] += end - start

    def _held(self, index: int, start: int, end: int) -> Iterator[bytes]:
        """Yield the pieces of a range that is there."""
        while start < end:
            block, skip = divmod(start, BLOCK_NBYTES)
            at, stop = self._at[index, block], (block + 1) * BLOCK_NBYTES
            while stop < end and self._at[index, stop // BLOCK_NBYTES] == at + stop - block * BLOCK_NBYTES:
                stop += BLOCK_NBYTES
            stop = min(stop, end)
            yield os.pread(self._store, stop - start, at + skip)
            start = stop


def _more(nbytes: int, *, of_it: bool = False) -> OSError:
    what = " of it" if of_it else ""
    return OSError(0, f"more than {nbytes >> 20} MiB{what} would be transferred; --full reads it all")
