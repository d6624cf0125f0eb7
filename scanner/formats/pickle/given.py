"""The arguments of a call: how they are shown, told apart and looked through."""

from collections.abc import Iterable
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.constants import TEXTS, span
from scanner.formats.pickle.opcodes import SHORT_BINUNICODE
from scanner.formats.pickle.render import arguments
from scanner.formats.pickle.source import Source
from scanner.formats.pickle.values import Heap

Shape = tuple[int | bytes, ...]

_LEVELS: Final = 2
_FEW: Final = 8
_LOOKS: Final = 10_000
"""Values that are looked at for one call."""
_NAMED: Final = (values.GLOBAL, values.RESULT, values.INSTANCE, values.ATTRIBUTE)
_COUNTED: Final = 32
"""Arguments, and items of a list or tuple among them, that a shape tells apart."""
_HANDED: Final = 8
_TEXT_NBYTES: Final = 256
_NEAR: Final = 260  # bytes of the longest SHORT_BINUNICODE, and some
_PLAIN: Final = bytes(byte for byte in range(256) if chr(byte).isalnum() or byte > 0x7F or byte in b"_-")  # noqa: PLR2004
"""Bytes of words and numbers."""
_PARTIALS: Final = frozenset(("functools.partial", "_functools.partial"))


class Arguments:
    """The arguments of one call: a tuple's value, and a dict's value for those with a keyword, 0 if none.

    `steps` counts the values that were looked at, so that the ledger can bound them.
    """

    __slots__ = ("args", "heap", "named", "source", "steps")

    def __init__(self, source: Source, heap: Heap, args: int, named: int = 0) -> None:
        """Keep what is needed to look at them later."""
        self.source = source
        self.heap = heap
        self.args = args
        self.named = named
        self.steps = 0

    def text(self) -> str:
        """Show them."""
        return arguments(self.source, self.heap, self.args, self.named)

    def shape(self) -> Shape:
        """Tell calls apart that differ in more than plain values: in what is handed over, or in the look of texts."""
        args, named, heap = self.args, self.named, self.heap
        if not named and args >= 0:
            return ()
        found: list[int | bytes] = [named != 0]
        for value in (args, named) if named else (args,):
            if value < 0 and heap.kinds[~value] <= values.LAST_CONTAINER:
                if heap.kinds[~value] == values.TUPLE and heap.tails[~value] <= _COUNTED:
                    start = heap.heads[~value]
                    self._shape(heap.arena[start : start + heap.tails[~value]], found)
                else:
                    self._shape(heap.items(value, _COUNTED), found)
                    found.append(value)
        return tuple(found)

    def texts(self) -> bool:
        """Say whether a text is among them, or deep in a list or tuple among them; True if they are too many."""
        pending, seen = [self.args, self.named], set[int]()
        while pending:
            value = pending.pop()
            if value >= 0:
                if value and self.source.peek(value, 1)[0] in TEXTS:
                    return True
            elif value not in seen and self.heap.kinds[~value] <= values.LAST_CONTAINER:
                seen.add(value)
                items = self.heap.items(value)
                self.steps += len(items)
                if self.steps > _LOOKS or len(items) < self.heap.count(value):
                    return True
                pending += items
        return False

    def handed(self) -> tuple[str, ...]:
        """Name the imports behind what the stream made by a call and hands over, alone or in a list or tuple."""
        found: dict[str, None] = {}
        pending, seen = [(self.args, _LEVELS), (self.named, _LEVELS)], set[int]()
        while pending and len(found) < _HANDED and self.steps < _LOOKS:
            value, levels = pending.pop()
            if value >= 0 or value in seen:
                continue
            seen.add(value)
            kind = self.heap.kinds[~value]
            if kind <= values.LAST_CONTAINER and levels:
                items = self.heap.items(value)
                self.steps += len(items)
                pending += [(item, levels - 1) for item in items if item < 0]
            elif kind in (values.RESULT, values.INSTANCE, values.ATTRIBUTE):
                name = self.heap.behind(value)
                if name is not None:
                    found[name.dotted] = None
                    if name.dotted in _PARTIALS and kind == values.RESULT:  # what it binds is handed over with it
                        pending.append((self.heap.tails[~value], 1))
        return tuple(sorted(found))

    def _shape(self, items: Iterable[int], found: list[int | bytes]) -> None:
        source, heap = self.source, self.heap
        base, near, buffer = source.base, source.valid - _NEAR, source.buffer
        for item in items:
            if item >= 0:
                start = item - base
                plain = 0 <= start < near and buffer[start] not in TEXTS
                found.append(0 if plain else _look(source, item))
                continue
            kind = heap.kinds[~item]
            found.append(-kind)
            if kind in _NAMED:
                found.append(heap.heads[~item])
            elif kind <= values.LAST_CONTAINER:
                self._shape_within(item, found)

    def _shape_within(self, value: int, found: list[int | bytes]) -> None:
        """Tell the nodes of a list or tuple, whatever their order, and the looks of its first texts."""
        heap = self.heap
        items = heap.items(value)
        self.steps += len(items)
        found.extend(_look(self.source, item) for item in items[:_FEW] if item >= 0)
        if items and min(items) < 0:
            nodes = {(heap.kinds[~item], heap.heads[~item]) for item in items if item < 0}
            for kind, head in sorted(nodes)[:_COUNTED]:
                found.extend((-kind, head) if kind in _NAMED else (-kind,))
        found.append(-100)


def _look(source: Source, at: int) -> int | bytes:
    """Return 0 for what is no text, else the characters that make it more than a word or a number.

    Those are the characters of paths, calls, commands and addresses.
    """
    start = at - source.base
    if 0 <= start < source.valid - _NEAR:
        opcode = source.buffer[start]
        if opcode not in TEXTS:
            return 0
        if opcode == SHORT_BINUNICODE:
            text = source.buffer[start + 2 : start + 2 + source.buffer[start + 1]]
            if text.isalnum():
                return b""
            return bytes(sorted(set(text.translate(None, _PLAIN))))
    if source.peek(at, 1)[0] not in TEXTS:
        return 0
    return bytes(sorted(set(source.peek(*span(source, at))[:_TEXT_NBYTES].translate(None, _PLAIN))))
