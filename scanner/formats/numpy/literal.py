"""The Python literals of an array header: texts, integers, tuples, lists, dictionaries, True, False, None."""

import re

from scanner.format import MalformedError

NEST = 32
"""Brackets inside brackets; a dtype of records in records needs a handful."""

Literal = str | int | bool | None | tuple["Literal", ...] | dict[str, "Literal"]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>[bu]?'(?:[^'\\\n]|\\.)*'|[bu]?\"(?:[^\"\\\n]|\\.)*\")|(?P<number>-?\d{1,40})L?"
    r"|(?P<name>True|False|None)|(?P<mark>[(){}\[\],:]))"
)
_NAMES: dict[str, Literal] = {"True": True, "False": False, "None": None}
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def parse(text: str) -> Literal:
    """Parse one literal and nothing behind it. Lists come out as tuples.

    Raises:
        MalformedError: no literal, or one nested deeper than `NEST`; the offset counts characters.
    """
    value, position = _value(text, 0, 0)
    if text[position:].strip("\0 \t\r\n"):
        message = "something follows the literal"
        raise MalformedError(message, offset=position)
    return value


def _token(text: str, position: int) -> re.Match[str]:
    found = _TOKEN.match(text, position)
    if found is None:
        message = "no Python literal"
        raise MalformedError(message, offset=position)
    return found


def _value(text: str, position: int, nest: int) -> tuple[Literal, int]:
    found = _token(text, position)
    if found["text"] is not None:
        return found["text"].lstrip("bu")[1:-1], found.end()
    if found["number"] is not None:
        return int(found["number"]), found.end()
    if found["name"] is not None:
        return _NAMES[found["name"]], found.end()
    if nest >= NEST or found["mark"] not in _CLOSES:
        message = "no Python literal" if nest < NEST else f"brackets nested deeper than {NEST}"
        raise MalformedError(message, offset=position)
    reader = _pairs if found["mark"] == "{" else _items
    return reader(text, found.end(), nest + 1, _CLOSES[found["mark"]])


def _items(text: str, position: int, nest: int, close: str) -> tuple[Literal, int]:
    items: list[Literal] = []
    while True:
        found = _token(text, position)
        if found["mark"] == close:
            return tuple(items), found.end()
        value, position = _value(text, position, nest)
        items.append(value)
        found = _token(text, position)
        if found["mark"] == close:
            # Brackets around one value are no tuple; a list of one is.
            return (value if len(items) == 1 and close == ")" else tuple(items)), found.end()
        position = _mark(found, ",")


def _pairs(text: str, position: int, nest: int, close: str) -> tuple[Literal, int]:
    pairs: dict[str, Literal] = {}
    while True:
        found = _token(text, position)
        if found["mark"] == close:
            return pairs, found.end()
        key, position = _value(text, position, nest)
        position = _mark(_token(text, position), ":")
        value, position = _value(text, position, nest)
        pairs[str(key)] = value
        found = _token(text, position)
        if found["mark"] == close:
            return pairs, found.end()
        position = _mark(found, ",")


def _mark(found: re.Match[str], mark: str) -> int:
    if found["mark"] != mark:
        message = f"no {mark!r} where one is due"
        raise MalformedError(message, offset=found.start())
    return found.end()
