"""Documents of settings as joins look at them: leaves by pointer, gathered from the parts that a reader states."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.document import Settings


@dataclass(frozen=True, slots=True)
class Leaf:
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
        return Location(path=self.path, pointer=self.pointer, line=self.line if self.line > 0 else None)


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
        return "\n".join(("", *(pointer for part in self.parts for pointer in part.pointers), ""))

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves, in their order."""
        return tuple(leaf for part in self.parts for leaf in _leaves(part))

    @cached_property
    def by_pointer(self) -> Mapping[str, Leaf]:
        """Leaves by their pointer; of a key given twice the last one, as most parsers have it."""
        return {leaf.pointer: leaf for leaf in self.leaves}

    @cached_property
    def _places(self) -> Mapping[str, tuple[Settings, int]]:
        """Where each pointer stands: far cheaper than all leaves, of which most are never asked for."""
        return {pointer: (part, at) for part in self.parts for pointer, at in zip(part.pointers, count(), strict=False)}

    def get(self, pointer: str) -> Leaf | None:
        """Return the leaf at a pointer."""
        place = self._places.get(pointer)
        return _leaf(*place) if place is not None else None

    def text(self, pointer: str) -> str:
        """Return the text at a pointer, "" where none is."""
        place = self._places.get(pointer)
        return place[0].values[place[1]] if place is not None and place[0].kinds[place[1]] == "t" else ""

    def under(self, pointer: str) -> Iterator[Leaf]:
        """Yield the leaves at and below a pointer, in order."""
        below = f"{pointer}/"
        for part in self.parts:
            found = [at for at, one in enumerate(part.pointers) if one.startswith(pointer)]
            for at in found:
                if part.pointers[at] == pointer or part.pointers[at].startswith(below):
                    yield _leaf(part, at)


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


def _leaf(part: Settings, at: int) -> Leaf:
    line = part.lines[at] if part.lines else -1
    return Leaf(part.where.path, part.pointers[at], part.kinds[at], part.values[at], line)


def _leaves(part: Settings) -> Iterator[Leaf]:
    lines = part.lines or (-1,) * len(part.pointers)
    path = part.where.path
    for pointer, kind, value, line in zip(part.pointers, part.kinds, part.values, lines, strict=True):
        yield Leaf(path, pointer, kind, value, line)
