"""A walk over the objects of a Torch7 file in the order that `File:readObject` of File.lua reads them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.format import MalformedError
from scanner.formats.torch7.lua import CODE_NBYTES, form_of, names_of
from scanner.formats.torch7.source import Ascii, Binary
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.tensors import bounded, product

NIL, NUMBER, TEXT, TABLE, OBJECT, BOOLEAN, FUNCTION, OLD_RECURSIVE, RECURSIVE = range(9)

DEPTH = 4000
"""Objects inside objects; Lua's own stack ends long before."""

DIMENSIONS = 256
KEY_CHARACTERS = 80
OWNER_CHARACTERS = 200
CLASS_NBYTES = 200
FUNCTIONS = 10_000
TEXTS = 2000
VALUE_CHARACTERS = 200
SHORTEST = 10
"""Characters of the shortest text that is searched."""

_TOLD = frozenset(("code", "shebang"))

# Bytes of an element by the name of its class; 0 stands for a long number.
WIDTHS = {"Char": 1, "Byte": 1, "Short": 2, "Half": 2, "Int": 4, "Float": 4, "Double": 8, "Long": 0, "": 4}
_PREFIX, _CUDA = "torch.", "Cuda"


class Function(NamedTuple):
    """A function, where its code lies and what it names."""

    at: int
    size: int
    form: str
    owner: str
    names: tuple[str, ...]
    complete: bool


class Tensor(NamedTuple):
    """A tensor: elements from the start of its storage up to the last one that shape and strides reach."""

    at: int
    name: str
    kind: str
    shape: tuple[int, ...]
    reach: int
    storage: int = 0


class Text(NamedTuple):
    """A text, what it holds, and the keys that lead to it."""

    at: int
    size: int
    owner: str
    value: str
    marks: tuple[str, ...]


class Storage(NamedTuple):
    """A storage: where its data lies, how many elements it has, and the bytes of one."""

    start: int
    elements: int
    width: int


@dataclass(slots=True)
class _Frame:
    """An object whose parts are being read: `left` of them; in `pairs` a key comes first."""

    left: int
    pairs: bool = False
    key: str = ""
    tensor: Tensor | None = None


@dataclass(slots=True)
class Found:
    """What the walk gathers. `full`: it ended at the bound of entries. `end`: the byte behind the last object.

    `texts` are those that hold code or an encoded file; `long_text` is where one lies that was not read to its end.
    """

    objects: int = 0
    full: bool = False
    end: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    functions: list[Function] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    storages: dict[int, Storage] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    long_text: int = -1


