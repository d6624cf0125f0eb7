"""Files whose numbers nobody looked at for want of a library: one fact for all of them."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.weights import TensorsLeft, WeightsUnlooked


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield one `WeightsUnlooked` at the first of the files."""
    left = [fact for fact in facts if isinstance(fact, TensorsLeft) and fact.reason == "library"]
    if left:
        first = min(left, key=lambda fact: fact.where.path)
        yield WeightsUnlooked(
            where=first.where, library="numpy", files=len(left), tensors=sum(fact.tensors for fact in left),
            nbytes=sum(fact.nbytes for fact in left),
        )  # fmt: skip
