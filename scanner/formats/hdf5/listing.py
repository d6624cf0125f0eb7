"""What an HDF5 file holds, line by line, for a reader of lists: groups, datasets, links, attributes."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.formats.hdf5.attributes import attributes
from scanner.formats.hdf5.datasets import Dataset, dataset, span
from scanner.formats.hdf5.file import Hdf5
from scanner.formats.hdf5.groups import HARD, links
from scanner.formats.hdf5.header import LAYOUT, LINK, LINK_INFO, SYMBOL_TABLE, Message, messages
from scanner.formats.hdf5.heap import GlobalHeap
from scanner.formats.hdf5.types import CHUNKED, COMPACT, DEFLATE, VIRTUAL
from scanner.limits import Limits
from scanner.tensors import Row

_LAYOUTS = {COMPACT: "compact", CHUNKED: "chunked", VIRTUAL: "virtual"}
_FILTERS = {DEFLATE: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset"}
"""Filters of the library itself (H5Z_FILTER_*)."""

_VALUES = 20
"""Texts of one attribute shown."""


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield groups, datasets (`value` says how they are stored), links and attributes, in the order of their names.

    A broken object is a line of its own; the others are listed all the same. Raises `MalformedError`.
    """
    with artifact.open() as stream:
        for item in walk(Hdf5(artifact, stream), limits):
            if isinstance(item, Row):
                yield item


def walk(file: Hdf5, limits: Limits) -> Iterator[Row | Dataset]:
    """Yield what `listing` does, and each dataset behind its line."""
    walked = _Walk(file)
    pending = [("/", file.root)]
    objects: set[int] = set()
    while pending and len(objects) < limits.members:
        name, address = pending.pop()
        if address in objects:
            continue
        objects.add(address)
        inner: list[tuple[str, int]] = []
        yield from walked.object(name, address, inner)
        pending.extend(sorted(inner, reverse=True))


class _Walk:
    """The places of one file that were read so far."""

    def __init__(self, file: Hdf5) -> None:
        self.file = file
        self.heap = GlobalHeap(file)
        self.seen: set[int] = set()

    def object(self, name: str, address: int, inner: list[tuple[str, int]]) -> Iterator[Row | Dataset]:
        """List one object; what hangs below it goes to `inner`."""
        found: list[Message] = []
        try:
            for message in messages(self.file, address, self.seen):
                found.append(message)  # noqa: PERF402 - what came before an error counts
        except MalformedError as error:
            yield Row("broken", name, value=error.reason)
        kinds = {message.kind for message in found}
        if kinds & {SYMBOL_TABLE, LINK_INFO, LINK} and name != "/":
            yield Row("group", name)
        if LAYOUT in kinds:
            yield from self._dataset(name, address, found)
        for message in found:
            yield from self._message(name, message, inner)

    def _dataset(self, name: str, address: int, found: list[Message]) -> Iterator[Row | Dataset]:
        try:
            made = dataset(self.file, name, address, found)
        except MalformedError as error:
            yield Row("broken", name, value=error.reason)
            return
        where = span(self.file, made)
        start = where.start if where is not None else -1
        yield Row("tensor", name, made.kind.name, made.shape, made.declared, start, _stored(made))
        yield made

    def _message(self, name: str, message: Message, inner: list[tuple[str, int]]) -> Iterator[Row]:
        try:
            for attribute in attributes(self.file, self.heap, message, self.seen):
                text = ", ".join(value.decode("utf-8", "backslashreplace") for value in attribute.values[:_VALUES])
                size = sum(len(value) for value in attribute.values)
                yield Row("metadata", f"{name}@{attribute.name}", "text" if text else "numbers", (), size, -1, text)
            for link in links(self.file, message, self.seen):
                path = f"{name.rstrip('/')}/{link.name}"
                if link.kind == HARD:
                    inner.append((path, link.address))
                else:
                    yield Row("link", path, value=f"{link.file}{':' if link.file else ''}{link.target}")
        except MalformedError as error:
            yield Row("broken", name, value=error.reason)


def _stored(made: Dataset) -> str:
    """Say how a dataset is stored, where that is more than bytes in a row."""
    words = [_LAYOUTS[made.layout.kind]] if made.layout is not None and made.layout.kind in _LAYOUTS else []
    words.extend(_FILTERS.get(number, name or f"filter {number}") for number, name in made.filters)
    words.extend(raw.decode("utf-8", "backslashreplace") for _, raw, _ in made.storage[:_VALUES])
    return ", ".join(words)
