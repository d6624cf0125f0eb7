"""Files and folders as artifacts, in the order of their names; links are reported, not followed."""

import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact, LinkFound, SpecialFile, Unreadable
from scanner.sources import Keep, snapshot
from scanner.sources.window import open_file
from scanner.text import printable
from scanner.usage import UsageError

VERSION_STORE = ".git/ (version control store)"
RUN_BY_GIT = ("config", "hooks")
"""What of a `.git` folder can make git start programs; objects are compressed copies of what was checked out."""


class _Entry(NamedTuple):
    """A path as it is shown (POSIX separators) and as the system knows it."""

    shown: str
    path: str


class _Walk:
    def __init__(self, keep: Keep, roots: tuple[str, ...]) -> None:
        self.keep = keep
        self.roots = roots
        self.seen: set[str] = set()
        self.blobs: set[str] = set()


def walk(paths: Sequence[str | Path], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact a file, and a fact for all that is none: links, special files, what is left out or unreadable.

    A path is shown as it was given, joined with the names below it: `models/sub/model.pt`; for "." that is
    `sub/model.pt`. A given path that is a link is followed; links below it are not, except those of a Hugging Face
    cache snapshot into its own blobs, which are then not read a second time under their digests.
    `keep` gets each shown path, a folder's with "/" at the end, and returns the pattern that leaves it out.
    Raises `UsageError` before anything is yielded for a given path that does not exist or cannot be read.
    """
    roots = [_root(Path(path)) for path in paths]
    state = _Walk(keep=keep, roots=tuple(os.path.realpath(root.path) for root in roots))
    return _walk(roots, state)


def _root(path: Path) -> _Entry:
    shown = printable(str(path), 200)
    try:
        real = os.path.realpath(path)
        mode = os.stat(real).st_mode  # noqa: PTH116 - text paths keep what is no UTF-8
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        advice = (
            "no source reads such addresses, or it was written in another way" if ":/" in shown else "check the path"
        )
        message = f"cannot scan {shown}: {reason}; {advice}"
        raise UsageError(message) from error
    needed = os.R_OK | (os.X_OK if stat.S_ISDIR(mode) else 0)
    if (stat.S_ISDIR(mode) or stat.S_ISREG(mode)) and not os.access(real, needed):
        message = f"cannot scan {shown}: Permission denied; check who may read it"
        raise UsageError(message)
    return _Entry(path.as_posix(), real)


def _walk(roots: Sequence[_Entry], state: _Walk) -> Iterator[Artifact | Fact]:
    pending = list(reversed(roots))
    while pending:
        entry = pending.pop()
        if entry.path in state.seen:
            continue
        state.seen.add(entry.path)
        try:
            found = os.lstat(entry.path)
        except OSError as error:
            yield Unreadable(where=Location(path=entry.shown), reason=error.strerror or str(error))
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from _folder(entry, state, pending)
        elif entry.path not in state.blobs:
            yield _leaf(entry, found, state)


def _leaf(entry: _Entry, found: os.stat_result, state: _Walk) -> Artifact | Fact:
    if pattern := state.keep(entry.shown):
        return Excluded(where=Location(path=entry.shown), pattern=pattern)
    if stat.S_ISREG(found.st_mode):
        return _artifact(entry.shown, entry.path, found.st_size)
    if stat.S_ISLNK(found.st_mode):
        return _link(entry, state)
    return SpecialFile(where=Location(path=entry.shown), kind=_kind(found.st_mode))


def _folder(entry: _Entry, state: _Walk, pending: list[_Entry]) -> Iterator[Fact]:
    """Queue what a folder holds, or say why not."""
    where = Location(path=entry.shown)
    if entry.shown != "." and (pattern := state.keep(entry.shown + "/")):
        yield Excluded(where=where, pattern=pattern)
        return
    try:
        names = sorted(os.listdir(entry.path))  # noqa: PTH208 - text paths keep what is no UTF-8
    except OSError as error:
        yield Unreadable(where=where, reason=error.strerror or str(error))
        return
    if _is_version_store(entry.path, names):
        yield Excluded(where=where, pattern=VERSION_STORE)
        names = [name for name in names if name in RUN_BY_GIT]
    elif snapshot.is_repository(entry.path, names):
        names.sort(key=snapshot.BLOBS.__eq__)  # snapshots first: there the files have their names
    prefix = "" if entry.shown == "." else entry.shown.rstrip("/") + "/"
    folder = os.path.join(entry.path, "")  # noqa: PTH118 - text paths keep what is no UTF-8
    pending.extend([_Entry(prefix + name, folder + name) for name in reversed(names)])


def _is_version_store(path: str, names: Sequence[str]) -> bool:
    """Say whether a folder is what git itself takes for a repository: the name alone hides nothing."""
    return os.path.basename(path) == ".git" and {"HEAD", "objects", "refs"} <= set(names)  # noqa: PTH119


def _link(entry: _Entry, state: _Walk) -> Artifact | Fact:
    where = Location(path=entry.shown)
    try:
        target = os.readlink(entry.path)  # noqa: PTH115 - text paths keep what is no UTF-8
    except OSError as error:
        return Unreadable(where=where, reason=error.strerror or str(error))
    blob = snapshot.blob(entry.path, target)
    if blob is not None:
        state.blobs.add(blob)
        return _artifact(entry.shown, blob, os.lstat(blob).st_size)
    real = os.path.realpath(entry.path)
    inside = any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in state.roots)
    return LinkFound(where=where, target=target, escapes=not inside)


def _artifact(shown: str, path: str, size: int) -> Artifact:
    return Artifact(path=shown, size=size, open=partial(open_file, path, size), depth=0)


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "fifo"
    return "socket" if stat.S_ISSOCK(mode) else "device"
