"""Digests of files as OMS names them: sha256, blake2b (64 bytes) and, where its library is installed, blake3."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol

from scanner.attest.errors import AttestError, Code
from scanner.sources.window import READ_ONLY
from scanner.text import printable

LENGTHS: Final = {"sha256": 32, "blake2b": 64, "blake3": 32}
"""Bytes of a digest of each algorithm that OMS v1.0 knows."""

CHUNK_NBYTES: Final = 1 << 20

ALONE_NBYTES: Final = 16 << 20
"""Below so many bytes in all, threads cost more than they save."""


class Hasher(Protocol):
    """What `hashlib` and `blake3` have in common."""

    def update(self, data: memoryview, /) -> object:
        """Take more bytes."""
        ...

    def digest(self) -> bytes:
        """Return the digest of all bytes so far."""
        ...


def maker(algorithm: str) -> Callable[[], Hasher]:
    """Return what starts a digest. Raises `AttestError` for an unknown algorithm or a missing library."""
    if algorithm == "sha256":
        return hashlib.sha256
    if algorithm == "blake2b":
        return hashlib.blake2b
    if algorithm != "blake3":
        raise AttestError(Code.HASH_UNKNOWN, f"no hash of model signing is called {printable(algorithm)!r}")
    try:
        from blake3 import blake3
    except ImportError as error:
        reason = "blake3 is not installed; pip install 'modelassay[blake3]'"
        raise AttestError(Code.HASH_LIBRARY_MISSING, reason) from error
    made: Callable[[], Hasher] = blake3
    return made


def whole(path: str, size: int, algorithm: str) -> bytes:
    """Digest a file that has `size` bytes. Raises `AttestError` if it is no such file or changes meanwhile."""
    return ranges(path, size, ((0, size),), algorithm)[0]


def ranges(path: str, size: int, wanted: Iterable[tuple[int, int]], algorithm: str) -> tuple[bytes, ...]:
    """Digest half-open byte ranges of a file of `size` bytes, through one handle that follows no link.

    Raises `AttestError` if the file is not a regular one of that size, or is written to while it is read.
    """
    make = maker(algorithm)
    try:
        descriptor = os.open(path, READ_ONLY)
        with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123 - a descriptor
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode) or before.st_size != size:
                raise _changed(path)
            digests = tuple(_range(stream.readinto, stream.seek, start, end, make()) for start, end in wanted)
            after = os.fstat(descriptor)
    except OSError as error:
        reason = f"{printable(path, 200)}: {error.strerror or error}"
        raise AttestError(Code.FILE_UNREADABLE, reason) from error
    if None in digests or (before.st_mtime_ns, before.st_ctime_ns) != (after.st_mtime_ns, after.st_ctime_ns):
        raise _changed(path)
    return tuple(one for one in digests if one is not None)


def _range(
    read: Callable[[memoryview], int | None], seek: Callable[[int], int], start: int, end: int, total: Hasher
) -> bytes | None:
    seek(start)
    left = end - start
    room = memoryview(bytearray(min(CHUNK_NBYTES, max(left, 1))))
    while left:
        count = read(room[: min(left, len(room))])
        if not count:
            return None
        total.update(room[:count])
        left -= count
    return total.digest()


def _changed(path: str) -> AttestError:
    return AttestError(Code.CHANGED_WHILE_READ, f"{printable(path, 200)}: changed while it was read")


Task = tuple[str, int, Sequence[tuple[int, int]]]
"""A file, its size, and the byte ranges of it that are wanted."""


def many(tasks: Mapping[str, Task], algorithm: str) -> dict[str, tuple[bytes, ...]]:
    """Digest many files by name: in threads, one a core, where that pays; hashing lets other threads run."""
    cores = min(os.cpu_count() or 1, len(tasks))
    if cores < 2 or sum(size for _, size, _ in tasks.values()) < ALONE_NBYTES:  # noqa: PLR2004 - alone
        return {name: ranges(path, size, wanted, algorithm) for name, (path, size, wanted) in tasks.items()}
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(cores) as pool:
        found = pool.map(lambda task: ranges(task[0], task[1], task[2], algorithm), tasks.values())
        return dict(zip(tasks, found, strict=True))
