"""State and items that a stream sets on objects, and the ids it asks the loader for."""

from typing import TYPE_CHECKING, Final

from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle import values
from scanner.formats.pickle.constants import constant
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.ledger import FOLDED_KEYS, States
from scanner.formats.pickle.names import cut
from scanner.formats.pickle.state import State, breaks
from scanner.formats.pickle.values import Name

if TYPE_CHECKING:
    from array import array

_TARGETS: Final = {values.GLOBAL: "global", values.INSTANCE: "instance", values.RESULT: "result"}

_KEY_CHARACTERS: Final = 80

# joblib < 0.10 stores arrays in files beside the pickle and names them in this state.
_FILED: Final = ("NDArrayWrapper", "ZNDArrayWrapper")
_INLINE: Final = ("joblib.numpy_pickle.NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper")
_ORDERED: Final = "collections.OrderedDict"
_REMEMBERED: Final = frozenset(("numpy.dtype", "functools.partial", "_functools.partial", *_INLINE))


def build(state: State, target: int, content: int, at: int) -> None:
    """Set state on an object. Raises BreakError where it cannot have any."""
    heap = state.heap
    kind = heap.kind(target)
    if kind <= values.LAST_CONTAINER:
        if content >= 0 and constant(state.source, content, 16) is None:
            return
        breaks("a plain value takes no state")
    name = heap.behind(target)
    if kind == values.GLOBAL and name is not None:
        state.ledger.used(name)
    noted = state.ledger.changed(name, _TARGETS.get(kind, "other"), at)
    for part in _parts(state, content):
        _note_keys(state, noted, part)
    if name is not None:
        _remember(state, target, name, content, at)


def _remember(state: State, target: int, name: Name, content: int, at: int) -> None:
    if name.dotted in _REMEMBERED:
        state.made[target] = content
        if state.joblib and name.dotted in _INLINE:
            state.inline = target
            state.halted = True
    if name.name in _FILED:
        _note_file(state, name.dotted, content, at)


def _parts(state: State, content: int) -> list[int]:
    heap, kind = state.heap, state.heap.kind(content)
    if kind == values.DICT:
        return [content]
    if kind == values.TUPLE and heap.count(content) == 2:  # noqa: PLR2004 - (__dict__, slots)
        return [item for item in heap.items(content) if heap.kind(item) == values.DICT]
    return []


def _note_keys(state: State, noted: States, content: int) -> None:
    count = state.heap.count(content)
    if noted.read.get(content) == count:
        return
    if len(noted.read) >= FOLDED_KEYS:
        noted.read.clear()
    noted.read[content] = count
    for key in state.heap.items(content)[::2]:
        if key in noted.seen:
            continue
        if len(noted.seen) >= FOLDED_KEYS:
            noted.seen.clear()
        noted.seen.add(key)
        if len(noted.keys) < FOLDED_KEYS:
            word = text(state, key)
            noted.keys[cut(word)[:_KEY_CHARACTERS] if word is not None else "?"] = None
        else:
            state.ledger.overflow(key if key >= 0 else state.position)


def _note_file(state: State, dotted: str, content: int, at: int) -> None:
    for part in _parts(state, content):
        items = state.heap.items(part)
        for key, value in zip(items[::2], items[1::2], strict=False):
            if text(state, key) == "filename":
                state.ledger.filed(dotted, text(state, value) or "?", at)


_ACCEPTS: Final = {
    values.LIST: (op.APPENDS, op.APPEND, op.SETITEM, op.SETITEMS),
    values.DICT: (op.SETITEM, op.SETITEMS),
    values.SET: (op.ADDITEMS,),
}


def fill(state: State, target: int, items: "array[int]", opcode: int, at: int) -> None:
    """Put items into a container or an object. Raises BreakError where it cannot hold any."""
    heap = state.heap
    kind = heap.kind(target)
    if 0 < kind <= values.LAST_CONTAINER:
        if opcode not in _ACCEPTS.get(kind, ()):
            breaks(f"{op.NAMES[opcode]} on a value that takes no items")
        heap.put(target, items)
        return
    if kind == 0:
        if state.source.peek(target, 1)[0] == op.BYTEARRAY8:
            return
        breaks(f"{op.NAMES[opcode]} on a constant")
    name = heap.behind(target)
    noted = state.ledger.changed(name, _TARGETS.get(kind, "other"), at)
    if kind != values.GLOBAL or name is None:
        _keep(state, target, name, items)
        return
    state.ledger.used(name)
    if opcode in (op.SETITEM, op.SETITEMS):
        for key in items[::2][:64]:
            word = text(state, key)
            noted.keys[cut(word)[:_KEY_CHARACTERS] if word is not None else "?"] = None


def _keep(state: State, target: int, name: Name | None, items: "array[int]") -> None:
    """Keep what is put into an ordered dict as the items of a plain one: tensors of a `state_dict` lie in it."""
    if name is None or name.dotted != _ORDERED:
        return
    held = state.made.get(target)
    if held is None:
        held = state.made[target] = state.heap.add(values.DICT, -1, -1)
    state.heap.put(held, items)


def identify(state: State, identity: int, at: int) -> None:
    """Note a persistent id; ids that are tuples are kept, torch names its storages with them."""
    kind = state.heap.kind(identity)
    first = identity
    if kind == values.TUPLE:
        state.persistent.append(identity)
        first = (state.heap.items(identity, 1) or [identity])[0]
    if first >= 0:
        word = constant(state.source, first, _KEY_CHARACTERS)
        shown = word if isinstance(word, str) else repr(word)
    else:
        shown = "?"
    state.ledger.identified(shown[:_KEY_CHARACTERS], at)


def module_of(state: State, identity: int) -> int | None:
    """Return the class of a torch id ("module", class, file, source): the legacy loader hands it back as it is."""
    items = state.heap.items(identity, 2) if state.heap.kind(identity) == values.TUPLE else []
    named = len(items) == 2 and state.heap.kind(items[1]) == values.GLOBAL  # noqa: PLR2004 - the word and the class
    return items[1] if named and text(state, items[0]) == "module" else None
