"""Classes that a stream makes of functions that it carries, and which of their methods the unpickler runs.

cloudpickle and dill write a class of `__main__` as a call that makes it and a dict of its attributes. Such a class has
no import that could be judged: what matters is which of its functions run while the file loads. Those are calls that
are due, like any other call of the stream.
"""

from array import array
from collections.abc import Iterable
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.folding import text
from scanner.formats.pickle.state import Body, State

CLASSES: Final = 10_000
"""Classes of one stream that are followed."""
ATTRIBUTES: Final = 4096
_LINEAGE: Final = 64
"""Classes above one class that are asked for a method."""

_WRAPPERS: Final = frozenset(
    f"{module}.{name}" for module in ("builtins", "types") for name in ("staticmethod", "classmethod", "property")
)
_PLAIN: Final = frozenset(("builtins.type", "types.type", "types.TypeType", "types.ClassType"))

# What CPython calls by itself. Data model: https://docs.python.org/3/reference/datamodel.html
CREATED: Final = ("__prepare__", "__new__", "__init__", "mro")
NEW: Final = ("__new__",)
CALLED: Final = ("__new__", "__init__", "_missing_")
BUILT: Final = ("__getattribute__", "__dict__", "__setstate__")
KEYED: Final = ("__hash__", "__eq__")


def define(state: State, made: int, bases: int, metaclass: int, contents: Iterable[int], track: int = 0) -> int:  # noqa: PLR0913, PLR0917
    """Note the class `made` and what its creation calls. Return its value: that of an older class of the same id."""
    heap = state.heap
    if len(state.classes) >= CLASSES:
        state.ledger.overflow(state.position)
        return made
    name = heap.name_of(metaclass)
    plain = metaclass >= 0 or (name is not None and name.dotted in _PLAIN)
    parents = heap.items(bases, _LINEAGE) if heap.kind(bases) == values.TUPLE else []
    body = state.classes[made] = Body(parents, 0 if plain else metaclass)
    for content in contents:
        fill(state, body, content)
    _created(state, made, body)
    word = text(state, track) if track > 0 else None
    return made if word is None else state.tracked.setdefault(word, made)


def _created(state: State, made: int, body: Body) -> None:
    """Note what making a class calls: its metaclass, hooks of the classes above it and of its attributes."""
    args = state.heap.pack(values.TUPLE, array("q", [made]))
    if body.metaclass in state.classes:
        run(state, body.metaclass, CREATED, args)
    elif body.metaclass:
        words = [item for item in state.operands(state.heap.tails[~made]) if item >= 0]
        state.due.append((body.metaclass, state.heap.pack(values.TUPLE, array("q", words[:1]))))
    for parent in body.bases:
        run(state, parent, ("__init_subclass__", "__mro_entries__"), args)
    for value in list(body.attributes.values()):
        if state.heap.kind(value) == values.INSTANCE:
            run(state, value, ("__set_name__",), args)


def fill(state: State, body: Body, content: int) -> None:
    """Put the entries of a dict into the attributes of a class."""
    heap = state.heap
    if heap.kind(content) != values.DICT:
        body.open = body.open or content < 0
        return
    items = heap.items(content)
    body.open = body.open or heap.count(content) > values.KEPT_ITEMS
    for key, value in zip(items[::2], items[1::2], strict=False):
        word = text(state, key)
        if word is None or len(body.attributes) >= ATTRIBUTES:
            body.open = True
        else:
            body.attributes[word] = value


def assign(state: State, value: int, content: int) -> bool:
    """Set attributes on a class that the stream made; False if it is none."""
    body = state.classes.get(value)
    if body is None:
        return False
    if body.metaclass in state.classes:
        run(state, body.metaclass, ("__setattr__",), content)
    fill(state, body, content)
    if "_abc_impl" in body.attributes:
        run(state, value, ("register",), content)
        run(state, body.metaclass, ("register",), content)
    return True


def class_of(state: State, value: int) -> int:
    """Return the class that the stream made of which a value is an instance; the value itself if it is one; or 0."""
    if value in state.classes:
        return value
    if value < 0 and state.heap.kind(value) == values.INSTANCE:
        made = state.heap.heads[~value]
        return made if made in state.classes else 0
    return 0


def run(state: State, value: int, names: Iterable[str], args: int) -> bool:
    """Note as due those methods of these names that the class of a value defines; say whether there are any."""
    made = class_of(state, value) if state.classes else 0
    found = False
    for name in names if made else ():
        method = _method(state, made, name)
        if method < 0:
            found = True
            state.due.append((method, args))
    return found


def _method(state: State, made: int, name: str) -> int:
    """Look a method up in a class and those above it: its value, or 0. What is not known is the class itself."""
    pending, seen = [made], 0
    while pending and seen < _LINEAGE:
        one = pending.pop()
        body = state.classes.get(one)
        seen += 1
        if body is None:
            continue
        if name in body.attributes:
            return _unwrapped(state, body.attributes[name])
        if body.open:
            return state.unknown()
        pending.extend(reversed(body.bases))
    return 0


def _unwrapped(state: State, value: int) -> int:
    heap = state.heap
    for _ in range(4):
        name = heap.name_of(heap.heads[~value]) if heap.kind(value) == values.RESULT else None
        if name is None or name.dotted not in _WRAPPERS or heap.kind(heap.tails[~value]) != values.TUPLE:
            break
        value = (heap.items(heap.tails[~value], 1) or [0])[0]
    return value


def slots(state: State, value: int, content: int) -> None:
    """Note what setting attributes one by one calls: `__setattr__`, and descriptors of that name."""
    made = class_of(state, value)
    if not made:
        return
    run(state, value, ("__setattr__",), content)
    for key in state.heap.items(content, 256)[::2] if state.heap.kind(content) == values.DICT else ():
        word = text(state, key)
        if word is not None:
            run(state, value, (word,), content)


def fetch(state: State, value: int, segment: str) -> None:
    """Note what fetching an attribute of an instance calls: its class's hooks, or a property."""
    made = class_of(state, value)
    if not made or made == value:
        return
    nothing = state.heap.pack(values.TUPLE, array("q"))
    run(state, value, ("__getattribute__",), nothing)
    body = state.classes[made]
    if segment not in body.attributes:
        run(state, value, ("__getattr__",), nothing)
    elif _unwrapped(state, body.attributes[segment]) != body.attributes[segment]:
        run(state, value, (segment,), nothing)


def end(state: State) -> None:
    """Note what runs by the end: finalizers, and what the keys of dicts and sets are compared by."""
    nothing = state.heap.pack(values.TUPLE, array("q"))
    for made in state.alive:
        run(state, made, ("__del__",), nothing)
    keyed = {made for made in state.alive if any(_method(state, made, name) < 0 for name in KEYED)}
    if not keyed:
        return
    heap = state.heap
    for node, kind in enumerate(bytes(heap.kinds)):
        if kind not in (values.DICT, values.SET, values.FROZENSET):
            continue
        for key in heap.items(~node)[:: 2 if kind == values.DICT else 1]:
            made = heap.heads[~key] if heap.kind(key) == values.INSTANCE else 0
            if made in keyed:
                keyed.discard(made)
                run(state, key, KEYED, nothing)
