"""From a parsed document to its leaves, in document order, without recursion."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from math import isnan
from types import NoneType
from typing import Final

from scanner.formats.document.keys import KEYS
from scanner.limits import DOCUMENT_CHARACTERS, DOCUMENT_LEAVES, LEAF_CHARACTERS, POINTER_CHARACTERS

DEEP: Final = 64
"""Levels beyond which a nest is told."""

KEY_CHARACTERS: Final = 256
TABLE: Final = 256
"""An object of more members, all numbers, is a table of numbers as a vocabulary is: a row, not so many leaves."""

NUMBERS: Final = frozenset((int, float))
_SHOWN: Final = 512
"""Numbers given of a row."""


class Twice(dict[str, object]):
    """An object of which a key was given twice; `pairs` are all, in order."""

    pairs: Sequence[tuple[str, object]] = ()


class Constant(float):
    """NaN or an infinity as the document wrote it, which is no number of JSON."""

    def __str__(self) -> str:
        """Write it as JSON's readers do."""
        return "NaN" if isnan(self) else "Infinity" if self > 0 else "-Infinity"

    __repr__ = __str__


class TooManyLeavesError(Exception):
    """A document has more leaves than are listed."""


class Leaves:
    """Leaves of a document as three rows of equal length, and what was met on the way."""

    __slots__ = ("constants", "depth", "kinds", "pointers", "spent", "twice", "values")

    def __init__(self) -> None:
        """Start with none."""
        self.pointers: list[str] = []
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.depth = 0
        """The deepest level, and how much of the room for pointers is used."""
        self.spent = 0
        self.twice: list[tuple[str, Twice]] = []
        self.constants: list[tuple[str, str]] = []
        """Pointers and texts of what is no number."""

    def walk(self, top: object, prefix: str = "") -> None:
        """List the leaves of a value at a pointer. Raises `TooManyLeavesError`."""
        pointers, kinds, values = self.pointers, self.kinds, self.values
        stack: list[tuple[str, _Steps]] = []
        steps = self._open(top, prefix)
        while steps is not None:
            for key, value in steps:
                kind = type(value)
                letter = LETTERS.get(kind)
                if letter is not None:
                    text = value if kind is str else TEXTS[kind](value)
                    pointers.append(f"{prefix}/{key}")
                    kinds.append(letter)
                    values.append(text if len(text) <= LEAF_CHARACTERS else text[:LEAF_CHARACTERS])  # type: ignore[arg-type, index]
                    continue
                pointer = shortened(f"{prefix}/{key}")
                inner = self._open(value, pointer)
                if inner is not None:
                    stack.append((prefix, steps))
                    prefix, steps = pointer, inner
                    break
            else:
                self.depth = max(self.depth, len(stack))
                prefix, steps = stack.pop() if stack else ("", None)

    def _open(self, value: object, pointer: str) -> "_Steps | None":
        """Begin to walk an object or a list; None where it is one leaf, as a row of numbers is."""
        if type(value) not in NESTS or not value:
            self._put(pointer, value)
            return None
        pairs: Iterable[tuple[str, object]]
        if type(value) is list:
            if len(value) > 1 and NUMBERS.issuperset(map(type, value)):
                self._row(pointer, value)
                return None
            pairs, size = zip(map(str, count()), value, strict=False), len(value)
        elif type(value) is dict:
            if len(value) > TABLE and NUMBERS.issuperset(map(type, value.values())) and KEYS.isdisjoint(value):
                self._row(pointer, value.values())
                return None
            pairs, size = _escaped(value, value.items()), len(value)
        else:
            self.twice.append((pointer, value))  # type: ignore[arg-type]
            again: Sequence[tuple[str, object]] = value.pairs  # type: ignore[attr-defined]
            pairs, size = _escaped(value, again), len(again)  # type: ignore[arg-type]
        self.spent += len(pointer) * size
        if self.spent > DOCUMENT_CHARACTERS or len(self.pointers) + size > DOCUMENT_LEAVES:
            raise TooManyLeavesError
        return iter(pairs)

    def _row(self, pointer: str, value: Iterable[object]) -> None:
        shown = [number for _, number in zip(range(_SHOWN), value, strict=False)]
        self.pointers.append(pointer)
        self.kinds.append("s")
        self.values.append(" ".join(map(str, shown))[:LEAF_CHARACTERS])

    def _put(self, pointer: str, value: object) -> None:
        kind, text = leaf(value)
        if type(value) is Constant:
            self.constants.append((pointer, text))
        self.pointers.append(pointer)
        self.kinds.append(kind)
        self.values.append(text)


class Long(str):
    """A number of more digits than this interpreter turns into one."""

    __slots__ = ()


NESTS: Final = frozenset((dict, list, Twice))
LETTERS: Final[dict[type, str]] = {str: "t", int: "n", float: "n", bool: "b", NoneType: "0", Long: "n"}
TEXTS: Final[dict[type, Callable[[object], str]]] = {
    int: str,
    float: str,
    bool: lambda value: "true" if value else "false",
    NoneType: lambda _: "",
    Long: str,
}

_Steps = Iterator[tuple[str, object]]
"""Keys or indexes as steps of a pointer, and their values."""


def leaf(value: object) -> tuple[str, str]:
    """Return kind and text of a value that holds no other."""
    kind = type(value)
    if kind in NESTS:
        return ("l", "") if kind is list else ("o", "")
    text = value if kind is str else TEXTS[kind](value) if kind in TEXTS else str(value)
    return ("n" if kind is Constant else LETTERS.get(kind, "t")), text[:LEAF_CHARACTERS]  # type: ignore[index]


def _escaped(keys: Iterable[str], pairs: Iterable[tuple[str, object]]) -> Iterable[tuple[str, object]]:
    """Make steps of keys. Most objects have none that needs it: one look at all together is enough."""
    joined = "".join(keys)
    if len(joined) <= KEY_CHARACTERS and "/" not in joined and "~" not in joined:
        return pairs
    return ((step(key), value) for key, value in pairs)


def step(key: object) -> str:
    """Write a key as a step of a pointer (RFC 6901, section 3)."""
    text = key if type(key) is str else str(key)
    if len(text) > KEY_CHARACTERS:
        text = f"{text[: KEY_CHARACTERS - 1]}…"
    if "~" in text or "/" in text:
        return text.replace("~", "~0").replace("/", "~1")
    return text


def shortened(pointer: str) -> str:
    """Leave out the middle of a pointer that is too long to be repeated."""
    if len(pointer) <= POINTER_CHARACTERS:
        return pointer
    return f"{pointer[: POINTER_CHARACTERS // 2]}/…"


def objects(top: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield every object of a document with its pointer, outermost first. Pointers are shortened."""
    pending: list[tuple[str, object]] = [("", top)]
    while pending:
        pointer, value = pending.pop()
        pairs: Iterable[tuple[object, object]] = ()
        if isinstance(value, dict):
            yield pointer, value
            pairs = value.items()
        elif isinstance(value, list):
            pairs = enumerate(value)
        pending += [(shortened(f"{pointer}/{step(key)}"), one) for key, one in pairs if type(one) in NESTS and one]
