"""The tensors that a pickle of PyTorch rebuilds from storages, line by line, for a reader of lists."""

from collections.abc import Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.formats.pickle import values
from scanner.formats.pickle.folding import fold
from scanner.formats.pickle.ledger import Ledger
from scanner.formats.pickle.legacy import NBYTES, STREAMS
from scanner.formats.pickle.machine import run
from scanner.formats.pickle.source import WINDOW_NBYTES, Source
from scanner.formats.pickle.state import HOLE, BreakError, State
from scanner.limits import Limits
from scanner.tensors import Row, product

DEPTH: Final = 64
"""Containers inside containers that are looked into."""
ITEMS: Final = 1_000_000
NAME_CHARACTERS: Final = 300

REBUILDERS: Final = frozenset(("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor"))
WRAPPERS: Final = frozenset(("_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_from_type_v2"))


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield one row a tensor, named by the keys that lead to it; the data is in the storage that `value` names.

    Past `values.KEPT_ITEMS` of one dict the keys are not kept: those tensors have no name of their own.
    """
    with artifact.open() as stream:
        source = Source(stream, artifact.size)
        position = 0
        for _ in range(STREAMS):
            if not source.peek(position, 1):
                return
            state = State(source, position, Ledger(limits.facts))
            if not _runs(state):
                return
            yield from _tensors(state)
            position = state.position


def _runs(state: State) -> bool:
    while not state.halted:
        try:
            run(state, state.position + WINDOW_NBYTES)
        except BreakError:
            return False
        state.nested.clear()
    return state.done and state.result != HOLE


def _tensors(state: State) -> Iterator[Row]:
    """Walk what the stream built, depth first in its order; nothing is looked into twice."""
    heap = state.heap
    pending = [(state.result, "", 0)]
    seen: set[int] = set()
    while pending and len(seen) < ITEMS:
        value, path, depth = pending.pop()
        kind = heap.kind(value)
        if kind == 0 or value in seen or depth > DEPTH:
            continue
        seen.add(value)
        if kind == values.RESULT:
            row = _tensor(state, value, path)
            if row is not None:
                yield row
                continue
        pending.extend(reversed([(item, name, depth + 1) for item, name in _inside(state, value, kind, path)]))


def _inside(state: State, value: int, kind: int, path: str) -> Iterator[tuple[int, str]]:
    """Yield what one value leads to, each with its path."""
    heap = state.heap
    if kind == values.DICT:
        yield from _pairs(state, value, path)
    elif kind <= values.LAST_CONTAINER:
        yield from ((item, _join(path, str(number))) for number, item in enumerate(heap.items(value)))
    elif kind in (values.RESULT, values.INSTANCE):
        name = heap.name_of(heap.heads[~value])
        wrapped = name is not None and name.name in WRAPPERS
        arguments = heap.tails[~value]
        if wrapped and heap.kind(arguments) == values.TUPLE:
            yield from ((item, path) for item in heap.items(arguments, 3))
        yield from _pairs(state, value, path)
        if value in state.made:
            yield state.made[value], path


def _pairs(state: State, value: int, path: str) -> Iterator[tuple[int, str]]:
    """Yield the values of a dict with their keys. Beyond the kept items only values that are nodes remain."""
    if state.heap.kind(value) != values.DICT:
        return
    key: int | None = None
    for item in state.heap.items(value, ITEMS):
        if key is None and item >= 0:
            key = item
            continue
        yield item, _join(path, "?" if key is None else _word(state, key))
        key = None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}"[:NAME_CHARACTERS] if path else name


def _word(state: State, value: int) -> str:
    found = fold(state, value)
    return found[:NAME_CHARACTERS] if isinstance(found, str) else repr(found)[:NAME_CHARACTERS]


def _tensor(state: State, value: int, path: str) -> Row | None:
    """Read the arguments of `torch._utils._rebuild_tensor_v2`: storage, offset in elements, shape, strides."""
    heap = state.heap
    name = heap.name_of(heap.heads[~value])
    arguments = heap.tails[~value]
    if name is None or name.name not in REBUILDERS or heap.kind(arguments) != values.TUPLE:
        return None
    items = heap.items(arguments, 7)
    if len(items) < 3 or heap.kind(items[0]) != values.PERSISTENT:  # noqa: PLR2004 - see above
        return None
    identity = heap.heads[~items[0]]
    parts = heap.items(identity, 6) if heap.kind(identity) == values.TUPLE else []
    if len(parts) < 3:  # noqa: PLR2004 - "storage", type, key
        return None
    storage = heap.name_of(parts[1])
    dtype = storage.name.rpartition(".")[2] if storage else "?"
    named = heap.name_of(items[6]) if name.name == "_rebuild_tensor_v3" and len(items) > 6 else None  # noqa: PLR2004 - the dtype
    shape = tuple(size for size in _numbers(state, items[2]) if size >= 0)
    width = NBYTES.get(dtype, -1)
    start = fold(state, items[1])
    place = f"storage {_word(state, parts[2])}" + (f" from element {start}" if isinstance(start, int) and start else "")
    nbytes = product(shape) * width if width > 0 else -1
    if named is not None:  # its storage is untyped: bytes
        return Row("tensor", path, named.name, shape, -1, value=place)
    return Row("tensor", path, dtype.removesuffix("Storage"), shape, nbytes, value=place)


def _numbers(state: State, value: int) -> tuple[int, ...]:
    if state.heap.kind(value) != values.TUPLE:
        return ()
    return tuple(found if isinstance(found := fold(state, item), int) else -1 for item in state.heap.items(value, 64))
