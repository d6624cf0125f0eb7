"""Weights of a model without any card beside them."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.nesting import beside

WEIGHTS = frozenset(("safetensors", "gguf"))
"""Formats of weights that are published with a card; others lie in packages of programs as well."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State the first folder of weights that has no card, and none in a folder above it."""
    carded: set[str] = set()
    weights: dict[str, Examined] = {}
    for fact in facts:
        if isinstance(fact, Examined):
            if "card" in fact.formats:
                carded.add(beside(fact.where.path, ""))
            elif not WEIGHTS.isdisjoint(fact.formats):
                weights.setdefault(beside(fact.where.path, ""), fact)
    if not weights:
        return
    from scanner.cards.folders import above
    from scanner.facts.card import CardProfile

    bare = [fact for folder, fact in sorted(weights.items()) if not any(one in carded for one in above(folder))]
    for fact in bare[:1]:
        yield CardProfile(where=fact.where, profile="model-card", card="none", elements=1, found=0, missing=("card",))
