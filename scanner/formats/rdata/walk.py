"""The items of R's serialization, walked without recursion. R internals 1.8, and `ReadItem` of serialize.c."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scanner.format import MalformedError
from scanner.formats.rdata.cursor import Binary, Words

SYM, LANG, CHAR, BCODE, UNBOUND, REF = 1, 6, 9, 21, 252, 255
CODE = (LANG, BCODE, 240)
PENDING = 200_000
"""Items begun and not ended; R's own reader recurses and gives up far earlier."""
NAMES = 50
NEST, ENTRIES = "nest", "entries"

_PAIRS = {2: "", 3: "closure", 5: "promise", 6: "language", 17: ""}
_WIDTHS = {10: 4, 13: 4, 14: 8, 15: 16, 24: 1}
_PLAIN = frozenset((254, 242, 241, 253, 252, 251, 247))
_LISTS = frozenset((16, 19, 20))
_CODE_PAIRS = frozenset((2, 6, 239, 240, 244))
_HAS_ATTRIBUTES, _HAS_TAG = 1 << 9, 1 << 10


class FullError(Exception):
    """A bound is reached: `limit` names it."""

    def __init__(self, limit: str, bound: int) -> None:
        """Keep both."""
        super().__init__(limit)
        self.limit = limit
        self.bound = bound


