"""Documents of settings as joins look at them: leaves by pointer, gathered from the parts that a reader states."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, repeat
from typing import NamedTuple

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.document import Settings
from scanner.record import build


class Leaf(NamedTuple):
    """One value of a document. `pointer` and `kind` as in `Settings`; `line` is -1 where the format gives none."""

    path: str
    pointer: str
    kind: str
    value: str
    line: int

    @property
    def key(self) -> str:
        """The last step of the pointer, unescaped."""
        return unescape(self.pointer.rpartition("/")[2])

    @property
    def keys(self) -> tuple[str, ...]:
        """All steps of the pointer, unescaped."""
        return tuple(map(unescape, self.pointer.split("/")[1:]))

    def at(self) -> Location:
        """Say where it stands."""
        return build(Location, (self.path, None, None, self.line if self.line > 0 else None, self.pointer))


class _Rows(NamedTuple):
    """The rows of a document, its parts put together."""

    pointers: Sequence[str]
    kinds: str
    values: Sequence[str]
    lines: Sequence[int]


@dataclass(frozen=True)
class Document:
    """All leaves of one document. What is asked of it is made once, and only then."""

    path: str
    parts: tuple[Settings, ...]

    @property
    def format(self) -> str:
        """The notation it is written in, as in `Settings`."""
        return self.parts[0].format

    @cached_property
    def name(self) -> str:
        """The file's name in lower case: the last part of the path, of a member the last part of its own."""
        return self.path.lower().rpartition("!")[2].rpartition("/")[2]

    @cached_property
    def outline(self) -> str:
        """All pointers, each behind and before a line feed: one search tells whether a key is anywhere."""
        return "\n".join(("", *self._rows.pointers, ""))

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves, in their order."""
        pointers, kinds, values, lines = self._rows
        return tuple(map(Leaf, repeat(self.path), pointers, kinds, values, lines or repeat(-1)))

    @cached_property
    def by_pointer(self) -> Mapping[str, Leaf]:
        """Leaves by their pointer; of a key given twice the last one, as most parsers have it."""
        return {leaf.pointer: leaf for leaf in self.leaves}

    @cached_property
    def _rows(self) -> _Rows:
        first, *others = self.parts
        if not others:
            return _Rows(first.pointers, first.kinds, first.values, first.lines)
        return _Rows(
            tuple(chain.from_iterable(part.pointers for part in self.parts)),
            "".join(part.kinds for part in self.parts),
            tuple(chain.from_iterable(part.values for part in self.parts)),
            tuple(chain.from_iterable(part.lines or (-1,) * len(part.pointers) for part in self.parts)),
        )

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Where each pointer stands: far cheaper than all leaves, of which most are never asked for."""
        return dict(zip(self._rows.pointers, count(), strict=False))

    def given(self, pointers: AbstractSet[str]) -> AbstractSet[str]:
        """Return those of many pointers at which a leaf is: far cheaper than to ask for each."""
        return self._places.keys() & pointers

    def get(self, pointer: str) -> Leaf | None:
        """Return the leaf at a pointer."""
        place = self._places.get(pointer)
        return self._leaf(place) if place is not None else None

    def text(self, pointer: str) -> str:
        """Return the text at a pointer, "" where none is."""
        place = self._places.get(pointer)
        return self._rows.values[place] if place is not None and self._rows.kinds[place] == "t" else ""

    def under(self, pointer: str) -> Iterator[Leaf]:
        """Yield the leaves at and below a pointer, in order."""
        below = f"{pointer}/"
        pointers = self._rows.pointers
        for place in [at for at, one in enumerate(pointers) if one.startswith(pointer)]:
            if pointers[place] == pointer or pointers[place].startswith(below):
                yield self._leaf(place)

    def _leaf(self, place: int) -> Leaf:
        pointers, kinds, values, lines = self._rows
        return Leaf(self.path, pointers[place], kinds[place], values[place], lines[place] if lines else -1)


class _Last:
    """The facts that were gathered last, and what came of it: a dozen joins ask for the same in turn."""

    facts: Sequence[Fact] | None = None
    found: tuple[Document, ...] = ()


def documents(facts: Sequence[Fact]) -> tuple[Document, ...]:
    """Gather the documents that facts tell of, in the order of their first parts."""
    if _Last.facts is not facts:
        parts: dict[str, list[Settings]] = {}
        for fact in facts:
            if isinstance(fact, Settings):
                parts.setdefault(fact.where.path, []).append(fact)
        found = tuple(Document(path, tuple(sorted(some, key=_number))) for path, some in parts.items())
        _Last.facts, _Last.found = facts, found
    return _Last.found


def unescape(step: str) -> str:
    """Undo the escapes of one step of a pointer (RFC 6901, section 4)."""
    return step.replace("~1", "/").replace("~0", "~") if "~" in step else step


def _number(part: Settings) -> int:
    return part.part
