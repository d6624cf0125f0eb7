"""Abstract values of the pickle machine.

A value is one integer, so that the stack and the memo are compact arrays. A value >= 0 is a constant:
the offset of the opcode that pushed it, read again when it is needed. A value < 0 is the node `~value` of a `Heap`.
"""

from array import array
from typing import Final

TUPLE: Final = 1
FROZENSET: Final = 2
LIST: Final = 3
DICT: Final = 4
SET: Final = 5
LAST_CONTAINER: Final = 5
GLOBAL: Final = 6  # head: index in `names`
RESULT: Final = 7  # head: what was called, tail: its arguments
INSTANCE: Final = 8  # head: the class, tail: the arguments of __new__
PERSISTENT: Final = 9  # head: the id, or the offset of PERSID
EXTENSION: Final = 10  # head: the code
ATTRIBUTE: Final = 11  # head: what it is taken from, tail: index in `texts`
OPAQUE: Final = 12  # out-of-band buffers

KEPT_ITEMS: Final = 4096
"""Items of one growing container that are kept one by one; of the rest only nodes are kept."""

_HEADER: Final = 3  # of a segment: next segment, items kept, items put in so far


class Name:
    """A name that the stream imports or walks to: `name` is empty for a module itself."""

    __slots__ = ("assembled", "dotted", "module", "name")

    def __init__(self, module: str, name: str, *, assembled: bool) -> None:
        """Join both parts to the full dotted name."""
        self.module = module
        self.name = name
        self.assembled = assembled
        self.dotted = f"{module}.{name}" if name else module


class Heap:
    """Nodes in parallel arrays, and an arena for the items of containers.

    Tuples: `heads` is the arena index of the first item, `tails` the number of items.
    Containers that grow are chains of segments in the arena: `heads` the first, `tails` the last, -1 if empty.
    """

    __slots__ = ("arena", "heads", "kinds", "names", "tails", "texts")

    def __init__(self) -> None:
        """Start empty."""
        self.kinds = bytearray()
        self.heads = array("q")
        self.tails = array("q")
        self.arena = array("q")
        self.names: list[Name] = []
        self.texts: list[str] = []

    def fork(self) -> "Heap":
        """Copy all nodes."""
        twin = Heap()
        twin.kinds = self.kinds[:]
        twin.heads = self.heads[:]
        twin.tails = self.tails[:]
        twin.arena = self.arena[:]
        twin.names = self.names[:]
        twin.texts = self.texts[:]
        return twin

    def add(self, kind: int, head: int, tail: int) -> int:
        """Make a node and return its value."""
        self.kinds.append(kind)
        self.heads.append(head)
        self.tails.append(tail)
        return -len(self.kinds)

    def pack(self, kind: int, items: "array[int]") -> int:
        """Make a tuple or frozen set."""
        start = len(self.arena)
        self.arena.extend(items)
        return self.add(kind, start, len(items))

    def put(self, value: int, items: "array[int]") -> None:
        """Put items into a growing container; keys and values of a dict alternate."""
        node, arena = ~value, self.arena
        last = self.tails[node]
        total = len(items) + (arena[last + 2] if last >= 0 else 0)
        if total > KEPT_ITEMS:
            items = array("q", [item for item in items if item < 0]) if min(items) < 0 else array("q")
        if last >= 0 and last + _HEADER + arena[last + 1] == len(arena):
            arena.extend(items)
            arena[last + 1] += len(items)
            arena[last + 2] = total
            return
        if last >= 0 and not items:
            arena[last + 2] = total
            return
        start = len(arena)
        arena.extend((-1, len(items), total))
        arena.extend(items)
        if last >= 0:
            arena[last] = start
        else:
            self.heads[node] = start
        self.tails[node] = start

    def kind(self, value: int) -> int:
        """Return the kind of a node, 0 for a constant."""
        return 0 if value >= 0 else self.kinds[~value]

    def items(self, value: int, limit: int = KEPT_ITEMS) -> list[int]:
        """List the kept items of a container, at most `limit`."""
        node = ~value
        head, arena = self.heads[node], self.arena
        if self.kinds[node] <= FROZENSET:
            return arena[head : head + min(self.tails[node], limit)].tolist()
        found: list[int] = []
        while head >= 0 and len(found) < limit:
            found.extend(arena[head + _HEADER : head + _HEADER + min(arena[head + 1], limit - len(found))])
            head = arena[head]
        return found

    def count(self, value: int) -> int:
        """Count the items that were put into a container, kept or not (a dict's keys and values both)."""
        node = ~value
        if self.kinds[node] <= FROZENSET:
            return self.tails[node]
        last = self.tails[node]
        return self.arena[last + 2] if last >= 0 else 0

    def name_of(self, value: int) -> Name | None:
        """Return the name of a global, or None."""
        return self.names[self.heads[~value]] if value < 0 and self.kinds[~value] == GLOBAL else None

    def behind(self, value: int) -> Name | None:
        """Follow results, instances and attributes to the import behind them, at most 32 steps."""
        for _ in range(32):
            if value >= 0:
                return None
            node = ~value
            kind = self.kinds[node]
            if kind == GLOBAL:
                return self.names[self.heads[node]]
            if kind not in (RESULT, INSTANCE, ATTRIBUTE):
                return None
            value = self.heads[node]
        return None