@dataclass(slots=True)
class Promise:
    """A promise while it is read; see `RPromise`."""

    at: int
    below: bool
    pending: bool = False
    code: bool = False
    calls: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands. `role`: "", "value" or "code" of a promise, "head" of a call."""

    below: bool = False
    owner: Promise | None = None
    role: str = ""

    def plain(self) -> "Place":
        """The same place for parts of an item."""
        return Place(self.below, self.owner) if self.role else self


Step = tuple[Callable[[Place, int], None], Place, int]


@dataclass(slots=True)
class Walk:
    """All items from the cursor on. `steps` is what is still to be read, the next one last."""

    cursor: Binary | Words
    bound: int
    items: int = 0
    kinds: set[str] = field(default_factory=set)
    primitives: dict[str, None] = field(default_factory=dict)
    namespaces: dict[str, None] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def run(self) -> None:
        """Read one item and all that it holds. Raises `MalformedError`, and `FullError` at a bound."""
        self.steps.append((self._items, Place(), 1))
        while self.steps:
            step, place, count = self.steps.pop()
            step(place, count)
            if len(self.steps) > PENDING:
                raise FullError(NEST, PENDING)

    def _items(self, place: Place, count: int) -> None:
        """Read the first of `count` items that follow one another."""
        if count > 1:
            self.steps.append((self._items, place, count - 1))
        if count:
            self._item(place)

    def _item(self, place: Place) -> None:
        at = self.cursor.position
        flags = self.cursor.integer()
        kind = flags & 0xFF
        self.items += 1
        if self.items > self.bound:
            raise FullError(ENTRIES, self.bound)
        self._note(place, kind)
        inner = place.plain()
        if kind in _PAIRS:
            self._pair(place, kind, flags, at)
        elif kind in _WIDTHS or kind in _LISTS:
            self._vector(inner, kind, flags)
        elif kind in (SYM, REF):
            self._name(place, kind, flags)
        elif kind not in _PLAIN:
            self._rare(inner, kind, flags, at)

    def _note(self, place: Place, kind: int) -> None:
        if place.owner is not None and place.role == "value":
            place.owner.pending = kind == UNBOUND
        elif place.owner is not None and place.role == "code":
            place.owner.code = kind in CODE

    def _pair(self, place: Place, kind: int, flags: int, at: int) -> None:
        """A node of two, after its attributes and tag; the tail is read last, so lists do not nest."""
        inner = place.plain()
        self.kinds.update((_PAIRS[kind],) if _PAIRS[kind] else ())
        head = tail = inner
        if kind == 5:  # noqa: PLR2004 - PROMSXP: environment, value, expression
            promise = Promise(at, place.below)
            self.promises.append(promise)
            head, tail = Place(place.below, promise, "value"), Place(place.below, promise, "code")
        elif kind == LANG:
            head = Place(place.below, place.owner, "head")
        self._later(tail, 1)
        self._later(head, 1)
        self._later(inner, bool(flags & _HAS_TAG) + bool(flags & _HAS_ATTRIBUTES))

    def _later(self, place: Place, count: int) -> None:
        if count:
            self.steps.append((self._items, place, count))

    def _vector(self, place: Place, kind: int, flags: int) -> None:
        count = self._length()
        self._later(place, bool(flags & _HAS_ATTRIBUTES))
        if kind in _LISTS:
            self.cursor.room(count)
            self._later(place, count)
        else:
            self.cursor.skip(count, _WIDTHS[kind])

    def _length(self) -> int:
        """Read a length; -1 announces one of 64 bits."""
        count = self.cursor.integer()
        if count == -1:
            high, low = self.cursor.integer(), self.cursor.integer()
            count = (high << 32) + (low & 0xFFFFFFFF)
        if count < 0:
            message = f"a length of {count}"
            raise MalformedError(message, self.cursor.position)
        return count

    def _name(self, place: Place, kind: int, flags: int) -> None:
        if kind == SYM:
            name = self._characters()
            self.references.append(name)
        else:
            index = flags >> 8 or self.cursor.integer()
            if not 0 < index <= len(self.references):
                message = f"reference {index} to nothing"
                raise MalformedError(message, self.cursor.position)
            name = self.references[index - 1]
        if place.role == "head" and place.owner is not None and len(place.owner.calls) < NAMES:
            place.owner.calls[name] = None

    def _characters(self) -> str:
        if self.cursor.integer() & 0xFF != CHAR:
            message = "no text where a name is due"
            raise MalformedError(message, self.cursor.position)
        length = self.cursor.integer()
        return "" if length == -1 else self.cursor.text(length)

    def _rare(self, place: Place, kind: int, flags: int, at: int) -> None:
        reader = _RARE.get(kind)
        if reader is None:
            message = f"an item of unknown type {kind}"
            raise MalformedError(message, at)
        reader(self, place, flags)

    def text(self, place: Place, flags: int) -> None:
        """Read a text and pass over it."""
        length = self.cursor.integer()
        if length != -1:
            self.cursor.text(length)
        self._later(place, bool(flags & _HAS_ATTRIBUTES))

    def environment(self, place: Place, flags: int) -> None:
        """Read an environment: locked or not, then what encloses it, frame, table, attributes."""
        del flags
        self.kinds.add("environment")
        self.references.append("")
        self.cursor.integer()
        self._later(Place(below=True, owner=place.owner), 4)

    def pointer(self, place: Place, flags: int) -> None:
        """Read a pointer to memory: what it keeps alive, and a tag."""
        self.kinds.add("pointer")
        self.references.append("")
        self._later(place, 2 + bool(flags & _HAS_ATTRIBUTES))

    def weak(self, place: Place, flags: int) -> None:
        """Read a weak reference."""
        self.kinds.add("weak reference")
        self.references.append("")
        self._later(place, bool(flags & _HAS_ATTRIBUTES))

    def object(self, place: Place, flags: int) -> None:
        """Read an S4 object: nothing but attributes."""
        self.kinds.add("S4 object")
        self._later(place, bool(flags & _HAS_ATTRIBUTES))

    def primitive(self, place: Place, flags: int) -> None:
        """Read a function of R itself, by name."""
        del place, flags
        self.kinds.add("primitive")
        name = self.cursor.text(self.cursor.integer())
        if len(self.primitives) < NAMES:
            self.primitives[name] = None

    def namespace(self, place: Place, flags: int) -> None:
        """A place that R finds again by its name: 0, a count, then texts."""
        del flags
        self.kinds.add("namespace")
        self.references.append("")
        self.cursor.integer()
        count = self.cursor.integer()
        self.cursor.room(count)
        names = [self._characters() for _ in range(min(count, 2))]
        self._later(place, max(0, count - 2))
        if names and len(self.namespaces) < NAMES:
            self.namespaces[names[0]] = None

    def alternative(self, place: Place, flags: int) -> None:
        """Read a vector in another form: class, state, attributes."""
        del flags
        self._later(place, 3)

    def bytecode(self, place: Place, flags: int) -> None:
        """Read compiled code."""
        self.kinds.add("bytecode")
        self._later(place, bool(flags & _HAS_ATTRIBUTES))
        self.cursor.integer()
        self._code(place, 1)

    def _code(self, place: Place, count: int) -> None:
        """One code object: its instructions, then constants, each with its type in front."""
        del count
        self.steps.append((self._constants, place, -1))
        self._later(place, 1)

    def _constants(self, place: Place, count: int) -> None:
        """Read the first of `count` constants; -1: how many there are comes first."""
        if count < 0:
            count = self.cursor.integer()
            self.cursor.room(count)
        if count > 1:
            self.steps.append((self._constants, place, count - 1))
        if count > 0:
            kind = self.cursor.integer()
            if kind == BCODE:
                self._code(place, 1)
            else:
                self._expression(place, kind)

    def _expression(self, place: Place, kind: int) -> None:
        """An expression in bytecode: one of known type, one defined for later, a reference back, or an item."""
        if kind == 243:  # noqa: PLR2004 - BCREPREF_SXP
            self.cursor.integer()
        elif kind in _CODE_PAIRS:
            if kind == 244:  # noqa: PLR2004 - BCREPDEF_SXP
                self.cursor.integer()
                kind = self.cursor.integer()
            self.steps.extend([(self._typed, place, 0), (self._typed, place, 0)])
            self._later(place, 2 if kind in (239, 240) else 1)
        else:
            self._later(place, 1)

    def _typed(self, place: Place, count: int) -> None:
        del count
        self._expression(place, self.cursor.integer())


_RARE: dict[int, Callable[[Walk, Place, int], None]] = {
    4: Walk.environment, 7: Walk.primitive, 8: Walk.primitive, CHAR: Walk.text, BCODE: Walk.bytecode,
    22: Walk.pointer, 23: Walk.weak, 25: Walk.object, 238: Walk.alternative,
    248: Walk.namespace, 249: Walk.namespace, 250: Walk.namespace,
}  # fmt: skip
