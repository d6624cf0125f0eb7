"""The global heap: values of variable length, and the sources of virtual datasets (III.E)."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.format import MalformedError
from scanner.formats.hdf5.file import Cursor, Hdf5

COLLECTION_NBYTES = 256 << 20
"""Largest collection that is read."""

SOURCES = 10_000
"""Entries read of one virtual dataset."""

_NONE, _POINTS, _BLOCKS, _ALL = range(4)


class Source(NamedTuple):
    """One source of a virtual dataset: a file (a "." is this one) and a dataset in it."""

    file: str
    dataset: str


class GlobalHeap:
    """Collections of the global heap, each parsed once to the places of its objects."""

    def __init__(self, file: Hdf5) -> None:
        """Start with no collection."""
        self._file = file
        self._collections: dict[int, dict[int, tuple[int, int]]] = {}

    def fetch(self, address: int, index: int) -> bytes:
        """Return one object. Raises `MalformedError` where there is none."""
        at, size = self.place(address, index)
        return self._file.read(at, size)

    def place(self, address: int, index: int) -> tuple[int, int]:
        """Return address and size of one object."""
        if address not in self._collections:
            self._collections[address] = self._parse(address)
        found = self._collections[address].get(index)
        if found is None:
            message = f"the global heap has no object {index} there"
            raise MalformedError(message, min(self._file.size, self._file.base + address))
        return found

    def _parse(self, address: int) -> dict[int, tuple[int, int]]:
        file = self._file
        head = Cursor(file, file.read(address, 8 + file.length_width), address)
        if head.take(4) != b"GCOL":
            message = "no collection of the global heap"
            raise MalformedError(message, min(file.size, file.base + address))
        head.take(4)
        size = head.length()
        cursor = Cursor(file, file.read(address, min(size, COLLECTION_NBYTES)), address, head.position)
        objects: dict[int, tuple[int, int]] = {}
        while cursor.left >= 8 + file.length_width:
            index = cursor.number(2)
            cursor.take(6)
            nbytes = cursor.length()
            if index == 0 or nbytes > cursor.left:
                break
            objects.setdefault(index, (address + cursor.position, nbytes))
            cursor.take(min(cursor.left, nbytes + (-nbytes % 8)))
        return objects

    def sources(self, address: int, index: int) -> Iterator[Source]:
        """Yield the sources of a virtual dataset. Raises `MalformedError` where the list breaks."""
        cursor = Cursor(self._file, self.fetch(address, index), address)
        version, count = cursor.number(1), cursor.length()
        for _ in range(min(count, SOURCES)):
            flags = cursor.number(1) if version else 0
            name = b"" if flags & 4 else cursor.take(cursor.length()) if flags & 1 else cursor.word()
            dataset = cursor.take(cursor.length()) if flags & 2 else cursor.word()
            yield Source(name.decode("utf-8", "backslashreplace"), dataset.decode("utf-8", "backslashreplace"))
            _skip_selection(cursor)
            _skip_selection(cursor)


def _skip_selection(cursor: Cursor) -> None:
    """Step over a serialised selection (H5S; VII.B of the specification)."""
    kind, version = cursor.number(4), cursor.number(4)
    if kind in (_NONE, _ALL):
        cursor.take(8)
    elif kind == _POINTS or version == 1:
        cursor.take(4)
        cursor.take(cursor.number(4))
    elif version == 2:  # noqa: PLR2004 - flags come before the length
        cursor.take(1)
        cursor.take(cursor.number(4))
    else:
        flags, width = cursor.number(1), cursor.number(1)
        rank = cursor.number(4)
        numbers = 4 * rank if flags & 1 else 2 * rank * cursor.number(width)
        cursor.take(numbers * width)
