"""State and items that a stream sets on objects, and the ids it asks the loader for."""

from array import array
from typing import Final

from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle import values
from scanner.formats.pickle.classes import BUILT, assign, run, slots
from scanner.formats.pickle.constants import constant
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.ledger import FOLDED_KEYS, LAYOUTS, States
from scanner.formats.pickle.names import cut
from scanner.formats.pickle.state import State, breaks
from scanner.formats.pickle.values import Name

_TARGETS: Final = {values.GLOBAL: "global", values.INSTANCE: "instance", values.RESULT: "result"}

_KEY_CHARACTERS: Final = 80
_TEXT_CHARACTERS: Final = 2000

# joblib < 0.10 stores arrays in files beside the pickle and names them in this state.
_FILED: Final = ("NDArrayWrapper", "ZNDArrayWrapper")
_INLINE: Final = ("joblib.numpy_pickle.NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper")
_ORDERED: Final = "collections.OrderedDict"
_PARTIALS: Final = ("functools.partial", "_functools.partial")
_REMEMBERED: Final = frozenset(("numpy.dtype", *_INLINE))

_DATA: Final = frozenset(
    ("_reconstruct", "_frombuffer", "_mareconstruct", "scalar", "dtype", "OrderedDict", "defaultdict", "deque",
     "Counter", "set", "frozenset", "list", "dict", "bytes", "bytearray", "encode", "datetime", "date", "timedelta",
     "Decimal", "Fraction", "Size", "device", "__randomstate_ctor", "__generator_ctor", "_new_Index")
)  # fmt: skip
"""Names of functions that return plain data, in whatever library."""

COMPILED: Final = frozenset(("_parse_arg_template", "parse_arg_template"))
"""Keys of a state whose text a class executes: scipy.stats.rv_generic.__setstate__."""
_LOOKED_UP: Final = frozenset(("append", "extend", "add"))
"""Names under which load_appends, load_additems look for a method of an object, in its own attributes too."""


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
        _note_keys(state, noted, part, target)
    if content < 0 and heap.kind(content) > values.LAST_CONTAINER:  # an OrderedDict, or what a call returns
        noted.keys.setdefault("?", False)
    if name is not None:
        _remember(state, target, name, content, at)
    if state.classes:
        _build_made(state, target, content)


def _build_made(state: State, target: int, content: int) -> None:
    """Note what BUILD calls where the class of the object comes with the stream."""
    args = state.heap.pack(values.TUPLE, array("q", [content]))
    if not run(state, target, BUILT, args) or not run(state, target, ("__setstate__",), args):
        run(state, target, ("__getattr__",), args)
    if state.heap.kind(content) == values.TUPLE and state.heap.count(content) == 2:  # noqa: PLR2004 - (__dict__, slots)
        slots(state, target, state.heap.items(content)[1])
        assign(state, target, state.heap.items(content)[1])


def put(state: State, target: int, content: int, at: int) -> None:
    """Note attributes or items that a function sets on an object."""
    name = state.heap.behind(target)
    kind = state.heap.kind(target)
    if kind == 0 or kind <= values.LAST_CONTAINER:
        return
    if kind == values.GLOBAL and name is not None:
        state.ledger.used(name)
    noted = state.ledger.changed(name, _TARGETS.get(kind, "other"), at)
    if state.heap.kind(content) == values.DICT:
        _note_keys(state, noted, content, target)
    else:
        noted.keys.setdefault("?", False)


def _remember(state: State, target: int, name: Name, content: int, at: int) -> None:
    if name.dotted in _REMEMBERED:
        state.made[target] = content
        if state.joblib and name.dotted in _INLINE:
            state.inline = target
            state.halted = True
    elif name.dotted in _PARTIALS:  # partial.__setstate__((func, args, keywords, dict)) replaces what __new__ got
        state.made[target] = content
        fields = state.operands(content)
        bound = state.operands(fields[1]) if len(fields) > 1 else []
        if fields and state.heap.kind(target) in (values.RESULT, values.INSTANCE):
            state.heap.tails[~target] = state.heap.pack(values.TUPLE, array("q", [fields[0], *bound]))
    if name.name in _FILED:
        _note_file(state, name.dotted, content, at)


def _parts(state: State, content: int) -> list[int]:
    heap, kind = state.heap, state.heap.kind(content)
    if kind == values.DICT:
        return [content]
    if kind == values.TUPLE and heap.count(content) == 2:  # noqa: PLR2004 - (__dict__, slots)
        return [item for item in heap.items(content) if heap.kind(item) == values.DICT]
    return []


