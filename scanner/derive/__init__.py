"""Joins that YAML cannot say: facts to facts. One module a join; the folder is the registry.

A module here has `derive(facts: Sequence[Fact]) -> Iterator[Fact]`, pure, over the facts of the whole scan.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from scanner.facts import Fact

Derive = Callable[[Sequence[Fact]], Iterator[Fact]]


@cache
def discover() -> tuple[Derive, ...]:
    """Import every join of this folder, sorted by module name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").derive for name in names)
