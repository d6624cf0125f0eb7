"""Publishers on the hub: which repository a path belongs to, and whose name looks like a well-known one's."""

from functools import cache, lru_cache
from typing import NamedTuple

from scanner.known import rows
from scanner.likeness import Near, Neighbours
from scanner.pattern import pattern

_CACHED = pattern(r"(?:^|[/!])(models|datasets|spaces)--([\w.-]{1,96}?)--([\w.-]{1,96})(?=/)")
_SEPARATORS = pattern(r"[-_.]+")
_AFFIX = pattern(
    r"(?:(?:the|real|official|verified|original|get|team|support)[-_.])?(.+?)"
    r"(?:[-_.]?(?:official|officials|verified|originals?)|[-_.](?:real|team|support|security|release|releases|download|downloads))?"
)
_REPOSITORY = pattern(r"([\w.-]{1,96})/([\w.-]{1,96})")


REMEMBERED = 4096
"""Answers that are kept: names come from strangers."""


class Repository(NamedTuple):
    """A repository of the hub. `kind`: "model", "dataset" or "space"."""

    kind: str
    owner: str
    name: str


def repository_of(path: str) -> Repository | None:
    """Tell from the folders of the hub's cache which repository a file is from; None elsewhere."""
    found = _CACHED.findall(path)
    return Repository(found[-1][0].removesuffix("s"), *found[-1][1:]) if found else None


def owner_of(name: str) -> str:
    """Return the owner in "owner/name", "" for anything else: a path, an address, a lone name."""
    found = _REPOSITORY.fullmatch(name.strip())
    return found[1] if found and not name.startswith((".", "~")) else ""


def is_known(owner: str) -> bool:
    """Tell whether an owner is a well-known one."""
    return owner.lower() in _known()


@lru_cache(maxsize=REMEMBERED)
def near(owner: str) -> Near | None:
    """Find the well-known publisher that another name looks like; None for one that is known, or like none."""
    lower = owner.lower()
    known = _known()
    if lower in known or not lower:
        return None
    stem = _AFFIX.fullmatch(lower)
    if stem and stem[1] != lower and stem[1] in known:
        return Near(stem[1], "affix")
    return _neighbours().of(_SEPARATORS.sub("-", lower))


@cache
def _neighbours() -> Neighbours:
    return Neighbours(_known())


@cache
def _known() -> frozenset[str]:
    return frozenset(rows("organisations")) | frozenset(rows("publishers")) | frozenset(rows("organisations_alike"))
