"""Python bytecode that a stream carries: as arguments of a code constructor, or as marshal data."""

from itertools import pairwise
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.constants import DATA, constant
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.state import State

Code = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Builder, function, names, strings."""

_SHOWN: Final = 64
_CHARACTERS: Final = 200


def built(state: State, builder: str, items: list[int]) -> Code:
    """Read the arguments of `types.CodeType`: after the counts come code bytes, constants, names, variable names.

    Versions and libraries differ in what stands before and behind, so the first bytes behind an integer are the anchor.
    """
    heap = state.heap
    pairs = enumerate(pairwise(items), 1)
    anchor = next((index for index, (before, item) in pairs if _is_code(state, before, item)), None)
    if anchor is None:
        return builder, "", (), ()
    tuples = [item for item in items[anchor + 1 :] if item < 0 and heap.kind(item) == values.TUPLE]
    constants = heap.items(tuples[0], 256) if tuples else []
    names = _texts(state, heap.items(tuples[1], 256)) if len(tuples) > 1 else ()
    words = [word for item in items[anchor + 1 :] if (word := text(state, item)) is not None]
    function = words[1] if len(words) > 1 else ""  # co_filename, co_name
    return builder, function[:_CHARACTERS], names, _texts(state, constants)


def _is_code(state: State, before: int, item: int) -> bool:
    if before < 0 or not isinstance(constant(state.source, before, 16), int):
        return False
    if item >= 0:
        return state.source.peek(item, 1)[0] in DATA or isinstance(constant(state.source, item, 16), str)
    return state.heap.kind(item) == values.RESULT  # _codecs.encode(…) below protocol 3


def _texts(state: State, items: list[int]) -> tuple[str, ...]:
    found = [word[:_CHARACTERS] for item in items if (word := text(state, item)) is not None]
    return tuple(found[:_SHOWN])


# CPython Python/marshal.c: type bytes of strings; the high bit marks a reference. Short forms have a 1-byte length.
_SHORT: Final = frozenset(b"zZ")
_LONG: Final = frozenset(b"uta" + b"AR")


def marshalled(builder: str, content: bytes) -> list[Code]:
    """Harvest the identifiers and strings of marshal data, without following its structure.

    Interned strings (names) and others are told apart by their type byte.
    """
    names: dict[str, None] = {}
    strings: dict[str, None] = {}
    position = 0
    while position < len(content) and len(names) + len(strings) < 4 * _SHOWN:
        kind = content[position] & 0x7F
        width = 1 if kind in _SHORT else 4 if kind in _LONG else 0
        nbytes = int.from_bytes(content[position + 1 : position + 1 + width], "little")
        start = position + 1 + width
        if not width or not 0 < nbytes <= len(content) - start or nbytes > 1 << 12:
            position += 1
            continue
        word = content[start : start + nbytes].decode("utf-8", "replace")
        if not word.isprintable() and "\n" not in word:
            position += 1
            continue
        (names if kind in b"ZtA" else strings)[word[:_CHARACTERS]] = None
        position = start + nbytes
    return [(builder, "", tuple(names)[:_SHOWN], tuple(strings)[:_SHOWN])]
