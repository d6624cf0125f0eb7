"""What one stream does, folded: a million equal calls are one entry with a count."""

from typing import Final

from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.given import Arguments, Shape
from scanner.formats.pickle.names import cut
from scanner.formats.pickle.values import Name

RENDERINGS: Final = 64
"""Different argument lists kept for one callable; further ones only if their shape is new."""
ATTEMPTS: Final = 2048
"""Argument lists rendered for one callable; further ones only if their shape is new."""
SHAPES: Final = 1024
"""Different shapes of arguments kept for one callable; beyond them a LimitReached is stated."""
STEPS: Final = 1_000_000
"""Blocks of 64 values in arguments that are looked at in one stream; beyond them a LimitReached is stated."""
FOLDED_KEYS: Final = 4096
"""State keys kept for one callable."""
LAYOUTS: Final = 256
"""Sequences of keys that are known by sight."""


Look = tuple[str, tuple[str, ...], bool]
"""Arguments as shown, what is handed over among them, whether a text is."""


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
    """The calls of one callable: an entry for each rendering of the arguments and what was handed over.

    `shapes` leads from the shape of arguments to the entry that calls of this shape count into once there are many.
    """

    __slots__ = ("attempts", "many", "renderings", "shapes")

    def __init__(self) -> None:
        """Start without calls."""
        self.renderings: dict[Look, Entry] = {}
        self.attempts = 0
        self.many = False
        self.shapes: dict[Shape, Entry] = {}


class States:
    """The state set on what one import makes: keys in the order they were met.

    A key is True where some value of it is no plain data. `seen` are the key constants that were looked at, with what
    they spell, and `read` the dicts with their number of items; `watched` are keys whose values matter.
    """

    __slots__ = ("entry", "keys", "layouts", "read", "seen", "watched")

    def __init__(self, entry: Entry) -> None:
        """Start without keys."""
        self.entry = entry
        self.keys: dict[str, bool] = {}
        self.seen: dict[int, str] = {}
        self.read: dict[int, int] = {}
        self.watched: set[int] = set()
        self.layouts: set[tuple[int, ...]] = set()

    def holds(self, key: str) -> None:
        """Note that a key has a value that is no plain data."""
        if key in self.keys:
            self.keys[key] = True


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
        "steps",
        "texts",
    )

    def __init__(self, bound: int) -> None:
        """Start empty."""
        self.bound = self.room = bound
        self.full = -1
        self.steps = 0
        self.imports: dict[Name, Entry] = {}
        self.calls: dict[tuple[Name, str], Calls] = {}
        self.states: dict[tuple[Name, str], States] = {}
        self.attributes: dict[tuple[str, str, str], Entry] = {}
        self.persistent: dict[str, Entry] = {}
        self.extensions: dict[int, Entry] = {}
        self.codes: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], int] = {}
        self.files: dict[tuple[str, str], int] = {}
        self.texts: dict[tuple[str, str, str], int] = {}

    @property
    def active(self) -> bool:
        """True once something was imported or called."""
        return bool(self.imports or self.calls or self.extensions)

    @property
    def empty(self) -> bool:
        """True while nothing is noted: the stream is plain data so far."""
        noted = self.imports or self.calls or self.states or self.attributes or self.persistent
        return not (noted or self.extensions or self.codes or self.files or self.texts) and self.full < 0

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

    def called(self, name: Name | None, how: str, opcode: int, offset: int, given: Arguments) -> None:
        """Note a call; its arguments are rendered only while that can make a difference."""
        key = (name or UNNAMED, how)
        calls = self.calls.get(key)
        if calls is None:
            calls = self.calls[key] = Calls()
        if self.steps > STEPS:
            self.overflow(offset)
            return
        shape = given.shape()
        self.steps += given.steps >> 6
        known = calls.shapes.get(shape)
        if known is not None and calls.many:
            known.count += 1
            return
        if len(calls.shapes) >= SHAPES:
            self.overflow(offset)
            return
        calls.attempts += 1
        look = (given.text(), given.handed(), given.texts())
        self.steps += given.steps >> 6
        entry = calls.renderings.get(look)
        if entry is not None:
            entry.count += 1
        elif not calls.renderings or self._admit(offset):
            entry = calls.renderings[look] = Entry(offset, opcode)
        if entry is not None:
            calls.shapes[shape] = entry
        calls.many = len(calls.renderings) >= RENDERINGS or calls.attempts >= ATTEMPTS

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

    def compiled(self, origin: str, key: str, text: str, offset: int) -> None:
        """Note a text that a class compiles."""
        if (origin, key, text) not in self.texts and self._admit(offset):
            self.texts[origin, key, text] = offset

    def overflow(self, offset: int) -> None:
        """Note that something is not kept."""
        if self.full < 0:
            self.full = offset
