"""The layout of torch.save before 1.6: five streams, then the bytes of the storages that they name."""

from collections.abc import Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.torch import StorageMismatch, StorageReference, TorchCheckpoint, TorchStorage
from scanner.formats.pickle import values
from scanner.formats.pickle.folding import fold, text
from scanner.formats.pickle.source import Source
from scanner.formats.pickle.state import HOLE, State

# torch/serialization.py: MAGIC_NUMBER, then the protocol version, system information, the object and storage keys.
MAGIC: Final = 0x1950A86A20F9469CFC6C
STREAMS: Final = 5

NBYTES: Final = {
    "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "LongStorage": 8, "IntStorage": 4, "ShortStorage": 2,
    "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1, "BFloat16Storage": 2, "ComplexDoubleStorage": 16,
    "ComplexFloatStorage": 8, "QUInt8Storage": 1, "QInt8Storage": 1, "QInt32Storage": 4, "QUInt4x2Storage": 1,
    "QUInt2x4Storage": 1, "UntypedStorage": 1,
}  # fmt: skip
_COUNT_NBYTES: Final = 8


def matches(states: list[State]) -> bool:
    """Say whether five streams, each read to its end, are those of a legacy checkpoint."""
    if len(states) != STREAMS or any(state.result == HOLE for state in states):
        return False
    return states[0].result >= 0 and fold(states[0], states[0].result) == MAGIC


def references(artifact: Artifact, state: State) -> Iterator[StorageReference]:
    """State each storage that the stream names, once a key."""
    seen: set[str] = set()
    for identity in state.persistent:
        items = state.heap.items(identity, 6)
        if len(items) < 5 or text(state, items[0]) != "storage":  # noqa: PLR2004 - see StorageReference
            continue
        key = fold(state, items[2])
        if not isinstance(key, str | int) or str(key) in seen:
            continue
        seen.add(str(key))
        name = state.heap.name_of(items[1])
        count = fold(state, items[4])
        numel = count if isinstance(count, int) else -1
        width = NBYTES.get(name.name.rpartition(".")[2], -1) if name else -1
        yield StorageReference(
            where=artifact.at(items[2] if items[2] >= 0 else state.start),
            storage=str(key),
            type=name.dotted if name else "?",
            location=text(state, items[3]) or "?",
            numel=numel,
            nbytes=numel * width if width > 0 <= numel else -1,
        )


def storages(artifact: Artifact, source: Source, states: list[State]) -> tuple[int, list[Fact]]:
    """Pass over the storages behind the streams; return where they end, and what they are."""
    from scanner.sketch import sample

    keys, position = _keys(states[4]), states[4].position
    listed = frozenset(keys)
    known = {found.storage: found for found in references(artifact, states[3])}
    facts: list[Fact] = [
        TorchCheckpoint(
            where=artifact.at(0),
            layout="legacy",
            storages=len(keys),
            byteorder=_byteorder(states[2]),
            version=str(fold(states[1], states[1].result)),
        )
    ]
    for key in keys:
        found = known.get(key)
        head = source.peek(position, _COUNT_NBYTES)
        numel = int.from_bytes(head, "little", signed=True)
        where = artifact.at(position)
        if found is None or found.nbytes < 0:
            how = "unreferenced" if found is None else "size"
            facts.append(StorageMismatch(where=where, storage=key, how=how, expected=0, found=max(numel, 0)))
            break
        if len(head) < _COUNT_NBYTES or numel != found.numel:
            facts.append(StorageMismatch(where=where, storage=key, how="size", expected=found.numel, found=numel))
        start = position + _COUNT_NBYTES
        ends = start + found.nbytes
        slices = sample(source.stream, start, found.nbytes)
        facts.append(TorchStorage(where=where, storage=key, folder="", nbytes=found.nbytes, sample=slices))
        if ends > artifact.size:
            left = max(0, artifact.size - start)
            facts.append(StorageMismatch(where=where, storage=key, how="size", expected=found.nbytes, found=left))
        position = min(ends, artifact.size)
    facts.extend(
        StorageMismatch(where=found.where, storage=key, how="missing", expected=found.nbytes, found=0)
        for key, found in known.items()
        if key not in listed
    )
    return position, facts


def _keys(state: State) -> list[str]:
    if state.heap.kind(state.result) != values.LIST:
        return []
    return [word for item in state.heap.items(state.result, 1 << 20) if (word := text(state, item)) is not None]


def _byteorder(state: State) -> str:
    if state.heap.kind(state.result) != values.DICT:
        return ""
    items = state.heap.items(state.result, 64)
    for key, value in zip(items[::2], items[1::2], strict=False):
        if text(state, key) == "little_endian":
            return "little" if fold(state, value) is True else "big"
    return ""
