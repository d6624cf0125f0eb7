"""Blocks of weights that are cut into files, against the sizes of those files."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.facts.tensor import ShardGroup, ShardMismatch
from scanner.nesting import beside


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the bytes of every group whose files are all there with those that its weights take."""
    groups = [fact for fact in facts if isinstance(fact, ShardGroup) and fact.nbytes >= 0]
    if not groups:
        return
    sizes = {fact.where.path: fact.size for fact in facts if isinstance(fact, Examined)}
    for group in groups:
        found = [sizes.get(beside(group.where.path, shard)) for shard in group.shards]
        known = [size for size in found if size is not None]
        if len(known) == len(found) and sum(known) != group.nbytes:
            yield ShardMismatch(
                where=group.where,
                shard=group.shards[-1],
                how="short" if sum(known) < group.nbytes else "long",
                expected=group.nbytes,
                found=sum(known),
            )
