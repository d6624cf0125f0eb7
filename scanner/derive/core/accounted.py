"""Bytes of no known format, less those that a pickle or a manifest of the scan names and measures: plain numbers."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact, Unrecognised
from scanner.facts.core import Unaccounted
from scanner.nesting import beside


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield one fact for every artifact that no reader claims and nothing else accounts for, byte for byte."""
    unknown = [fact for fact in facts if isinstance(fact, Unrecognised)]
    if not unknown:
        return
    sizes = {fact.where.path: fact.size for fact in facts if isinstance(fact, Examined)}
    sizes.update((fact.where.path, fact.size) for fact in unknown)
    measured = dict(_storages(facts)) | dict(_shards(facts, sizes))
    for fact in unknown:
        if measured.get(fact.where.path, -1) != fact.size:
            yield Unaccounted(
                where=fact.where, suffix=fact.suffix, size=fact.size, entropy=fact.entropy, text=fact.text
            )


def _storages(facts: Sequence[Fact]) -> Iterator[tuple[str, int]]:
    """Yield path and bytes of each storage of a torch archive, `data/0` beside `data.pkl`, as the pickle has them."""
    from scanner.facts.torch import StorageReference

    for fact in facts:
        if isinstance(fact, StorageReference) and fact.where.path.endswith(".pkl"):
            yield f"{fact.where.path.removesuffix('.pkl')}/{fact.storage}", fact.nbytes


def _shards(facts: Sequence[Fact], sizes: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield path and bytes of the files of each block of weights that are all there and together as long as it."""
    from scanner.facts.tensor import ShardGroup

    for fact in facts:
        if isinstance(fact, ShardGroup):
            paths = [beside(fact.where.path, shard) for shard in fact.shards]
            if all(path in sizes for path in paths) and sum(sizes[path] for path in paths) == fact.nbytes:
                yield from ((path, sizes[path]) for path in paths)
