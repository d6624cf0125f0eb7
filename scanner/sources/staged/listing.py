"""What the index has, by its entries: a mode, the name of an object and a path."""

import os
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scanner.sources.staged.repository import Repository
from scanner.text import printable
from scanner.usage import UsageError

LINK: Final = "120000"
SUBMODULE: Final = "160000"
"""Modes of what is no file (gitformat-index)."""

DELETED, UNMERGED = "D", "U"
SIDES: Final = ("2", "3")
"""Stages of a conflict that may be committed, ours and theirs; stage 1 is the ancestor, which was."""

COMPARE: Final = (
    "diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv",
    "--ignore-submodules=none", "--ita-invisible-in-index",
)  # fmt: skip


class Entry(NamedTuple):
    """One entry; `shown` is the path, or `:STAGE:PATH` of one side of a conflict."""

    shown: str
    path: str
    mode: str
    name: str


def entries(repository: Repository, changed: Sequence[str], whole: Sequence[str]) -> list[Entry]:
    """List what differs from HEAD below any path of `changed`, and all that is below any of `whole`.

    Sorted as a walk of the folder is. Raises `UsageError` for a path of `whole` that has nothing.
    """
    found: set[Entry] = set()
    for paths, tree, needed in ((changed, repository.head, False), (whole, repository.empty, True)):
        if paths:
            found.update(_selected(list(_differing(repository, tree)), paths, repository.prefix, needed=needed))
    return sorted(found, key=lambda entry: entry.shown.split("/"))


def _selected(listed: Sequence[Entry], paths: Sequence[str], prefix: str, *, needed: bool) -> Iterator[Entry]:
    wanted = {_from_top(prefix, path): path for path in paths}
    met: set[str] = set()
    for entry in listed:
        above = {".", *_ancestors(entry.path)} & wanted.keys()
        met |= above
        if above:
            yield entry
    for path in sorted(wanted.keys() - met) if needed else ():
        shown = printable(wanted[path], 200) or "the index"
        message = f"cannot scan {shown}: git's index has nothing there; `git add` it, or scan it as a file"
        raise UsageError(message)


def _from_top(prefix: str, path: str) -> str:
    """Name a path from the top of the repository; none is all of it."""
    return "." if not path else os.path.normpath(os.path.join(prefix, path))  # noqa: PTH118 - text paths keep what is no UTF-8


def _ancestors(path: str) -> Iterator[str]:
    """Yield a path and the folders that it lies in."""
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _differing(repository: Repository, tree: str) -> Iterator[Entry]:
    words = iter(repository.ask(*COMPARE, tree).split(b"\0")[:-1])
    conflicts = False
    for meta, path in zip(words, words, strict=True):
        _, mode, _, name, status = os.fsdecode(meta).split(" ")
        if status == UNMERGED:
            conflicts = True
        elif status != DELETED:
            shown = os.fsdecode(path)
            yield Entry(shown, shown, mode, name)
    if conflicts:
        yield from _sides(repository)


def _sides(repository: Repository) -> Iterator[Entry]:
    for line in repository.ask("ls-files", "--unmerged", "-z").split(b"\0")[:-1]:
        meta, _, path = os.fsdecode(line).partition("\t")
        mode, name, stage = meta.split(" ")
        if stage in SIDES:
            yield Entry(f":{stage}:{path}", path, mode, name)
