"""Objects of git's store, got before workers fork: small ones in memory, large ones in an unnamed file."""

import io
import mmap
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, BinaryIO, Final, NamedTuple, Self

from scanner.limits import STAGED_NBYTES, STDIN_MEMORY_NBYTES
from scanner.sources.staged.repository import Repository
from scanner.sources.window import open_map
from scanner.usage import UsageError

HELD_NBYTES: Final = 1 << 18
"""Largest object that is held in memory; of all together `STDIN_MEMORY_NBYTES`."""

CHUNK_NBYTES: Final = 1 << 20
LINE_NBYTES: Final = 200
"""Longest line that git answers with: a name, a kind and a size."""


class Content(NamedTuple):
    """An object that git gave: its size in bytes, and how to open it."""

    size: int
    open: Callable[[], BinaryIO]


class Objects:
    """One `git cat-file` that is asked for an object at a time, and what it gave."""

    def __init__(self, repository: Repository) -> None:
        """Start nothing before something is asked for."""
        self._repository = repository
        self._git: subprocess.Popen[bytes] | None = None
        self._known: dict[str, Content | str] = {}
        self._held = self._taken = 0

    def __enter__(self) -> Self:
        """Be what ends it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End git; what it gave stays."""
        if self._git is not None:
            self._git.kill()
            self._git.communicate()
            self._git = None

    def get(self, name: str) -> Content | str:
        """Return an object, or the reason why there is none. Raises `UsageError` where there is no room for it."""
        if name not in self._known:
            try:
                self._known[name] = self._ask(name)
            except (BrokenPipeError, EOFError):
                self.__exit__()
                self._known[name] = f"git cannot read the object {name}; `git fsck` says why"
        return self._known[name]

    def _ask(self, name: str) -> Content | str:
        asked, given = self._pipes()
        asked.write(name.encode("ascii") + b"\n")
        asked.flush()
        words = given.readline(LINE_NBYTES).split()
        if not words:
            raise EOFError
        if len(words) < 3:  # noqa: PLR2004 - name, kind and size
            return f"git has no object {name} here; `git fetch` it"
        content = self._take(given, int(words[2]))
        given.read(1)  # a line feed
        return content if words[1] == b"blob" else f"its object is a {words[1].decode('ascii')} and no file"

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._git is None:
            self._git = subprocess.Popen(  # noqa: S603 - git by its absolute path, and no word of the repository
                [self._repository.git, "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._repository.environment,
            )
        if self._git.stdin is None or self._git.stdout is None:
            raise EOFError
        return self._git.stdin, self._git.stdout

    def _take(self, given: IO[bytes], size: int) -> Content:
        self._taken += size
        if self._taken > STAGED_NBYTES:
            message = f"more than {STAGED_NBYTES >> 30} GiB are staged; name some of the paths"
            raise UsageError(message)
        if size <= HELD_NBYTES and self._held + size <= STDIN_MEMORY_NBYTES:
            self._held += size
            return Content(size, partial(io.BytesIO, b"".join(_chunks(given, size))))
        try:
            return Content(size, partial(open_map, _mapped(given, size)))
        except OSError as error:
            message = (
                f"what is staged cannot be kept while it is read: {error.strerror}; set TMPDIR to where there is room"
            )
            raise UsageError(message) from error


def _mapped(given: IO[bytes], size: int) -> mmap.mmap:
    """Map what was read; the map outlives the file and is inherited by workers."""
    with tempfile.TemporaryFile() as spool:
        for chunk in _chunks(given, size):
            spool.write(chunk)
        spool.flush()
        return mmap.mmap(spool.fileno(), size, access=mmap.ACCESS_READ)


def _chunks(given: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        chunk = given.read(min(size, CHUNK_NBYTES))
        if not chunk:
            raise EOFError
        size -= len(chunk)
        yield chunk
