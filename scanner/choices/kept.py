"""The graphs that readers follow, kept for a comparison: off unless someone collects."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.choices.graph import Graph


class Kept(NamedTuple):
    """A graph, and what its nodes' places are in."""

    graph: Graph
    artifact: Artifact


_LIST: ContextVar[list[Kept] | None] = ContextVar("graphs", default=None)


@contextmanager
def collected() -> Iterator[list[Kept]]:
    """Collect the graphs of all files that are read inside, functions after the graphs that call them."""
    found: list[Kept] = []
    token = _LIST.set(found)
    try:
        yield found
    finally:
        _LIST.reset(token)


def wanted() -> bool:
    """Say whether graphs are collected: then those without a choice are wanted, too."""
    return _LIST.get() is not None


def keep(artifact: Artifact, graphs: list[Graph]) -> None:
    """Hand on what was followed, where it is collected."""
    found = _LIST.get()
    if found is not None:
        found.extend(Kept(graph, artifact) for graph in graphs)
