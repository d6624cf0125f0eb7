"""Arguments of a call as one line of Python source, escaped and cut."""

from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.constants import constant
from scanner.formats.pickle.source import Source
from scanner.formats.pickle.values import Heap, Name

SHOWN_CHARACTERS: Final = 200
_DEPTH: Final = 6
_QUOTES: Final = 3  # b'…'
_ROOM_FOR_EACH: Final = 24
_BRACKETS: Final = {
    values.TUPLE: ("(", ")"),
    values.FROZENSET: ("frozenset({", "})"),
    values.LIST: ("[", "]"),
    values.SET: ("{", "}"),
    values.DICT: ("{", "}"),
}


def arguments(source: Source, heap: Heap, args: int, named: int = 0) -> str:
    """Show arguments as source."""
    room = SHOWN_CHARACTERS
    if args >= 0:
        text = "" if constant(source, args) == () else "*" + show(source, heap, args, room)
    elif heap.kind(args) == values.TUPLE:
        text = _items(source, heap, heap.items(args, room), room, _DEPTH)
    else:
        text = "*" + show(source, heap, args, room)
    if named:
        text = f"{text}, **{show(source, heap, named, room)}" if text else f"**{show(source, heap, named, room)}"
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def show(  # noqa: C901, PLR0911 - one return a kind of value
    source: Source, heap: Heap, value: int, room: int, depth: int = _DEPTH
) -> str:
    """Show one value in about `room` characters; `...` stands for what is not known or too deep."""
    if value >= 0:
        shown = constant(source, value, room + 1)
        text = repr(shown[:room]) if isinstance(shown, str | bytes) else repr(shown)
        return text if len(text) <= room + _QUOTES else text[: room + 1] + "…"
    kind, node = heap.kind(value), ~value
    if kind == values.GLOBAL:
        return spelled(heap.names[heap.heads[node]])
    if depth <= 0 or room <= 0:
        return "..."
    if kind <= values.LAST_CONTAINER:
        return _container(source, heap, value, room, depth)
    if kind in (values.RESULT, values.INSTANCE):
        callee = show(source, heap, heap.heads[node], room, depth - 1)
        args = heap.tails[node]
        if args >= 0 or heap.kind(args) != values.TUPLE:
            return f"{callee}()" if args >= 0 else f"{callee}(...)"
        return f"{callee}({_items(source, heap, heap.items(args, room), room - len(callee), depth - 1)})"
    if kind == values.PERSISTENT:
        return f"persistent_load({show(source, heap, heap.heads[node], room, depth - 1)})"
    if kind == values.EXTENSION:
        return f"extension_{heap.heads[node]}"
    if kind == values.ATTRIBUTE:
        return f"{show(source, heap, heap.heads[node], room, depth - 1)}.{heap.texts[heap.tails[node]]}"
    return "..."


def spelled(name: Name) -> str:
    """Show a name; those of builtins without their module."""
    dotted = name.dotted.removeprefix("builtins.")
    dotted = dotted if len(dotted) <= SHOWN_CHARACTERS else f"{dotted[:80]}…{dotted[-80:]}"
    return dotted if dotted.isprintable() else repr(dotted)


def _items(source: Source, heap: Heap, items: list[int], room: int, depth: int) -> str:
    parts: list[str] = []
    for place, item in enumerate(items):
        if room <= 0:
            parts.append("…")
            break
        later = min(room // 2, _ROOM_FOR_EACH * (len(items) - place - 1))  # what comes last may be what matters
        parts.append(show(source, heap, item, room - later, depth - 1))
        room -= len(parts[-1]) + 2
    return ", ".join(parts)


def _container(source: Source, heap: Heap, value: int, room: int, depth: int) -> str:
    kind, count = heap.kind(value), heap.count(value)
    items = heap.items(value, room)
    opening, closing = _BRACKETS[kind]
    if kind == values.DICT:
        parts: list[str] = []
        for key, entry in zip(items[::2], items[1::2], strict=False):
            if room <= 0:
                parts.append("…")
                break
            shown = show(source, heap, key, room, depth - 1)
            parts.append(f"{shown}: {show(source, heap, entry, room - len(shown), depth - 1)}")
            room -= len(parts[-1]) + 2
        return opening + ", ".join(parts) + closing
    if kind == values.SET and not items:
        return "set()"
    text = _items(source, heap, items, room, depth)
    return opening + text + ("," if kind == values.TUPLE and count == 1 else "") + closing
