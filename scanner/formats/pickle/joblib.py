"""Arrays that joblib writes into the stream, right behind the wrapper that describes them."""

import re
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.folding import fold, text
from scanner.formats.pickle.state import State

_DTYPE: Final = re.compile(r"[<>=|]?([?a-zA-Z])([0-9]{0,12})")
_HAS_OBJECTS: Final = 1  # NPY_ITEM_REFCOUNT, in the flags of a structured dtype
_FLAGS: Final = 7
_UNICODE_NBYTES: Final = 4


def array_behind(state: State) -> tuple[int, bool] | None:
    """Tell where the array behind the wrapper `state.inline` ends; None if its state does not say.

    For an array of objects: where its own pickle stream begins, and True.
    """
    fields = _fields(state, state.made.get(state.inline, 0))
    shape = fold(state, fields.get("shape", 0)) if "shape" in fields else None
    item = _item(state, fields.get("dtype", 0))
    if item is None or not isinstance(shape, tuple):
        return None
    nbytes, pickled = item
    position = state.position
    if pickled:
        return position, True
    for extent in shape:
        if not isinstance(extent, int) or extent < 0:
            return None
        nbytes *= extent
    alignment = fields.get("numpy_array_alignment_bytes")
    if alignment is not None and fold(state, alignment) is not None:  # joblib >= 1.2: a byte that counts the padding
        position += 1 + (state.source.peek(position, 1) or b"\0")[0]
    return min(position + nbytes, state.source.size + 1), False


def _fields(state: State, content: int) -> dict[str, int]:
    if state.heap.kind(content) != values.DICT:
        return {}
    items = state.heap.items(content, 64)
    return {word: value for key, value in zip(items[::2], items[1::2], strict=False) if (word := text(state, key))}


def _item(state: State, dtype: int) -> tuple[int, bool] | None:
    """Return item size and whether items are objects, from what `numpy.dtype` was called with and its state."""
    heap = state.heap
    if heap.kind(dtype) != values.RESULT:
        return None
    name = heap.name_of(heap.heads[~dtype])
    if name is not None and name.name == "_convert_to_stringdtype_kwargs":  # numpy 2: StringDType, of objects
        return 0, True
    args = heap.tails[~dtype]
    items = heap.items(args, 4) if heap.kind(args) == values.TUPLE else []
    code = text(state, items[0]) if items else None
    match = _DTYPE.fullmatch(code or "")
    if match is None:
        return None
    nbytes = int(match[2] or "1") * (_UNICODE_NBYTES if match[1] == "U" else 1)
    built = state.made.get(dtype, 0)
    parts = heap.items(built, 16) if heap.kind(built) == values.TUPLE else []
    flags = fold(state, parts[_FLAGS]) if len(parts) > _FLAGS else 0
    return nbytes, match[1] == "O" or (isinstance(flags, int) and bool(flags & _HAS_OBJECTS))
