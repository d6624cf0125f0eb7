"""What a dataset says of itself, against what the file holds; and where its bytes lie."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.facts.hdf5 import Hdf5Dataset, Hdf5Link
from scanner.format import MalformedError
from scanner.formats.hdf5.file import Cursor, Hdf5
from scanner.formats.hdf5.header import DATASPACE, DATATYPE, FILTERS, LAYOUT, STORAGE, Message
from scanner.formats.hdf5.heap import GlobalHeap
from scanner.formats.hdf5.types import (
    CHUNKED,
    COMPACT,
    CONTIGUOUS,
    VIRTUAL,
    Datatype,
    Layout,
    dataspace,
    filters,
    layout,
    typed,
)
from scanner.members import leads
from scanner.tensors import Span, bounded, product

FREE_NBYTES = 256 << 20
"""Declared bytes for which nothing need be stored: a new dataset reads as zeros."""

RATIO = 250
"""Declared bytes for each stored byte beyond that; deflate itself ends at 1032."""

_OVERFLOW = 1 << 63


@dataclass(slots=True, eq=False, repr=False)
class Dataset:
    """A dataset as its messages tell it."""

    name: str
    header: int
    shape: tuple[int, ...] = ()
    kind: Datatype = field(default_factory=lambda: Datatype(-1, 0))
    layout: Layout | None = None
    inline: tuple[int, int] = (0, 0)
    filters: list[tuple[int, str]] = field(default_factory=list)
    storage: list[tuple[int, bytes, int]] = field(default_factory=list)

    @property
    def elements(self) -> int:
        """Elements by the shape, bounded."""
        return product(self.shape)

    @property
    def declared(self) -> int:
        """Bytes by shape and type, bounded."""
        return bounded(self.elements * self.kind.size)


class Chunk(NamedTuple):
    """One stored chunk: its address and its bytes as stored; `mask` has a bit for each filter left out.

    `offset`: its first element in each dimension of the dataset.
    """

    address: int
    size: int
    mask: int
    offset: tuple[int, ...] = ()


def dataset(file: Hdf5, name: str, header: int, found: list[Message]) -> Dataset:
    """Put a dataset together from its messages. Raises `MalformedError`."""
    made = Dataset(name, header)
    for message in found:
        cursor = Cursor(file, message.content, message.address)
        if message.kind == DATATYPE:
            made.kind = typed(file, message)
        elif message.shared:
            continue
        elif message.kind == DATASPACE:
            shape = dataspace(cursor)
            made.shape = (0,) if shape is None else shape
        elif message.kind == LAYOUT:
            made.layout = layout(cursor)
            made.inline = (message.address + cursor.position, cursor.left)
        elif message.kind == FILTERS:
            made.filters = filters(cursor)
        elif message.kind == STORAGE:
            made.storage = _storage(file, cursor)
    return made


def _storage(file: Hdf5, cursor: Cursor) -> list[tuple[int, bytes, int]]:
    """Read an external file list (IV.A.2.h): offset in the file, its name, bytes of it."""
    cursor.take(4)
    cursor.take(2)
    used, heap = cursor.number(2), cursor.address()
    head = Cursor(file, file.read(heap, 8 + 2 * file.length_width + file.width), heap, 8)
    size = head.length()
    head.length()
    names = file.read(head.address(), min(size, 1 << 20))
    slots = []
    for _ in range(used):
        name, offset, nbytes = cursor.length(), cursor.length(), cursor.length()
        slots.append((offset, names[name : name + 4096].partition(b"\0")[0], nbytes))
    return slots


def references(file: Hdf5, heap: GlobalHeap, made: Dataset) -> Iterator[Hdf5Link]:
    """Yield the files that a dataset takes its bytes from."""
    where = file.artifact.at(min(file.size, file.base + made.header))
    for _, raw, _ in made.storage[:1000]:
        name = raw.decode("utf-8", "backslashreplace")
        yield Hdf5Link(where=where, kind="storage", name=made.name, file=name, target="", how=leads_of(name))
    if made.layout is not None and made.layout.kind == VIRTUAL and made.layout.address != file.undefined:
        for source in dict.fromkeys(heap.sources(made.layout.address, made.layout.heap_index)):
            here = source.file in (".", "")
            name = "" if here else source.file
            yield Hdf5Link(
                where=where, kind="virtual", name=made.name, file=name, target=source.dataset, how=leads_of(name)
            )


def leads_of(name: str) -> str:
    """Say how a file name leads out of the folder; see `scanner.members.leads`. Drivers take addresses too."""
    return "url" if "://" in name[:32] else leads(name)


def misfits(file: Hdf5, made: Dataset) -> Iterator[Hdf5Dataset]:
    """Compare shape and type with what is stored. Raises `MalformedError`."""
    here = made.layout
    if here is None or made.storage or here.kind == VIRTUAL:
        return
    how, stored = _misfit(file, made, here)
    if made.elements >= _OVERFLOW:
        how = "overflow"
    if how:
        yield Hdf5Dataset(
            where=file.artifact.at(min(file.size, file.base + made.header)),
            name=made.name,
            how=how,
            shape=tuple(map(bounded, made.shape)),
            declared=made.declared,
            stored=bounded(stored),
        )


def _misfit(file: Hdf5, made: Dataset, here: Layout) -> tuple[str, int]:
    """Return what does not fit, if anything, and the bytes that are stored."""
    stored = 0
    if here.kind == CONTIGUOUS and here.address != file.undefined:
        stored = made.declared if here.size < 0 else here.size
        if file.base + here.address + stored > file.size:
            return "outside", stored
        if stored < made.declared:
            return "short", stored
    elif made.declared > FREE_NBYTES:
        stored = stored_nbytes(file, made)
    return "grows" if made.declared > FREE_NBYTES + RATIO * stored else "", stored


def stored_nbytes(file: Hdf5, made: Dataset) -> int:
    """Add up the chunks of a dataset; where their index is not read, the whole file counts as theirs."""
    if made.layout is None or made.layout.kind != CHUNKED:
        return made.inline[1]
    if made.layout.tree:
        return file.size
    return sum(chunk.size for chunk in chunks(file, made.layout, set()))


def chunks(file: Hdf5, here: Layout, seen: set[int]) -> Iterator[Chunk]:
    """Yield the chunks that a B-tree (version 1, type 1) names. Raises `MalformedError`."""
    rank = len(here.chunk)
    pending = [here.address] if here.address != file.undefined else []
    while pending:
        at = pending.pop()
        if at in seen:
            continue
        seen.add(at)
        head = file.read(at, 8 + 2 * file.width)
        if head[:5] != b"TREE\x01":
            message = "no node of a tree of chunks"
            raise MalformedError(message, min(file.size, file.base + at))
        count = int.from_bytes(head[6:8], "little")
        cursor = Cursor(file, file.read(at + len(head), count * (8 + 8 * rank + file.width)), at + len(head))
        for _ in range(count):
            size, mask = cursor.number(4), cursor.number(4)
            offset = tuple(cursor.number(8) for _ in range(rank))
            child = cursor.address()
            if head[5]:
                pending.append(child)
            else:
                yield Chunk(child, size, mask, offset[:-1])


def span(file: Hdf5, made: Dataset) -> Span | None:
    """Return where the bytes of an unfiltered dataset lie in the artifact, if in one piece."""
    here = made.layout
    if here is None or made.storage:
        return None
    if here.kind == COMPACT:
        start, size = made.inline
    elif here.kind == CONTIGUOUS and here.address != file.undefined:
        start, size = here.address, made.declared if here.size < 0 else here.size
    else:
        return None
    return Span(file.base + start, file.base + start + min(size, file.size), made.name)
