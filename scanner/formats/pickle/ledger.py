"""What one stream does, folded: a million equal calls are one entry with a count."""

from collections.abc import Callable, Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.pickle import (
    PickleAttribute,
    PickleCall,
    PickleCode,
    PickleExtension,
    PickleFile,
    PickleImport,
    PicklePersistentId,
    PickleState,
)
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.names import cut, describe, tails
from scanner.formats.pickle.values import Name

RENDERINGS: Final = 64
"""Different argument lists kept for one callable; further calls count into the last."""
ATTEMPTS: Final = 2048
"""Argument lists rendered for one callable."""
KEYS: Final = 64
"""State keys in one fact; more keys make more facts."""
FOLDED_KEYS: Final = 4096
"""State keys kept for one callable."""


class Entry:
    """One folded fact: where it was first seen, through which opcode, and how often."""

    __slots__ = ("called", "count", "offset", "opcode")

    def __init__(self, offset: int, opcode: int) -> None:
        """Count the first."""
        self.offset = offset
        self.opcode = opcode
        self.count = 1
        self.called = False


class Calls:
    """The calls of one callable: an entry for each rendering of the arguments."""

    __slots__ = ("attempts", "last", "renderings")

    def __init__(self) -> None:
        """Start without calls."""
        self.renderings: dict[str, Entry] = {}
        self.attempts = 0
        self.last: Entry | None = None


class States:
    """The state set on what one import makes: keys in the order they were met.

    `seen` and `read` are the key constants and the dicts (with their number of items) that were looked at.
    """

    __slots__ = ("entry", "keys", "read", "seen")

    def __init__(self, entry: Entry) -> None:
        """Start without keys."""
        self.entry = entry
        self.keys: dict[str, None] = {}
        self.seen: set[int] = set()
        self.read: dict[int, int] = {}


UNNAMED: Final = Name("?", "", assembled=True)


