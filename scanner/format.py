"""What a reader is: `Format`, and the one error it may raise."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
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
    head holds one of `holds` (empty: any will do), or the lower-case path holds one of `named`. They spare calls and
    imports; what is claimed does not depend on them.
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

_Signs = tuple[bytes, tuple[int, ...], tuple[int, ...]]
"""What decides who is asked: the first byte, formats of which the head holds something, formats that are named."""


class Formats(Sequence[Format]):
    """All formats in their order. Those that bytes cannot be are not even loaded."""

    __slots__ = ("_asked", "_entries", "_marks", "_named")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Build the index."""
        self._entries = tuple(entries)
        # As text: Python finds text in text five times faster than bytes in bytes.
        self._marks = tuple(
            (mark.decode("latin-1"), number) for number, one in enumerate(self._entries) for mark in one.holds
        )
        self._named = tuple((part, number) for number, one in enumerate(self._entries) for part in one.named)
        self._asked: dict[_Signs, tuple[Format, ...]] = {}

    @classmethod
    def of(cls, formats: Iterable[Format]) -> "Formats":
        """Build the index of formats that are there."""
        return cls(_entry(one, partial(_itself, one)) for one in formats)

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
        lower = path.lower()
        named = tuple([number for part, number in self._named if part in lower])
        text = head.decode("latin-1")
        held = tuple([number for mark, number in self._marks if mark in text])
        signs = (head[:1], held, named)
        asked = self._asked.get(signs)
        if asked is None:
            asked = self._ask(*signs)
            if len(self._asked) < REMEMBERED:
                self._asked[signs] = asked
        return [one for one in asked if one.claims(head, path)]

    def _ask(self, byte: bytes, held: tuple[int, ...], named: tuple[int, ...]) -> tuple[Format, ...]:
        """Load those that the signs speak for."""
        return tuple(
            one.load()
            for number, one in enumerate(self._entries)
            if number in named or ((not one.opens or byte in one.opens) and (not one.holds or number in held))
        )


def _entry(one: Format, load: Callable[[], Format]) -> Entry:
    return Entry(opens=one.opens, holds=one.holds, named=one.named, load=load)


def _itself(one: Format) -> Format:
    return one
