"""The tensors that a pickle of PyTorch rebuilds from storages: named by the keys that lead to them."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.artifact import Artifact
from scanner.formats.pickle import opcodes as op
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
UNNAMED: Final = "?"
"""Stands for a key that was not kept."""

UNTYPED: Final = {"float8_e4m3fn": 1, "float8_e5m2": 1, "float8_e4m3fnuz": 1, "float8_e5m2fnuz": 1, "float8_e8m0fnu": 1,
                  "uint16": 2, "uint32": 4, "uint64": 8}  # fmt: skip
"""Bytes of an element of types that have no class of storage."""

_SHORT: Final = {op.BININT1: (1, False), op.BININT2: (2, False), op.BININT: (4, True)}
"""Bytes of an integer behind its opcode, and whether they have a sign."""

REBUILDERS: Final = frozenset(("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor"))
WRAPPERS: Final = frozenset(("_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_from_type_v2"))


class Rebuilt(NamedTuple):
    """A tensor as the arguments of `torch._utils._rebuild_tensor_v2` tell it.

    `dtype` is the name of its storage's class without "Storage", or of the element type where the storage is of bytes.
    `start` is in elements of the storage, -1 where it is not known; `numel` is what the storage holds, -1 likewise.
    `nbytes` is -1 where the type has no known size. `contiguous`: its elements lie in row-major order; else `strides`,
    in elements, say how.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    storage: str
    start: int
    numel: int
    nbytes: int
    contiguous: bool
    strides: tuple[int, ...] = ()

    @property
    def fills(self) -> bool:
        """Say whether the storage holds this tensor and nothing else, in order."""
        return not self.start and self.contiguous and 0 <= product(self.shape) == self.numel


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield one row a tensor, named by the keys that lead to it; the data is in the storage that `value` names.

    Past `values.KEPT_ITEMS` of one dict the keys are not kept: those tensors have no name of their own.
    """
    for tensor in tensors(artifact, limits):
        place = f"storage {tensor.storage}"
        place += f" from element {tensor.start}" if tensor.start > 0 else ""
        yield Row("tensor", tensor.name, tensor.dtype, tensor.shape, tensor.nbytes, value=place)


def tensors(artifact: Artifact, limits: Limits) -> Iterator[Rebuilt]:
    """Yield the tensors of every stream, as far as the streams can be read."""
    with artifact.open() as stream:
        source = Source(stream, artifact.size)
        position = 0
        for _ in range(STREAMS):
            if not source.peek(position, 1):
                return
            state = State(source, position, Ledger(limits.facts))
            if not _runs(state):
                return
            yield from rebuilt(state)
            position = state.position


def _runs(state: State) -> bool:
    while not state.halted:
        try:
            run(state, state.position + WINDOW_NBYTES)
        except BreakError:
            return False
        state.nested.clear()
    return state.done and state.result != HOLE


def rebuilt(state: State) -> Iterator[Rebuilt]:
    """Walk what a stream built, depth first in its order; nothing is looked into twice."""
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
            tensor = _tensor(state, value, path)
            if tensor is not None:
                yield tensor
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
        yield item, _join(path, UNNAMED if key is None else _word(state, key))
        key = None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}"[:NAME_CHARACTERS] if path else name


def _word(state: State, value: int) -> str:
    found = fold(state, value)
    return found[:NAME_CHARACTERS] if isinstance(found, str) else repr(found)[:NAME_CHARACTERS]


def _tensor(state: State, value: int, path: str) -> Rebuilt | None:
    """Read the arguments of a rebuilder: storage, offset in elements, shape, strides, …, the dtype at the seventh."""
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
    if len(parts) < 3:  # noqa: PLR2004 - "storage", type, key, location, elements
        return None
    storage = heap.name_of(parts[1])
    dtype = storage.name.rpartition(".")[2] if storage else "?"
    named = heap.name_of(items[6]) if name.name == "_rebuild_tensor_v3" and len(items) > 6 else None  # noqa: PLR2004 - the dtype
    shape = tuple(size for size in _numbers(state, items[2]) if size >= 0)
    strides = _numbers(state, items[3]) if len(items) > 3 else ()  # noqa: PLR2004 - see above
    width = UNTYPED.get(named.name, -1) if named else NBYTES.get(dtype, -1)
    numel = _number(state, parts[4]) if len(parts) > 4 else -1  # noqa: PLR2004 - see above
    return Rebuilt(
        name=path,
        dtype=named.name if named else dtype.removesuffix("Storage"),
        shape=shape,
        storage=_word(state, parts[2]),
        start=_number(state, items[1]),
        numel=numel // width if named and width > 0 else numel,
        nbytes=product(shape) * width if width > 0 else -1,
        contiguous=_is_contiguous(shape, strides),
        strides=strides,
    )


def _is_contiguous(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Compare strides, in elements, with those of row-major order; dimensions of one element may have any."""
    if len(shape) != len(strides):
        return False
    step = 1
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        if size != 1 and stride != step:
            return False
        step *= size
    return True


def _numbers(state: State, value: int) -> tuple[int, ...]:
    if state.heap.kind(value) != values.TUPLE:
        return ()
    return tuple(_number(state, item) for item in state.heap.items(value, 64))


def _number(state: State, value: int) -> int:
    """Read an integer, -1 for anything else: every tensor has a handful, nearly all in three short forms."""
    raw = state.source.peek(value, 5) if value >= 0 else b""
    form = _SHORT.get(raw[0]) if raw else None
    if form is not None:
        return int.from_bytes(raw[1 : 1 + form[0]], "little", signed=form[1])
    found = fold(state, value)
    return found if isinstance(found, int) else -1
