"""Indexes and parts of sharded models, against the files beside them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.facts.tensor import ShardEntry, ShardIndex, ShardMismatch, ShardPart, TensorTable
from scanner.facts.torch import TorchCheckpoint
from scanner.nesting import beside
from scanner.weights import file_of

_SHARD = re.compile(r"-\d{5}-of-\d{5}\.(?:safetensors|bin)$")
_PART = re.compile(r"-\d{5}-of-(\d{5})\.gguf$")

PARTS = 10_000
"""Most parts of one model that are looked for."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare what indexes and parts say with the tables of tensors and the files of the scan."""
    entries = [fact for fact in facts if isinstance(fact, ShardEntry) and not fact.how]
    parts = [fact for fact in facts if isinstance(fact, ShardPart)]
    if not entries and not parts:
        return
    checkpoints = {fact.where.path for fact in facts if isinstance(fact, TorchCheckpoint)}
    tables = {file_of(fact.where.path, checkpoints): fact for fact in facts if isinstance(fact, TensorTable)}
    files = {fact.where.path for fact in facts if isinstance(fact, Examined)}
    for entry in entries:
        yield from _entry(entry, tables, files)
    of_index: dict[str, list[ShardEntry]] = {}
    for entry in entries:
        of_index.setdefault(entry.where.path, []).append(entry)
    for index in (fact for fact in facts if isinstance(fact, ShardIndex)):
        yield from _index(index, of_index.get(index.where.path, []), tables)
    yield from _unlisted(entries, tables)
    for part in parts:
        yield from _part(part, tables, files)


def _entry(entry: ShardEntry, tables: dict[str, TensorTable], files: set[str]) -> Iterator[ShardMismatch]:
    path = beside(entry.where.path, entry.shard)
    table = tables.get(path)
    if table is None:
        # Members of containers are not listed one by one, so only a file of the source can be said to be missing.
        if path not in files and "!" not in path:
            yield ShardMismatch(where=entry.where, shard=entry.shard, how="missing", expected=entry.tensors, found=0)
    elif table.tensors != entry.tensors:
        yield ShardMismatch(
            where=entry.where, shard=entry.shard, how="tensors", expected=entry.tensors, found=table.tensors
        )
    elif table.names and table.names != entry.names:
        yield ShardMismatch(
            where=entry.where, shard=entry.shard, how="names", expected=entry.tensors, found=table.tensors
        )


def _index(index: ShardIndex, entries: Sequence[ShardEntry], tables: dict[str, TensorTable]) -> Iterator[ShardMismatch]:
    found = [tables.get(beside(entry.where.path, entry.shard)) for entry in entries]
    total = sum(table.nbytes for table in found if table is not None)
    if found and None not in found and len(found) == index.shards and index.total_nbytes not in (-1, total):
        yield ShardMismatch(where=index.where, shard="", how="total", expected=index.total_nbytes, found=total)


def _unlisted(entries: Iterable[ShardEntry], tables: dict[str, TensorTable]) -> Iterator[ShardMismatch]:
    listed = {beside(entry.where.path, entry.shard) for entry in entries}
    folders = {beside(entry.where.path, "") for entry in entries}
    for path, table in tables.items():
        if path not in listed and _SHARD.search(path) and beside(path, "") in folders:
            yield ShardMismatch(where=table.where, shard=path, how="unlisted", expected=0, found=table.tensors)


def _part(part: ShardPart, tables: dict[str, TensorTable], files: set[str]) -> Iterator[ShardMismatch]:
    path = part.where.path
    for how, named, said in (("number", part.named_number, part.number), ("count", part.named_count, part.count)):
        if named >= 0 and named != said:
            yield ShardMismatch(where=part.where, shard=path, how=how, expected=named, found=said)
    match = _PART.search(path)
    if match is None or part.number != 0 or not 1 < int(match[1]) <= PARTS:
        return
    names = [f"{path[: match.start()]}-{number:05}-of-{match[1]}.gguf" for number in range(1, int(match[1]) + 1)]
    missing = [name for name in names if name not in files and name not in tables and "!" not in name]
    for name in missing:
        yield ShardMismatch(where=part.where, shard=name, how="missing", expected=1, found=0)
    total = sum(tables[name].tensors for name in names if name in tables)
    if not missing and part.tensors not in (-1, total):
        yield ShardMismatch(where=part.where, shard=path, how="tensors", expected=part.tensors, found=total)
