"""Values that a stream computes from constants: joined, concatenated, decoded strings, as far as that is simple."""

import base64
import binascii
import codecs
from collections.abc import Callable, Sequence
from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.constants import DECODABLE, Constant, constant
from scanner.formats.pickle.state import State

Folded = Constant | list["Folded"] | tuple["Folded", ...]

STEPS: Final = 1_000_000
"""Values folded for one stream; more stay unknown, so that a hostile stream cannot buy time."""
_DEPTH: Final = 12
_ITEMS: Final = 4096


class UnknownError(Exception):
    """The value is not a constant."""


def text(state: State, value: int) -> str | None:
    """Return the string that a value is, or None."""
    found = fold(state, value)
    return found if isinstance(found, str) else None


def data(state: State, value: int, limit: int = DECODABLE) -> bytes | None:
    """Return the bytes that a value is, or None."""
    found = fold(state, value, limit)
    return bytes(found) if isinstance(found, bytes) else None


def fold(state: State, value: int, limit: int = DECODABLE) -> Folded | None:
    """Return the constant that a value is, or None (as for a constant None)."""
    try:
        return _fold(state, value, _DEPTH, limit)
    except UnknownError:
        return None


def _fold(state: State, value: int, depth: int, limit: int) -> Folded:
    state.steps += 1
    if state.steps > STEPS or depth <= 0:
        raise UnknownError
    if value >= 0:
        return constant(state.source, value, limit)
    heap, kind = state.heap, state.heap.kind(value)
    if kind in (values.LIST, values.TUPLE) and heap.count(value) <= _ITEMS:
        items = [_fold(state, item, depth - 1, limit) for item in heap.items(value)]
        return items if kind == values.LIST else tuple(items)
    if kind == values.RESULT:
        return _called(state, value, depth, limit)
    raise UnknownError


def _called(state: State, value: int, depth: int, limit: int) -> Folded:
    heap, node = state.heap, ~value
    callee, args = heap.heads[node], heap.tails[node]
    operands: list[Folded] = []
    name = heap.name_of(callee)
    dotted = name.dotted if name else ""
    if heap.kind(callee) == values.ATTRIBUTE:
        operands = [_fold(state, heap.heads[~callee], depth - 1, limit)]
        dotted = f"builtins.{type(operands[0]).__name__}.{heap.texts[heap.tails[~callee]]}"
    function = FOLDS.get(dotted)
    if function is None or args >= 0 or heap.count(args) > _ITEMS:
        raise UnknownError
    operands.extend(_fold(state, item, depth - 1, limit) for item in heap.items(args))
    try:
        found = function(operands)
    except (TypeError, ValueError, IndexError, LookupError, OverflowError, AttributeError):
        raise UnknownError from None
    if isinstance(found, str | bytes) and len(found) > max(DECODABLE, limit):
        raise UnknownError
    return found


def _str(value: Folded) -> str:
    if not isinstance(value, str):
        raise UnknownError
    return value


def _bytes(value: Folded) -> bytes:
    if isinstance(value, str):
        return value.encode("ascii")
    if not isinstance(value, bytes):
        raise UnknownError
    return value


def _join(operands: Sequence[Folded]) -> Folded:
    parts = operands[1]
    if isinstance(parts, str | list | tuple):
        return _str(operands[0]).join(map(_str, parts))
    raise UnknownError


def _add(operands: Sequence[Folded]) -> Folded:
    first, second = operands
    if isinstance(first, str) and isinstance(second, str):
        return first + second
    if isinstance(first, bytes) and isinstance(second, bytes):
        return first + second
    raise UnknownError


def _encode(operands: Sequence[Folded]) -> Folded:
    encoding = _str(operands[1]) if len(operands) > 1 else "utf-8"
    if encoding.lower().replace("_", "-") not in _ENCODINGS:
        raise UnknownError
    return _str(operands[0]).encode(encoding)


def _decode(operands: Sequence[Folded]) -> Folded:
    encoding = (_str(operands[1]) if len(operands) > 1 else "utf-8").lower().replace("_", "-")
    if encoding in ("rot13", "rot-13"):
        return codecs.encode(_str(operands[0]), "rot13")
    if encoding in ("hex", "hex-codec"):
        return binascii.unhexlify(_bytes(operands[0]))
    if encoding in ("base64", "base64-codec"):
        return binascii.a2b_base64(_bytes(operands[0]))
    if encoding not in _ENCODINGS or not isinstance(operands[0], bytes):
        raise UnknownError
    return operands[0].decode(encoding)


def _replace(operands: Sequence[Folded]) -> Folded:
    subject, old, new = map(_str, operands[:3])
    if not old or subject.count(old) * len(new) > DECODABLE:
        raise UnknownError
    return subject.replace(old, new)


def _chr(operands: Sequence[Folded]) -> Folded:
    return chr(operands[0]) if isinstance(operands[0], int) else _str(None)


def _raw(operands: Sequence[Folded]) -> Folded:
    if not operands:
        return b""
    if len(operands) > 1:
        return _encode(operands)
    if isinstance(operands[0], bytes):
        return operands[0]
    if isinstance(operands[0], list | tuple):
        return bytes([item for item in operands[0] if isinstance(item, int)])
    raise UnknownError


_ENCODINGS: Final = frozenset(
    ("latin1", "latin-1", "iso-8859-1", "ascii", "us-ascii", "utf-8", "utf8", "utf-16", "utf-16le", "utf-16-le")
)

_Function = Callable[[Sequence[Folded]], Folded]

FOLDS: Final[dict[str, _Function]] = {
    "builtins.str.join": _join,
    "operator.concat": _add,
    "operator.add": _add,
    "_operator.concat": _add,
    "_operator.add": _add,
    "builtins.str.__add__": _add,
    "builtins.bytes.__add__": _add,
    "builtins.str.encode": _encode,
    "_codecs.encode": _encode,
    "codecs.encode": _encode,
    "builtins.bytes.decode": _decode,
    "_codecs.decode": _decode,
    "codecs.decode": _decode,
    "builtins.str.replace": _replace,
    "builtins.str.lower": lambda operands: _str(operands[0]).lower(),
    "builtins.str.upper": lambda operands: _str(operands[0]).upper(),
    "builtins.str.strip": lambda operands: _str(operands[0]).strip(*map(_str, operands[1:])),
    "builtins.str.__str__": lambda operands: _str(operands[0]),
    "builtins.str": lambda operands: _str(operands[0]) if operands else "",
    "builtins.chr": _chr,
    "builtins.bytes": _raw,
    "builtins.bytearray": _raw,
    "builtins.bytes.fromhex": lambda operands: bytes.fromhex(_str(operands[0])),
    "binascii.unhexlify": lambda operands: binascii.unhexlify(_bytes(operands[0])),
    "binascii.a2b_hex": lambda operands: binascii.unhexlify(_bytes(operands[0])),
    "binascii.a2b_base64": lambda operands: binascii.a2b_base64(_bytes(operands[0])),
    "base64.b64decode": lambda operands: base64.b64decode(_bytes(operands[0])),
    "base64.decodebytes": lambda operands: binascii.a2b_base64(_bytes(operands[0])),
    "base64.b32decode": lambda operands: base64.b32decode(_bytes(operands[0])),
    "base64.b16decode": lambda operands: base64.b16decode(_bytes(operands[0])),
}
