"""Python's marshal data, read to the names and strings of its code objects; nothing is built, nothing runs."""

import re
from dataclasses import dataclass, field

DEPTH = 64
"""Objects inside objects; CPython itself stops at 2000."""

OBJECTS = 100_000
"""Objects read in one piece of data."""

WORDS = 64
"""Names, and strings, kept of one piece of data."""

CHARACTERS = 200
"""Characters kept of one word."""

_TEXT_WIDTHS = {"s": 4, "t": 4, "u": 4, "a": 4, "A": 4, "z": 1, "Z": 1}
_NUMBER_WIDTHS = {"i": 4, "I": 8, "g": 8, "y": 16}
_EMPTY = frozenset("0NFTS.")
_SEQUENCES = {"(": 4, ")": 1, "[": 4, "<": 4, ">": 4}
# Texts with a length of 1 or 4 bytes; the high bit of a type says that the text is referred to later.
_HARVEST = re.compile(rb"(?:[zZ\xfa\xda](.)|[taAu\xf4\xe1\xc1\xf5](.)\0\0\0)([A-Za-z_][ -~]{1,254})", re.DOTALL)


@dataclass(slots=True)
class Harvest:
    """What code objects say. `names`: globals and attributes they use; `strings`: their constants and other texts.

    `codes`: code objects met. `complete`: the data was read to its end as the structure says.
    """

    names: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    codes: int = 0
    complete: bool = False


class _BrokenError(Exception):
    """The data does not follow the format, or goes beyond a bound."""


def harvest(content: bytes) -> Harvest:
    """Read marshal data of Python 2.7 to 3.14. What breaks is searched for short texts instead. Never raises."""
    found = Harvest()
    reader = _Reader(content, found)
    try:
        reader.value(0)
        found.complete = found.codes > 0
    except _BrokenError:
        for match in _HARVEST.finditer(content[: 1 << 20]):
            word = match[3][: (match[1] or match[2])[0]].decode("latin-1")
            _keep(found.names if word.isidentifier() else found.strings, word)
    return found


def _keep(words: list[str], word: object) -> None:
    if isinstance(word, bytes):
        word = word.decode("utf-8", "replace")
    if isinstance(word, str) and word and len(words) < WORDS and word[:CHARACTERS] not in words:
        words.append(word[:CHARACTERS])


class _Reader:
    """A cursor over marshal data (CPython Python/marshal.c, versions 0 to 5)."""

    def __init__(self, content: bytes, found: Harvest) -> None:
        self._content = content
        self._found = found
        self._position = 0
        self._objects = 0
        self._references: list[object] = []
        self._interned: list[object] = []

    def value(self, depth: int) -> object:
        """Read one object: bytes, text, a tuple of objects, or None for all that is no text."""
        self._objects += 1
        if depth > DEPTH or self._objects > OBJECTS:
            raise _BrokenError
        byte = self._take(1)[0]
        kind = chr(byte & 0x7F)
        slot = len(self._references) if byte & 0x80 else -1  # FLAG_REF: the object can be named again
        if slot >= 0:
            self._references.append(None)
        result = self._typed(kind, depth)
        if slot >= 0:
            self._references[slot] = result
        return result

    def _typed(self, kind: str, depth: int) -> object:
        if kind in _TEXT_WIDTHS:
            return self._text(kind)
        if kind in _SEQUENCES:
            count = self._number(_SEQUENCES[kind])
            if count > len(self._content) - self._position:
                raise _BrokenError
            return tuple(self.value(depth + 1) for _ in range(count))
        if kind == "c":
            self._code(depth)
            return None
        if kind in "rR":
            pool = self._references if kind == "r" else self._interned
            index = self._number(4)
            if index >= len(pool):
                raise _BrokenError
            return pool[index]
        self._other(kind, depth)
        return None

    def _other(self, kind: str, depth: int) -> None:  # noqa: C901 - one branch a type
        if kind in _EMPTY:
            return
        if kind in _NUMBER_WIDTHS:
            self._take(_NUMBER_WIDTHS[kind])
        elif kind == "l":
            digits = int.from_bytes(self._take(4), "little", signed=True)
            self._take(2 * abs(digits))
        elif kind in "fx":
            for _ in range(1 if kind == "f" else 2):
                self._take(self._number(1))
        elif kind == "{":
            while self._content[self._position : self._position + 1] not in (b"0", b""):
                self.value(depth + 1)
                self.value(depth + 1)
            self._take(1)
        elif kind == ":":
            for _ in range(3):  # a slice, version 5
                self.value(depth + 1)
        else:
            raise _BrokenError

    def _text(self, kind: str) -> object:
        raw = self._take(self._number(_TEXT_WIDTHS[kind]))
        if kind == "s":
            return raw
        text = raw.decode("utf-8", "replace")
        if kind == "t":
            self._interned.append(text)
        return text

    def _code(self, depth: int) -> None:
        """Read a code object: 4 to 6 counts by version, then bytecode, constants, names and what describes them."""
        self._found.codes += 1
        self._counts()
        self.value(depth + 1)
        constants, names = self.value(depth + 1), self.value(depth + 1)
        for word in names if isinstance(names, tuple) else ():
            _keep(self._found.names, word)
        for word in constants if isinstance(constants, tuple) else ():
            for text in word if isinstance(word, tuple) else (word,):
                _keep(self._found.strings, text)
        self.value(depth + 1)
        wide = not isinstance(self.value(depth + 1), tuple)  # 3.11: bytes of kinds in place of two tuples
        if not wide:
            self.value(depth + 1)
        for _ in range(3 if wide else 2):  # file name, name, qualified name
            self.value(depth + 1)
        self._take(4)
        for _ in range(2 if wide else 1):
            self.value(depth + 1)

    def _counts(self) -> None:
        """Skip the counts: the bytecode behind them is the first string that fits."""
        start = self._position
        for counts in (5, 6, 4):
            at = start + 4 * counts
            if self._content[at : at + 1] in (b"s", b"\xf3"):
                size = int.from_bytes(self._content[at + 1 : at + 5], "little")
                if 0 < size <= len(self._content) - at - 5:
                    self._position = at
                    return
        raise _BrokenError

    def _number(self, width: int) -> int:
        return int.from_bytes(self._take(width), "little")

    def _take(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._content):
            raise _BrokenError
        taken = self._content[self._position : end]
        self._position = end
        return taken
