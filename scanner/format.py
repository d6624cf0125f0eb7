"""What a reader is: `Format`, and the one error it may raise."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import add
from typing import overload

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.limits import Limits
from scanner.record import record


class MalformedError(Exception):
    """Bytes break their format's specification, at `offset` bytes from the artifact's start."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        """Keep the reason (one sentence, no full stop) and the offset."""
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


@record
class Format:
    """One format: how to recognise it and how to read it.

    `claims(head, path)` is cheap, looks at the first `limits.HEAD_NBYTES` bytes and never raises.
    `read` yields facts and member artifacts, in any order; it raises nothing but `MalformedError`.
    `everywhere` marks a reader that looks into every artifact and recognises none (appended archives).
    `opens`, `holds` and `named` say when there is any use in asking `claims`: the first byte is one of `opens` and the
    head holds one of `holds` (empty: any will do), or the lower-case path holds one of `named`. A format with `named`
    alone goes by names only. They spare calls and imports; what is claimed does not depend on them. A word in double
    quotes (a key of JSON) costs next to nothing in `holds`, whatever their number.
    `reads` and `leaves` are the sentences of the format table: what is read, and what is not.
    """

    name: str
    spec: str
    claims: Callable[[bytes, str], bool]
    read: Callable[[Artifact, Limits], Iterator[Fact | Artifact]]
    everywhere: bool = False
    opens: bytes = b""
    holds: tuple[bytes, ...] = ()
    named: tuple[str, ...] = ()
    reads: str = ""
    leaves: str = ""


@record
class Entry:
    """A format as an index knows it: when to ask, as in `Format`; `load` gets it, always the same."""

    opens: bytes
    holds: tuple[bytes, ...]
    named: tuple[str, ...]
    load: Callable[[], Format]


REMEMBERED = 4096
"""Answers of the index that are kept: names come from strangers."""

_Signs = tuple[bytes, tuple[str, ...], tuple[int, ...]]
"""What decides who is asked: the first byte, marks that the head holds, formats that are named."""

_QUOTE = '"'
_RARE = "etaoinsrhldcumfpgwybvkxjqz0123456789 ETAOINSRHLDCUMFPGWYBVKXJQZ_-./"
"""Characters of texts, the most frequent first. What is not here is rarer still."""


class _Marks:
    """The marks that one first byte makes worth looking for."""

    __slots__ = ("plain", "quoted")

    def __init__(self, marks: Iterable[str]) -> None:
        """Sort them by how they are found: words in quotes, others by their rarest character."""
        quoted: set[str] = set()
        plain: dict[str, list[str]] = {}
        for mark in marks:
            word = mark[1:-1]
            if mark == f"{_QUOTE}{word}{_QUOTE}" and word and _QUOTE not in word:
                quoted.add(word)
            else:
                plain.setdefault(max(mark, key=_rarity), []).append(mark)
        self.quoted = frozenset(quoted)
        self.plain = tuple((character, tuple(some)) for character, some in plain.items())

    def of(self, text: str) -> tuple[str, ...]:
        """List those that a text holds. One character is found twenty times as fast as several."""
        held = [mark for character, some in self.plain if character in text for mark in some if mark in text]
        if self.quoted and _QUOTE in text:
            words = self.quoted.intersection(text.split(_QUOTE))
            if words:
                held += sorted([f"{_QUOTE}{word}{_QUOTE}" for word in words])
        return tuple(held)


def _rarity(character: str) -> int:
    at = _RARE.find(character)
    return at if at >= 0 else len(_RARE)


class _Names:
    """Parts of names, found by their first two characters: a path has few of them."""

    __slots__ = ("_pairs", "_single")

    def __init__(self, parts: Iterable[tuple[str, int]]) -> None:
        """Sort the parts."""
        pairs: dict[str, list[tuple[str, int]]] = {}
        single: list[tuple[str, int]] = []
        for part, number in parts:
            (pairs.setdefault(part[:2], []) if len(part) > 1 else single).append((part, number))
        self._pairs = pairs
        self._single = single

    def of(self, lower: str) -> tuple[int, ...]:
        """List the formats of which a lower-case path holds a part, in their order."""
        found = {number for part, number in self._single if part in lower}
        for pair in self._pairs.keys() & set(map(add, lower, lower[1:])):
            for part, number in self._pairs[pair]:
                if part in lower:
                    found.add(number)
        return tuple(sorted(found)) if found else ()


class Formats(Sequence[Format]):
    """All formats in their order. Those that bytes cannot be are not even loaded."""

    __slots__ = ("_asked", "_entries", "_marks", "_named")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Build the index."""
        self._entries = tuple(entries)
        self._marks: dict[bytes, _Marks] = {}
        self._named = _Names((part, number) for number, one in enumerate(self._entries) for part in one.named)
        self._asked: dict[_Signs, tuple[Format, ...]] = {}

    @classmethod
    def of(cls, formats: Iterable[Format]) -> "Formats":
        """Build the index of formats that are there."""
        return cls(_entry(one, partial(_itself, one)) for one in formats)

    def joined(self, one: Format) -> "Formats":
        """Return these and one more, which is asked last."""
        return Formats((*self._entries, _entry(one, partial(_itself, one))))

    def __len__(self) -> int:
        """Count them."""
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Format: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Format, ...]: ...

    def __getitem__(self, index: int | slice) -> Format | tuple[Format, ...]:
        """Load one, or some."""
        if isinstance(index, slice):
            return tuple(one.load() for one in self._entries[index])
        return self._entries[index].load()

    def claimants(self, head: bytes, path: str) -> list[Format]:
        """List the formats that claim an artifact, in their order."""
        named = self._named.of(path.lower())
        byte = head[:1]
        marks = self._marks.get(byte) or self._marks_of(byte)
        # As text: Python finds text in text five times faster than bytes in bytes.
        signs = (byte, marks.of(head.decode("latin-1")), named)
        asked = self._asked.get(signs)
        if asked is None:
            asked = self._ask(*signs)
            if len(self._asked) < REMEMBERED:
                self._asked[signs] = asked
        return [one for one in asked if one.claims(head, path)]

    def _marks_of(self, byte: bytes) -> _Marks:
        """Gather the marks of all formats that may open with a byte."""
        found = (one.holds for one in self._entries if not one.opens or byte in one.opens)
        made = self._marks[byte] = _Marks(dict.fromkeys(mark.decode("latin-1") for holds in found for mark in holds))
        return made

    def _ask(self, byte: bytes, held: tuple[str, ...], named: tuple[int, ...]) -> tuple[Format, ...]:
        """Load those that the signs speak for."""
        marks = {mark.encode("latin-1") for mark in held}
        return tuple(
            one.load() for number, one in enumerate(self._entries) if number in named or _speaks(one, byte, marks)
        )


def _speaks(one: Entry, byte: bytes, marks: set[bytes]) -> bool:
    """Say whether a first byte and the marks in a head are those of a format."""
    if one.opens and byte not in one.opens:
        return False
    return not marks.isdisjoint(one.holds) if one.holds else bool(one.opens) or not one.named


def _entry(one: Format, load: Callable[[], Format]) -> Entry:
    return Entry(opens=one.opens, holds=one.holds, named=one.named, load=load)


def _itself(one: Format) -> Format:
    return one
