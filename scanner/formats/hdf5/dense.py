"""Dense storage: records of a version 2 B-tree that name objects in a fractal heap (III.A.2, III.G)."""

from collections.abc import Iterator

from scanner.format import MalformedError
from scanner.formats.hdf5.file import Cursor, Hdf5

LINKS, ATTRIBUTES = 5, 8
"""Types of trees: names of links, names of attributes."""

_HUGE = 1
_MANAGED_ID, _HUGE_ID, _TINY_ID = range(3)
_DEPTH = 32
_OBJECT_NBYTES = 100 << 20
_ID_AT = {LINKS: 4, ATTRIBUTES: 0, _HUGE: 0}
"""Where the heap's id lies in a record."""


def records(file: Hdf5, heap: int, tree: int, kind: int, seen: set[int]) -> Iterator[bytes]:
    """Yield the content of every object that a tree of this kind names. Raises `MalformedError`."""
    store = _Heap(file, heap)
    for record in _tree(file, tree, kind, seen):
        at = _ID_AT[kind]
        yield store.fetch(record[at : at + store.id_size])


def _tree(file: Hdf5, address: int, kind: int, seen: set[int]) -> Iterator[bytes]:
    """Yield the raw records of a version 2 B-tree."""
    head = Cursor(file, file.read(address, 16 + file.width + 2 + file.length_width), address)
    if head.take(4) != b"BTHD" or head.take(2)[1] != kind:
        message = f"no B-tree of type {kind}"
        raise MalformedError(message, min(file.size, file.base + address))
    node_size, record_size, depth = head.number(4), head.number(2), head.number(2)
    head.take(2)
    root, count = head.address(), head.number(2)
    if root == file.undefined or not record_size:
        return
    widths = _widths(file, node_size, record_size, depth)
    pending = [(root, count, depth)]
    while pending:
        at, count, level = pending.pop()
        if at in seen:
            continue
        seen.add(at)
        children = (count + 1) * (file.width + sum(widths[level])) if level else 0
        cursor = Cursor(file, file.read(at, 6 + count * record_size + children), at)
        if cursor.take(4) != (b"BTIN" if level else b"BTLF"):
            message = "no node of a B-tree"
            raise MalformedError(message, min(file.size, file.base + at))
        cursor.take(2)
        for _ in range(count):
            yield cursor.take(record_size)
        for _ in range(count + 1 if level else 0):
            child, held = cursor.address(), cursor.number(widths[level][0])
            cursor.take(widths[level][1])
            pending.append((child, held, level - 1))


def _widths(file: Hdf5, node_size: int, record_size: int, depth: int) -> list[tuple[int, int]]:
    """Return for each level the bytes of a child's record count and of its total (H5B2_hdr_init)."""
    if depth > _DEPTH:
        message = f"a B-tree of depth {depth}"
        raise MalformedError(message, None)
    most = max(1, (node_size - 10) // record_size)
    counted = _nbytes(most)
    total, total_width = most, 0
    widths = [(0, 0)]
    for _ in range(depth):
        widths.append((counted, total_width))
        pointer = file.width + counted + total_width
        here = max(1, (node_size - 10 - pointer) // (record_size + pointer))
        total = min(1 << 64, (here + 1) * total + here)
        total_width = _nbytes(total)
    return widths


def _nbytes(value: int) -> int:
    return (value.bit_length() + 7) // 8


class _Heap:
    """A fractal heap without filters. `id_size`: bytes of the ids that name its objects."""

    def __init__(self, file: Hdf5, address: int) -> None:
        self._file = file
        self._large: dict[int, tuple[int, int]] | None = None
        width, length = file.width, file.length_width
        head = Cursor(file, file.read(address, 22 + 12 * length + 3 * width), address)
        if head.take(4) != b"FRHP":
            message = "no fractal heap"
            raise MalformedError(message, min(file.size, file.base + address))
        head.take(1)
        self.id_size = head.number(2)
        if head.number(2):
            message = "a fractal heap with filters is not read"
            raise MalformedError(message, file.base + address)
        head.take(1)
        managed = head.number(4)
        head.length()
        self._huge = head.address()
        head.length()
        head.address()
        head.take(8 * length)
        self._width = head.number(2)
        self._start, self._largest = head.length(), head.length()
        bits = head.number(2)
        head.take(2)
        self._root, self._rows = head.address(), head.number(2)
        self._offset_width = (bits + 7) // 8
        self._length_width = _nbytes(min(self._largest, managed))
        if not self._width or not self._start or self._largest < self._start or bits > 64:  # noqa: PLR2004 - addresses
            message = "a fractal heap whose blocks have no size"
            raise MalformedError(message, file.base + address)

    def fetch(self, identifier: bytes) -> bytes:
        """Return the object of an id."""
        cursor = Cursor(self._file, identifier)
        kind = (cursor.number(1) >> 4) & 3
        if kind == _TINY_ID:
            return cursor.take(min((identifier[0] & 0x0F) + 1, cursor.left))
        if kind == _HUGE_ID:
            return self._fetch_huge(cursor)
        offset, size = cursor.number(self._offset_width), cursor.number(self._length_width)
        block, inside = self._locate(offset)
        return self._file.read(block + inside, size)

    def _fetch_huge(self, cursor: Cursor) -> bytes:
        file = self._file
        if cursor.left >= file.width + file.length_width:
            return file.read(cursor.address(), min(cursor.length(), _OBJECT_NBYTES))
        wanted = cursor.number(min(cursor.left, file.length_width))
        if self._large is None:
            self._large = {}
            for record in _tree(file, self._huge, _HUGE, set()):
                found = Cursor(file, record)
                at, size = found.address(), found.length()
                self._large.setdefault(found.length(), (at, size))
        if wanted not in self._large:
            message = "a fractal heap lacks an object"
            raise MalformedError(message, None)
        at, size = self._large[wanted]
        return file.read(at, min(size, _OBJECT_NBYTES))

    def _locate(self, offset: int) -> tuple[int, int]:
        """Find the direct block of an offset: its address and the offset inside (the doubling table, III.G)."""
        block, rows = self._root, self._rows
        while rows:
            row, before, size = 0, 0, self._start
            while row < rows and offset >= before + self._width * size:
                before += self._width * size
                row += 1
                size = self._start << max(0, row - 1)
            column = (offset - before) // size
            if row >= rows:
                break
            children = block + 5 + self._file.width + self._offset_width
            entry = self._file.read(children + (row * self._width + column) * self._file.width, self._file.width)
            block, offset = int.from_bytes(entry, "little"), offset - before - column * size
            rows = 0 if size <= self._largest else size.bit_length() - (self._start * self._width).bit_length() + 1
        else:
            return block, offset
        message = "an object lies outside its fractal heap"
        raise MalformedError(message, None)
