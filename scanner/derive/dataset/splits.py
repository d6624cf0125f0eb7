"""Tables for training against tables for evaluation: how many rows of the latter the former hold too."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.dataset import DatasetRows, SplitOverlap

LEAST = 20
"""Digests of a table for evaluation that must be comparable."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare every table for evaluation with every table for training, by the digests below both bounds."""
    tables = [fact for fact in facts if isinstance(fact, DatasetRows)]
    trained = [(one, frozenset(one.digests)) for one in tables if one.split == "training"]
    for test in tables:
        if test.split == "evaluation":
            for train, digests in trained:
                comparable = [one for one in test.digests if one < train.bound]
                shared = sum(one in digests for one in comparable)
                if shared and len(comparable) >= LEAST:
                    yield SplitOverlap(
                        where=test.where,
                        trained=train.where.path,
                        share=max(1, shared * 100 // len(comparable)),
                        rows=test.rows,
                    )
