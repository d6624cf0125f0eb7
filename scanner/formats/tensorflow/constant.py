"""Small constants of a graph, as text: TensorProto (tensorflow/core/framework/tensor.proto)."""

from struct import calcsize, unpack

from scanner.protobuf import BYTES, FIXED32, FIXED64, Field, Wire

ELEMENTS = 8
"""Elements of a constant that is kept by value."""

SMALL_NBYTES = 64
TEXT_CHARACTERS = 60

_LETTERS = {
    1: "f", 2: "d", 3: "i", 4: "B", 5: "h", 6: "b", 9: "q", 10: "?", 17: "H", 19: "e", 22: "I", 23: "Q",
}  # fmt: skip
"""Letters of `struct` by DataType (types.proto)."""

_TEXT = 7
_DTYPE, _CONTENT, _FLOATS, _DOUBLES, _TEXTS = 1, 4, 5, 6, 8
_VARINTS = (7, 10, 11, 13, 16, 17)
_HOLDERS = (_CONTENT, _FLOATS, _DOUBLES, _TEXTS, *_VARINTS)


def text_of(wire: Wire, tensor: Field) -> str:
    """Show the numbers or texts of a tensor; "" where they are many.

    One number may stand for all of a shape; where there is none, all are zero.
    """
    dtype, values, empty = 0, [], True
    for one in wire.fields(tensor.start, tensor.end):
        if one.number == _DTYPE:
            dtype = one.value
            continue
        empty = empty and one.number not in _HOLDERS
        if one.number == _CONTENT and one.value <= SMALL_NBYTES:
            values.extend(_content(wire.load(one, SMALL_NBYTES), _LETTERS.get(dtype, "")))
        elif one.number in (_FLOATS, _DOUBLES):
            values.extend(_reals(wire, one, "f" if one.number == _FLOATS else "d"))
        elif one.number in _VARINTS and (one.wire != BYTES or one.value <= SMALL_NBYTES):
            values.extend(str(number) for number, _ in zip(wire.numbers(one), range(ELEMENTS + 1), strict=False))
        elif one.number == _TEXTS and dtype == _TEXT:
            values.append(repr(wire.text(one, TEXT_CHARACTERS)))
        if len(values) > ELEMENTS:
            return ""
    return "0" if empty and dtype != _TEXT else ", ".join(values)


def _content(raw: bytes, letter: str) -> list[str]:
    count = len(raw) // calcsize(letter) if letter else 0
    return [_shown(value) for value in unpack(f"<{count}{letter or 'B'}", raw[: count * calcsize(letter or "B")])]


def _reals(wire: Wire, one: Field, letter: str) -> list[str]:
    if one.wire == BYTES:
        return _content(wire.load(one, SMALL_NBYTES), letter) if one.value <= SMALL_NBYTES else [""] * (ELEMENTS + 1)
    width = {FIXED32: 4, FIXED64: 8}.get(one.wire, 0)
    return _content(one.value.to_bytes(width, "little"), letter) if width else []


def _shown(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)
