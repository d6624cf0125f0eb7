"""Known faults of servers by version, from `known/server_faults.txt`."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from scanner.known import rows
from scanner.pattern import pattern

_PINNED = pattern(r"^([A-Za-z][\w.-]*)(?:\[[^\]]*\])?={2,3}v?(\d+(?:\.\d+)*)")


class Fault(NamedTuple):
    """Versions from `introduced` on, before `fixed`, have it."""

    package: str
    introduced: str
    fixed: str
    advisory: str


def fault(package: str, version: str) -> Fault | None:
    """Return the first fault of the list that a version has: the list has the gravest first."""
    asked = _parts(version)
    for one in _faults().get(package, ()):
        if _parts(one.introduced) <= asked < _parts(one.fixed):
            return one
    return None


def pinned(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield package and version of each requirement that names one version."""
    for word in words:
        found = _PINNED.match(word)
        if found:
            yield found[1].lower().replace("_", "-"), found[2]


def _parts(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, at least four."""
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    return tuple(numbers + [0] * (4 - len(numbers)))


@cache
def _faults() -> dict[str, tuple[Fault, ...]]:
    found: dict[str, list[Fault]] = {}
    for row in rows("server_faults"):
        one = Fault(*row.split("\t"))
        found.setdefault(one.package, []).append(one)
    return {package: tuple(some) for package, some in found.items()}
