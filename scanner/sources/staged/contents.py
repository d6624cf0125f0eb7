"""Entries of the index as artifacts, and as facts where they are no files."""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from scanner.artifact import Artifact, Delivery, Location
from scanner.facts import Excluded, Fact, LinkFound, Unreadable
from scanner.limits import DEFAULT
from scanner.sources import Keep
from scanner.sources.staged.listing import LINK, SUBMODULE, Entry
from scanner.sources.staged.objects import Content, Objects
from scanner.sources.staged.repository import Repository
from scanner.sources.window import open_file

if TYPE_CHECKING:
    from io import BufferedReader
TARGET_NBYTES: Final = 4096
"""Longest target that a system gives a link (PATH_MAX of Linux)."""

ELSEWHERE: Final = "submodule (another repository)"
"""Stands for the pattern where an entry names a commit of another repository."""

# Specification of Git LFS, "The Pointer": shorter than 1024 bytes, keys in order.
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n\Z"
)
_POINTER_NBYTES: Final = 1024


def artifacts(repository: Repository, entries: Sequence[Entry], keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield what each entry is. Raises `UsageError` where more is staged than there is room for."""
    kept: list[Entry] = []
    left_out: set[str] = set()
    for entry in entries:
        if (excluded := _excluded(entry, keep)) is None:
            kept.append(entry)
        elif excluded.where.path not in left_out:
            left_out.add(excluded.where.path)
            yield excluded
    with Objects(repository) as objects:
        for entry in kept:
            yield _one(repository, entry, objects)


def _excluded(entry: Entry, keep: Keep) -> Excluded | None:
    """Leave out as a walk of the folder would: a folder once, before what lies in it."""
    at = entry.path.find("/")
    while at >= 0:
        if pattern := keep(entry.path[: at + 1]):
            return Excluded(where=Location(path=entry.path[:at]), pattern=pattern)
        at = entry.path.find("/", at + 1)
    pattern = ELSEWHERE if entry.mode == SUBMODULE else keep(entry.path)
    return Excluded(where=Location(path=entry.shown), pattern=pattern) if pattern else None


def _one(repository: Repository, entry: Entry, objects: Objects) -> Artifact | Fact:
    """Make one entry an artifact or a fact. An object of Git LFS too large to digest unasked is taken by its name."""
    found = objects.get(entry.name)
    if isinstance(found, str):
        return Unreadable(where=Location(path=entry.shown), reason=found)
    if entry.mode == LINK:
        return _link(entry, found)
    stored = _stored(repository.common, found) if found.size < _POINTER_NBYTES else None
    if stored is not None:
        path, size, sha256 = stored
        opened = partial(open_file, path, size)
        check = partial(_delivered, opened, size, sha256) if size <= DEFAULT.hashed_nbytes else None
        return Artifact(path=entry.shown, size=size, open=opened, delivered=check)
    return Artifact(path=entry.shown, size=found.size, open=found.open)


def _link(entry: Entry, found: Content) -> Fact:
    where = Location(path=entry.shown)
    with found.open() as stream:
        target = os.fsdecode(stream.read(TARGET_NBYTES))
    if found.size > TARGET_NBYTES:
        return Unreadable(where=where, reason=f"a link whose target is {found.size} bytes long")
    reached = os.path.normpath(os.path.join(os.path.dirname(entry.path), target))  # noqa: PTH118, PTH120
    escapes = reached == ".." or reached.startswith(("../", "/"))
    return LinkFound(where=where, target=target, escapes=escapes)


def _stored(common: str, found: Content) -> tuple[str, int, str] | None:
    """Find what a pointer of Git LFS stands for: path, size, SHA-256; None where it is no pointer, or nothing here."""
    with found.open() as stream:
        pointer = _POINTER.match(stream.read(_POINTER_NBYTES))
    if pointer is None:
        return None
    sha256, size = pointer[1].decode("ascii"), int(pointer[2])
    path = os.path.join(common, "lfs", "objects", sha256[:2], sha256[2:4], sha256)  # noqa: PTH118
    try:
        there = os.lstat(path)
    except OSError:
        return None
    return (path, size, sha256) if stat.S_ISREG(there.st_mode) and there.st_size == size else None


def _delivered(opened: Callable[[], BinaryIO], size: int, sha256: str) -> Delivery:
    """Hold an object of Git LFS against its name, which is its digest."""
    try:
        with opened() as stream:
            found = hashlib.file_digest(cast("BufferedReader", stream), "sha256").hexdigest()
    except OSError as error:
        return Delivery(nbytes=0, fault=error.strerror or str(error))
    if found == sha256:
        return Delivery(nbytes=size, sha256=found)
    return Delivery(nbytes=size, sha256=found, expected=f"sha256:{sha256}", found=f"sha256:{found}")