def _note_keys(state: State, noted: States, content: int, target: int) -> None:
    count = state.heap.count(content)
    if noted.read.get(content) == count:
        return
    if len(noted.read) >= FOLDED_KEYS:
        noted.read.clear()
    noted.read[content] = count
    if count > values.KEPT_ITEMS:  # its constants are not kept
        noted.keys.setdefault("?", False)
        return
    items = state.heap.items(content)
    layout = tuple(items[::2])  # objects of one class mostly have the same keys
    if layout not in noted.layouts:
        _note_layout(state, noted, layout)
    if noted.watched or (items and min(items) < 0):
        _note_values(state, noted, layout, items[1::2], target)


def _note_layout(state: State, noted: States, layout: tuple[int, ...]) -> None:
    for key in layout:
        if key not in noted.seen:
            _note_key(state, noted, key)
    if len(noted.layouts) < LAYOUTS:
        noted.layouts.add(layout)


def _note_values(state: State, noted: States, layout: tuple[int, ...], contents: list[int], target: int) -> None:
    kinds, seen, watched = state.heap.kinds, noted.seen, noted.watched
    for key, value in zip(layout, contents, strict=False):
        if value < 0 and kinds[~value] > values.LAST_CONTAINER and not _is_data(state, value):
            noted.holds(seen.get(key, "?"))
        if key in watched:
            _watch(state, target, seen[key], value, key)


def _is_data(state: State, value: int) -> bool:
    """Say whether a value is an array, a tensor or a container that a call made."""
    kind = state.heap.kind(value)
    if kind == values.RESULT:
        name = state.heap.name_of(state.heap.heads[~value])
        return name is not None and (name.name in _DATA or name.name.startswith("_rebuild_"))
    return kind == values.PERSISTENT


def _watch(state: State, target: int, word: str, value: int, key: int) -> None:
    """Note a text that is going to be compiled, or an object under the name of a method that is going to be called."""
    if word in COMPILED:
        shown, name = text(state, value), state.heap.behind(target)
        cut_text = "?" if shown is None else shown[:_TEXT_CHARACTERS] + "…" * (len(shown) > _TEXT_CHARACTERS)
        state.ledger.compiled(name.dotted if name else "?", word, cut_text, value if value >= 0 else max(key, 0))
    elif value < 0:
        state.shadows.setdefault(target, {})[word] = value


def _note_key(state: State, noted: States, key: int) -> None:
    """Read a key for the first time."""
    if len(noted.seen) >= FOLDED_KEYS:
        noted.seen.clear()
        noted.watched.clear()
        noted.layouts.clear()
    found = text(state, key)
    word = cut(found)[:_KEY_CHARACTERS] if found is not None else "?"
    noted.seen[key] = word
    if word in COMPILED or word in _LOOKED_UP:
        noted.watched.add(key)
    if word not in noted.keys and len(noted.keys) >= FOLDED_KEYS:
        state.ledger.overflow(key if key >= 0 else state.position)
    else:
        noted.keys.setdefault(word, False)


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


_METHODS: Final = {
    op.APPEND: ("extend", "append"),
    op.APPENDS: ("extend", "append"),
    op.ADDITEMS: ("add",),
    op.SETITEM: ("__setitem__",),
    op.SETITEMS: ("__setitem__",),
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
    _fill_object(state, target, items, opcode, at)


def _fill_object(state: State, target: int, items: "array[int]", opcode: int, at: int) -> None:
    heap, kind = state.heap, state.heap.kind(target)
    name = heap.behind(target)
    noted = state.ledger.changed(name, _TARGETS.get(kind, "other"), at)
    if state.classes or state.shadows:
        args = heap.pack(values.TUPLE, items)
        run(state, target, ("__getattribute__", *_METHODS[opcode]), args)
        shadows = state.shadows.get(target, {})
        state.due.extend((shadows[word], args) for word in _METHODS[opcode] if word in shadows)
    if kind != values.GLOBAL or name is None:
        _keep(state, target, name, items)
        return
    state.ledger.used(name)
    if opcode in (op.SETITEM, op.SETITEMS):
        for key in items[::2][:64]:
            word = text(state, key)
            noted.keys.setdefault(cut(word)[:_KEY_CHARACTERS] if word is not None else "?", False)


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
