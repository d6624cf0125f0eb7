"""Hosts that look like those of well-known sites (https://cwe.mitre.org/data/definitions/1007.html)."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from scanner.known import rows
from scanner.likeness import Neighbours

LONG = 9
"""Letters of a name from which two edits still look like it."""

HONEST = "honest"
"""Row of the table whose names look like a known one and are not told."""

REMEMBERED = 4096
"""Answers that are kept: hosts come from strangers."""

SHORT = 6
"""Letters of a name below which one edit leads to honest others."""

LABELS = 8
"""Labels of a host that are looked at, from its end."""

_SECOND = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})


class Alike(NamedTuple):
    """A well-known host, and how another one looks like it, as in `LookAlikeHost`."""

    near: str
    how: str


def alike(host: str) -> Alike | None:
    """Find the well-known host that `host`, in lower case, looks like and is not."""
    labels = host.rsplit(".", LABELS)
    if len(labels) < 2:  # noqa: PLR2004 - a name and an ending
        return None
    count = 3 if labels[-2] in _SECOND and len(labels) > 2 else 2  # noqa: PLR2004
    known = _known()
    if labels[-count] not in known:
        for at in range(len(labels) - count - 1):
            one = known.get(labels[at])
            if one and labels[at + 1] == one.host.partition(".")[2]:
                return Alike(one.host, "prefix")
    return _site(labels[-count], ".".join(labels[1 - count :]))


@lru_cache(maxsize=REMEMBERED)
def _site(name: str, ending: str) -> Alike | None:
    """Look at the name that is registered."""
    known = _known()
    if name in known:
        found = known[name]
        if ending in found.endings or "*" in found.endings:
            return None
        return Alike(found.host, "ending") if found.host.startswith(("huggingface.", "openai.")) else None
    if name in _honest():
        return None
    near = _neighbours().of(_plain(name)) if len(name) >= SHORT else None
    if near and (len(near.name) >= SHORT or near.how == "glyph"):
        return Alike(known[near.name].host, near.how)
    return _far(name)


class _Site(NamedTuple):
    host: str
    endings: frozenset[str]


def _far(name: str) -> Alike | None:
    for known, site in _known().items():
        if len(known) >= LONG and abs(len(known) - len(name)) <= 2 and _distance(known, name) == 2:  # noqa: PLR2004
            return Alike(site.host, "two-edits")
    return None


def _distance(one: str, other: str) -> int:
    """Count the edits between two short names (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        above, row[0] = row[0], at
        for to, also in enumerate(other, 1):
            above, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, above + (letter != also))
    return row[-1]


def _plain(name: str) -> str:
    """Write a label of punycode as the letters that it shows."""
    if not name.startswith("xn--"):
        return name
    try:
        return name[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return name


@cache
def _neighbours() -> Neighbours:
    return Neighbours(frozenset(_known()))


@cache
def _known() -> Mapping[str, _Site]:
    found = {}
    for row in rows("card_hosts"):
        host, _, others = row.partition("\t")
        if host == HONEST:
            continue
        name, _, ending = host.partition(".")
        found[name] = _Site(host, frozenset((ending, *others.split())))
    return found


@cache
def _honest() -> frozenset[str]:
    found = (row.partition("\t") for row in rows("card_hosts"))
    return frozenset(name for host, _, names in found if host == HONEST for name in names.split())
