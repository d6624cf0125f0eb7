"""The bytes of a JSON document from outside: where its values begin and end, without building them."""

import json
import re
from collections.abc import Iterator

from scanner.format import MalformedError

DEPTH = 64
"""Deepest nest of lists and objects; a tokenizer has fewer than ten."""

_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_PLAIN = rb'[^"\[\]{}]++|' + _STRING
_BLANK = re.compile(rb"[ \t\r\n]*+")
_KEY = re.compile(rb"[ \t\r\n]*+(" + _STRING + rb")[ \t\r\n]*+:[ \t\r\n]*+", re.DOTALL)
_NEXT = re.compile(rb"[ \t\r\n]*+([,}])")
_EMPTY = re.compile(rb"[ \t\r\n]*+\}")
_TEXT = re.compile(_STRING, re.DOTALL)
_SCALAR = re.compile(rb"-?[0-9][0-9.eE+-]*+|true|false|null")
# All up to the next bracket that opens or closes something nested: flat lists and objects are passed over whole.
_FLAT = re.compile(
    rb"(?:" + _PLAIN + rb"|\[(?:" + _PLAIN + rb")*+\]|\{(?:" + _PLAIN + rb")*+\})*+",
    re.DOTALL,
)


class WrongError(MalformedError):
    """A value that is not what its place asks for. `pointer` names the place (RFC 6901)."""

    def __init__(self, reason: str, offset: int | None, pointer: str) -> None:
        """Keep the reason, the offset and the place."""
        super().__init__(reason, offset)
        self.pointer = pointer


class Place:
    """A position in the document that the reader of a value moves to the value's end."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        """Start at an offset."""
        self.at = at


def step(pointer: str, key: object) -> str:
    """Go one step down: the JSON pointer of a member."""
    return f"{pointer}/{str(key)[:100].replace('~', '~0').replace('/', '~1')}"


def members(raw: bytes, place: Place) -> Iterator[str]:
    """Yield the keys of the object at a place; at each, `place` is where the value begins, and must be moved past it.

    Raises `MalformedError` for anything that is no JSON.
    """
    if raw[place.at : place.at + 1] != b"{":
        message = "no object where one belongs"
        raise MalformedError(message, place.at)
    empty = _EMPTY.match(raw, place.at + 1)
    if empty:
        place.at = empty.end()
        return
    mark = b","
    place.at += 1
    while mark == b",":
        key = _KEY.match(raw, place.at)
        if key is None:
            message = "no key where one belongs"
            raise MalformedError(message, place.at)
        place.at = key.end()
        yield _text(key[1], key.start(1))
        following = _NEXT.match(raw, place.at)
        if following is None:
            message = "a value is not followed by a comma or a brace"
            raise MalformedError(message, place.at)
        mark = following[1]
        place.at = following.end()


def blank(raw: bytes, at: int) -> int:
    """Pass over white space."""
    found = _BLANK.match(raw, at)
    return found.end() if found else at


def skip(raw: bytes, at: int) -> int:
    """Find the end of the value at an offset. Raises `MalformedError` where it has none, or nests too deep."""
    first = raw[at : at + 1]
    if first not in (b"[", b"{"):
        found = (_TEXT if first == b'"' else _SCALAR).match(raw, at)
        if found is None:
            message = "no JSON value"
            raise MalformedError(message, at)
        return found.end()
    depth, here = 1, at + 1
    while depth:
        found = _FLAT.match(raw, here)
        here = found.end() if found else here
        mark = raw[here : here + 1]
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            depth -= 1
        else:
            message = "the document ends inside a value"
            raise MalformedError(message, here)
        if depth > DEPTH:
            message = f"nested deeper than {DEPTH}"
            raise MalformedError(message, here)
        here += 1
    return here


def _text(raw: bytes, at: int) -> str:
    try:
        found: str = json.loads(raw.decode("utf-8"))
    except ValueError as error:
        message = "a key that is no text"
        raise MalformedError(message, at) from error
    return found
