"""What licence each repository of a scan has, what it comes from, and what follows: limits, duties and conflicts."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact

WAKERS = ("license", "document", "metadata", "tokenizer", "card")
"""Modules of facts without which nothing says anything about a licence or an origin."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State licence and lineage of every repository; see `scanner.lineage`."""
    woken = {kind.__module__.rpartition(".")[2] for kind in set(map(type, facts))}
    if not woken.isdisjoint(WAKERS):
        from scanner.lineage.all import told

        yield from told(facts)