class Ledger:
    """Collects what a stream does. `bound` is the number of different entries kept before a LimitReached."""

    __slots__ = (
        "attributes",
        "bound",
        "calls",
        "codes",
        "extensions",
        "files",
        "full",
        "imports",
        "persistent",
        "room",
        "states",
    )

    def __init__(self, bound: int) -> None:
        """Start empty."""
        self.bound = self.room = bound
        self.full = -1
        self.imports: dict[Name, Entry] = {}
        self.calls: dict[tuple[Name, str], Calls] = {}
        self.states: dict[tuple[Name, str], States] = {}
        self.attributes: dict[tuple[str, str, str], Entry] = {}
        self.persistent: dict[str, Entry] = {}
        self.extensions: dict[int, Entry] = {}
        self.codes: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], int] = {}
        self.files: dict[tuple[str, str], int] = {}

    @property
    def active(self) -> bool:
        """True once something was imported or called."""
        return bool(self.imports or self.calls or self.extensions)

    @property
    def empty(self) -> bool:
        """True while nothing is noted: the stream is plain data so far."""
        noted = self.imports or self.calls or self.states or self.attributes or self.persistent
        return not (noted or self.extensions or self.codes or self.files) and self.full < 0

    def _admit(self, offset: int) -> bool:
        if self.room > 0:
            self.room -= 1
            return True
        if self.full < 0:
            self.full = offset
        return False

    def imported(self, name: Name, opcode: int, offset: int) -> None:
        """Note an import."""
        entry = self.imports.get(name)
        if entry is not None:
            entry.count += 1
        elif self._admit(offset):
            self.imports[name] = Entry(offset, opcode)

    def used(self, name: Name) -> None:
        """Note that an imported name is called, instantiated or changed."""
        entry = self.imports.get(name)
        if entry is not None:
            entry.called = True

    def called(self, name: Name | None, how: str, opcode: int, offset: int, render: Callable[[], str]) -> None:
        """Note a call; `render` shows its arguments and is asked only while that can make a difference."""
        key = (name or UNNAMED, how)
        calls = self.calls.get(key)
        if calls is None:
            calls = self.calls[key] = Calls()
        last = calls.last
        if last is not None and (len(calls.renderings) >= RENDERINGS or calls.attempts >= ATTEMPTS):
            last.count += 1
            return
        calls.attempts += 1
        args = render()
        entry = calls.renderings.get(args)
        if entry is not None:
            entry.count += 1
        elif last is None or self._admit(offset):
            calls.last = calls.renderings[args] = Entry(offset, opcode)

    def changed(self, name: Name | None, target: str, offset: int) -> States:
        """Note state set on an object, and return where its keys belong."""
        key = (name or UNNAMED, target)
        states = self.states.get(key)
        if states is None:
            states = self.states[key] = States(Entry(offset, op.BUILD))
        else:
            states.entry.count += 1
        return states

    def fetched(self, origin: str, segment: str, via: str, offset: int) -> None:
        """Note an attribute that is fetched."""
        key = (cut(origin), cut(segment), via)
        if key not in self.attributes and self._admit(offset):
            self.attributes[key] = Entry(offset, op.REDUCE)

    def identified(self, kind: str, offset: int) -> None:
        """Note a persistent id."""
        entry = self.persistent.get(kind)
        if entry is not None:
            entry.count += 1
        elif self._admit(offset):
            self.persistent[kind] = Entry(offset, op.BINPERSID)

    def extended(self, code: int, offset: int) -> None:
        """Note an EXT opcode."""
        if code not in self.extensions and self._admit(offset):
            self.extensions[code] = Entry(offset, op.EXT1)

    def coded(self, code: tuple[str, str, tuple[str, ...], tuple[str, ...]], offset: int) -> None:
        """Note bytecode: builder, function, names and strings."""
        if code not in self.codes and self._admit(offset):
            self.codes[code] = offset

    def filed(self, origin: str, filename: str, offset: int) -> None:
        """Note a file that the loader opens beside the pickle."""
        if (origin, filename) not in self.files and self._admit(offset):
            self.files[origin, filename] = offset

    def overflow(self, offset: int) -> None:
        """Note that something is not kept."""
        if self.full < 0:
            self.full = offset

    def facts(self, artifact: Artifact, registered: "dict[int, tuple[str, str]]") -> list[Fact]:
        """State everything, in the order of first offsets. `registered` names extension codes."""
        if self.empty:
            return []
        found: list[Fact] = [*self._imports(artifact), *self._calls(artifact), *self._states(artifact)]
        for (origin, segment, via), entry in self.attributes.items():
            package = origin.partition(".")[0]
            where = artifact.at(entry.offset)
            found.append(PickleAttribute(where=where, callable=origin, segment=segment, package=package, via=via))
        for kind, entry in self.persistent.items():
            found.append(PicklePersistentId(where=artifact.at(entry.offset), kind=kind, count=entry.count))
        for code, entry in self.extensions.items():
            where, name = artifact.at(entry.offset), cut(".".join(registered.get(code, ())))
            called = entry.called or any(one.called for key, one in self.imports.items() if key.dotted == name)
            found.append(PickleExtension(where=where, code=code, name=name, called=called))
        for (builder, function, names, strings), offset in self.codes.items():
            where = artifact.at(offset)
            found.append(PickleCode(where=where, builder=builder, function=function, names=names, strings=strings))
        for (origin, filename), offset in self.files.items():
            found.append(PickleFile(where=artifact.at(offset), callable=origin, filename=filename))
        if self.full >= 0:
            found.append(LimitReached(where=artifact.at(self.full), limit="facts", bound=self.bound, unit="facts"))
        return sorted(found, key=lambda fact: fact.where.offset or 0)

    def _imports(self, artifact: Artifact) -> Iterator[Fact]:
        for name, entry in self.imports.items():
            yield PickleImport(
                where=artifact.at(entry.offset),
                **describe(name.module, name.name),
                tails=tails(name.module, name.name),
                opcode=op.NAMES[entry.opcode],
                called=entry.called,
                assembled=name.assembled,
                count=entry.count,
            )

    def _calls(self, artifact: Artifact) -> Iterator[Fact]:
        for (name, how), calls in self.calls.items():
            for args, entry in calls.renderings.items():
                yield PickleCall(
                    where=artifact.at(entry.offset),
                    **describe(name.module, name.name),
                    tails=tails(name.module, name.name),
                    opcode=op.NAMES[entry.opcode],
                    how=how,
                    args=args,
                    count=entry.count,
                )

    def _states(self, artifact: Artifact) -> Iterator[Fact]:
        for (name, target), states in self.states.items():
            keys = tuple(states.keys)
            for first in range(0, max(1, len(keys)), KEYS):
                yield PickleState(
                    where=artifact.at(states.entry.offset),
                    **describe(name.module, name.name),
                    tails=tails(name.module, name.name),
                    target=target,
                    keys=keys[first : first + KEYS],
                    count=states.entry.count,
                )
