"""The fingerprints of the licence texts that are known, as `known/license_texts.txt` keeps them."""

import binascii
from array import array
from collections.abc import Mapping
from functools import cache

from scanner.known import rows
from scanner.record import record


@record
class Known:
    """One text of a licence: which, of which version, its titles in words, how many digests it has."""

    license: str
    version: str
    titles: tuple[str, ...]
    size: int


@record
class Index:
    """All known texts. A group is the texts that share some digests; `sizes` says how many."""

    texts: tuple[Known, ...]
    groups: tuple[frozenset[int], ...]
    sizes: tuple[int, ...]
    digests: Mapping[int, int]


@cache
def index() -> Index:
    """Load the known texts: once for each process, and only where a text is compared."""
    texts: list[Known] = []
    groups: list[frozenset[int]] = []
    sizes: list[int] = []
    digests: dict[int, int] = {}
    for row in rows("license_texts"):
        first, *rest = row.split("\t")
        if rest[1:]:
            version, titles, size = rest
            known = tuple(title for title in titles.split("|") if title)
            texts.append(Known(license=first, version=version, titles=known, size=int(size)))
        else:
            kept = array("I", binascii.a2b_base64(rest[0]))
            digests.update(dict.fromkeys(kept, len(groups)))
            groups.append(frozenset(map(int, first.split(","))))
            sizes.append(len(kept))
    return Index(texts=tuple(texts), groups=tuple(groups), sizes=tuple(sizes), digests=digests)


@cache
def groups_of(text: int) -> tuple[int, ...]:
    """List the groups that a text is in."""
    return tuple(number for number, group in enumerate(index().groups) if text in group)
