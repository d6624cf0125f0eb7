"""Git's index: what a commit would hold, read from the store of objects and never checked out.

`staged:[PATH]` is what differs from HEAD, `index:[PATH]` all that the index has there; PATH counts from this folder,
and without one all of the repository is meant.
Paths are shown from the top of the repository, as a scan of that folder shows them.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.sources import Keep

CHANGED: Final = "staged:"
WHOLE: Final = "index:"
ALONE: Final = True
"""Its paths are those of files in the folder: scanned together, nobody could tell the two apart."""


def claims(target: str) -> bool:
    """Say whether a target is git's index."""
    return target.startswith((CHANGED, WHOLE))


def place(target: str) -> Path:  # noqa: ARG001 - each is the repository around this folder
    """Name the folder that the index belongs to, without asking git."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact a staged file, and a fact for all that is none: links, submodules, what git has not got.

    A file that is deleted or only announced (`git add -N`) has no content and is none; of one in conflict both sides
    are shown as git calls them, `:2:PATH` and `:3:PATH`. A pointer of Git LFS stands for its object where that is here.
    Raises `UsageError` where there is no git, no repository, or nothing in the index at PATH.
    """
    from scanner.sources.staged import contents, listing, repository  # only where git is asked

    with repository.opened(os.getcwd()) as found:  # noqa: PTH109 - text paths keep what is no UTF-8
        entries = listing.entries(found, _below(targets, CHANGED), _below(targets, WHOLE))
        yield from contents.artifacts(found, entries, keep)


def _below(targets: Sequence[str], scheme: str) -> list[str]:
    return [target.removeprefix(scheme) for target in targets if target.startswith(scheme)]
