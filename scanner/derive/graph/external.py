"""Tensor data that should lie in other files, against those files."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact, LinkFound
from scanner.facts.archive import ArchiveMember
from scanner.facts.graph import ExternalData, ExternalMismatch
from scanner.nesting import beside

EXACT = frozenset(("tensorflow",))
"""Formats whose data files end with their last tensor."""

_LINKS = {"symlink": "link", "hardlink": "hardlink"}


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the location of every `ExternalData` that stays in its folder with what is there."""
    wanted = [fact for fact in facts if isinstance(fact, ExternalData) and not fact.how]
    if not wanted:
        return
    sizes = {fact.where.path: fact.size for fact in facts if isinstance(fact, Examined)}
    links = {fact.where.path: "link" for fact in facts if isinstance(fact, LinkFound)}
    for fact in facts:
        if isinstance(fact, ArchiveMember) and fact.kind in _LINKS:
            links[f"{fact.where.path}!{fact.member}"] = _LINKS[fact.kind]
    for data in wanted:
        yield from _compare(data, sizes, links)


def _compare(data: ExternalData, sizes: dict[str, int], links: dict[str, str]) -> Iterator[ExternalMismatch]:
    path = beside(data.where.path, data.location)
    size = sizes.get(path, 0)
    how = links.get(path, "")
    # Members of containers are not listed one by one, so only a file of the source can be said to be missing.
    if not how and path not in sizes:
        how = "" if "!" in path else "missing"
    elif not how and data.end > size:
        how = "short"
    elif not how and data.format in EXACT and data.end < size:
        how = "long"
    if how:
        yield ExternalMismatch(
            where=data.where, format=data.format, location=data.location, how=how, expected=max(0, data.end), found=size
        )
