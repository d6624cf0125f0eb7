"""Joins that YAML cannot say: facts to facts. SUBJECT/JOIN.py; the folders are the registry.

SUBJECT is the module of `scanner.facts` whose facts wake the join: without one of them it is not even imported.
A join has `derive(facts: Sequence[Fact]) -> Iterator[Fact]`, pure, over the facts of the whole scan.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from scanner.facts import Fact

Derive = Callable[[Sequence[Fact]], Iterator[Fact]]


def discover(facts: Iterable[Fact]) -> tuple[Derive, ...]:
    """Import the joins that these facts wake, sorted by subject and name."""
    return _joins(frozenset(kind.__module__.rpartition(".")[2] for kind in set(map(type, facts))))


@cache
def _joins(subjects: Collection[str]) -> tuple[Derive, ...]:
    woken = sorted(folder.name for folder in iter_modules(__path__) if folder.name in subjects)
    return tuple(join for subject in woken for join in _of(subject))


def _of(subject: str) -> Iterator[Derive]:
    package = import_module(f"{__name__}.{subject}")
    for module in iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{module.name}").derive