class Walk:
    """One walk. Raises `MalformedError` for what `readObject` refuses, and where it would read past the end."""

    def __init__(self, source: Binary | Ascii, limits: Limits) -> None:
        """Start at the first byte."""
        self.found = Found()
        self._source = source
        self._limits = limits
        self._seen: set[int] = set()
        self._stack = [_Frame(1)]
        self._index = 0

    def run(self) -> Found:
        """Read the root object and all that it holds."""
        stack, values = self._stack, 0
        while stack:
            frame = stack[-1]
            if not frame.left:
                stack.pop()
                continue
            frame.left -= 1
            values += 1
            if values > self._limits.entries:
                self.found.full = True
                break
            child, text = self._object()
            if frame.pairs and frame.left % 2:
                frame.key = text[:KEY_CHARACTERS]
            if frame.tensor is not None:
                self.found.tensors.append(frame.tensor._replace(storage=self._index))
            if child is not None:
                if len(stack) >= DEPTH:
                    message = f"objects nest deeper than {DEPTH}"
                    raise MalformedError(message, self._source.at)
                stack.append(child)
        self.found.end = self._source.at
        return self.found

    def _object(self) -> tuple[_Frame | None, str]:
        """Read one value: what it holds in turn, and its text where it can be a key."""
        source = self._source
        at, self._index = source.at, 0
        kind = source.integer()
        if kind in (TABLE, OBJECT, OLD_RECURSIVE, RECURSIVE):
            return self._referred(kind, at), ""
        if kind == FUNCTION:
            return self._function(at), ""
        return None, self._plain(kind, at)

    def _plain(self, kind: int, at: int) -> str:
        if kind == NUMBER:
            return self._source.double()
        if kind == TEXT:
            return self._text()
        if kind == BOOLEAN:
            return str(self._source.integer() == 1)
        if kind != NIL:
            message = f"an object of type {kind}"
            raise MalformedError(message, at)
        return ""

    def _referred(self, kind: int, at: int) -> _Frame | None:
        """Read an object that has an index; one that was read before is only named by it."""
        self._index = self._source.integer()
        if self._index in self._seen:
            return None
        self._seen.add(self._index)
        if kind == TABLE:
            return self._table(self._source.integer())
        return self._instance(at) if kind == OBJECT else self._function(at)

    def _text(self) -> str:
        """Read a text and keep it where it holds code; most are names of classes and paths of the maker."""
        size = self._source.integer()
        at = self._source.at
        text = self._source.characters(size, self._limits.text_nbytes).decode("utf-8", "backslashreplace")
        if size > self._limits.text_nbytes:
            self.found.long_text = at
        if len(text) >= SHORTEST and len(self.found.texts) <= TEXTS:
            marks = marks_of(text)
            if any(mark in _TOLD or mark.startswith("encoded-") for mark in marks):
                self.found.texts.append(Text(at, size, self._owner(), text[:VALUE_CHARACTERS], marks))
        return text

    def _table(self, size: int) -> _Frame:
        """A table of pairs; pairs take two objects."""
        self._source.room(2 * size)
        self.found.objects += 1
        return _Frame(2 * size, pairs=True)

    def _function(self, at: int) -> _Frame:
        """A function: its code, then a table of upvalues."""
        size = self._source.integer()
        code = self._source.characters(size, CODE_NBYTES)
        names, complete = names_of(code)
        self.found.objects += 1
        self.found.functions.append(
            Function(at, size, form_of(code), self._owner(), names, complete and len(code) == size)
        )
        return _Frame(1)

    def _instance(self, at: int) -> _Frame | None:
        """An object of a class: tensors, storages and collections have their own form, all others are one table."""
        source = self._source
        name = source.characters(source.integer(), CLASS_NBYTES).decode("utf-8", "backslashreplace")
        if name.startswith("V "):
            name = source.characters(source.integer(), CLASS_NBYTES).decode("utf-8", "backslashreplace")
        self.found.objects += 1
        self.found.classes[name] += 1
        stem = name.removeprefix(_PREFIX).removeprefix(_CUDA)
        if name.startswith(_PREFIX) and stem.endswith("Storage") and stem[:-7] in WIDTHS:
            self._storage(stem[:-7])
            return None
        if name.startswith(_PREFIX) and stem.endswith("Tensor") and stem[:-6] in WIDTHS:
            return self._tensor(at, stem[:-6])
        if name in ("tds.Hash", "tds.Vec"):
            count = source.long() * (1 + (name == "tds.Hash"))
            source.room(count)
            return _Frame(count, pairs=name == "tds.Hash")
        return _Frame(1)

    def _storage(self, kind: str) -> None:
        source = self._source
        count = source.long()
        width = WIDTHS[kind] or source.width
        index = self._index
        self.found.storages[index] = Storage(source.elements(count, width), count, width)

    def _tensor(self, at: int, kind: str) -> _Frame:
        source = self._source
        dimensions = source.integer()
        if not 0 <= dimensions <= DIMENSIONS:
            message = f"a tensor of {dimensions} dimensions"
            raise MalformedError(message, at)
        shape = tuple(source.long() for _ in range(dimensions))
        strides = tuple(source.long() for _ in range(dimensions))
        offset = source.long()
        reach = 0
        if product(shape):
            reach = offset + sum((size - 1) * max(0, stride) for size, stride in zip(shape, strides, strict=True))
        return _Frame(1, tensor=Tensor(at, self._owner(), kind or "Float", shape, bounded(reach)))

    def _owner(self) -> str:
        """Name the keys that lead here, the outer ones cut where there are many."""
        keys = [frame.key for frame in self._stack[-20:] if frame.key]
        return ".".join(keys)[-OWNER_CHARACTERS:]
