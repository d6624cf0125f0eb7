"""Where artifacts come from: each module yields `Artifact`s, and facts about what is none.

A module here that has `claims` is a source: it says by the text alone whether a target is its own, and walks those that
are. What none claims is a file or a folder.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.text import printable
from scanner.usage import UsageError

Keep = Callable[[str], str | None]

STANDARD_INPUT = "-"
"""The one target of a source that names no scheme."""


class Source(Protocol):
    """What a source is."""

    def claims(self, target: str) -> bool:
        """Say by its text whether a target is this source's; cheap, and nothing is opened."""

    def walk(self, targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
        """Yield an artifact a file, and a fact for all that is none.

        `keep` gets each shown path, a folder's with "/" at the end, and returns the pattern that leaves it out.
        Raises `UsageError` for a target that is not there.
        """


@cache
def discover() -> tuple[Source, ...]:
    """Find the sources; the folder is the registry."""
    names = sorted(module.name for module in iter_modules(__path__))
    found = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(source for source in found if hasattr(source, "claims"))


def local(target: str) -> bool:
    """Say whether a target is a path of this machine, which no other source claims."""
    return _owner(target) is None


def place(target: str) -> Path | None:
    """Name the file or folder of this machine that a target lies in; None where it comes from elsewhere."""
    owner = _owner(target)
    named: Callable[[str], Path] | None = getattr(discover()[owner], "place", None) if owner is not None else Path
    return named(target) if named else None


def full(target: str) -> str:
    """Address the same, to be downloaded as a whole: for a source that has `full`; what others read is all there is."""
    owner = _owner(target)
    change: Callable[[str], str] | None = getattr(discover()[owner], "full", None) if owner is not None else None
    return change(target) if change else target


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield what the targets hold, source by source, in the order in which they are first named."""
    from scanner.sources import folder

    groups: dict[int | None, list[str]] = {}
    for target in targets:
        groups.setdefault(_owner(target), []).append(target)
    for owner, group in groups.items():
        if len(groups) > 1 and owner is not None and getattr(discover()[owner], "ALONE", False):
            message = f"{printable(group[0], 100)} is scanned alone: its paths are those of files in the folder"
            raise UsageError(message)
        found = discover()[owner].walk if owner is not None else folder.walk
        yield from found(group, keep=keep)


def _owner(target: str) -> int | None:
    if ":" not in target and target != STANDARD_INPUT:
        return None
    return next((index for index, source in enumerate(discover()) if source.claims(target)), None)
