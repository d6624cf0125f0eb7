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
    `opens` and `named` say when there is any use in asking `claims`: the first byte is one of `opens` (empty: it may
    be any), or the lower-case path holds one of `named`. They spare calls; what is claimed does not depend on them.
    `reads` and `leaves` are the sentences of the format table: what is read, and what is not.
    """

    name: str
    spec: str
    claims: Callable[[bytes, str], bool]
    read: Callable[[Artifact, Limits], Iterator[Fact | Artifact]]
    everywhere: bool = False
    opens: bytes = b""
    named: tuple[str, ...] = ()
    reads: str = ""
    leaves: str = ""


@record
class Entry:
    """A format as an index knows it: `opens` and `named` as they are in `Format`; `load` gets it, always the same."""

    opens: bytes
    named: tuple[str, ...]
    load: Callable[[], Format]


REMEMBERED = 4096
"""Answers of the index that are kept: names come from strangers."""


class Formats(Sequence[Format]):
    """All formats in their order. Those that bytes cannot be are not even loaded."""

    __slots__ = ("_asked", "_entries", "_named")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Build the index."""
        self._entries = tuple(entries)
        self._named = tuple((part, number) for number, one in enumerate(self._entries) for part in one.named)
        self._asked: dict[tuple[bytes, tuple[int, ...]], tuple[Format, ...]] = {}

    @classmethod
    def of(cls, formats: Iterable[Format]) -> "Formats":
        """Build the index of formats that are there."""
        return cls(Entry(opens=one.opens, named=one.named, load=partial(_itself, one)) for one in formats)

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
        asked = self._asked.get((head[:1], named)) or self._ask(head[:1], named)
        return [one for one in asked if one.claims(head, path)]

    def _ask(self, byte: bytes, named: tuple[int, ...]) -> tuple[Format, ...]:
        """List those that a first byte, or a part of the name, speaks for; of no bytes, all."""
        entries = enumerate(self._entries)
        asked = tuple(one.load() for number, one in entries if not one.opens or byte in one.opens or number in named)
        if len(self._asked) < REMEMBERED:
            self._asked[byte, named] = asked
        return asked


def _itself(one: Format) -> Format:
    return one
