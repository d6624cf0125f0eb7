"""The numbers of attributes, passed over: a tree ensemble holds millions, each a field of its own where unpacked."""

from collections.abc import Callable, Iterator

from scanner.pattern import pattern
from scanner.protobuf import BYTES, FIXED32, WINDOW_NBYTES, Field, Wire

_FIELDS = (7, 8)
"""`floats` and `ints` of AttributeProto."""

_RUN = 16
"""Unpacked numbers in a row after which the end of the run is looked for."""

# Field 8 as a varint of at most 64 bits, field 7 as a fixed32. What is written longer is read one by one.
_NUMBERS = pattern(
    rb"(?:\x40(?:[\x80-\xff]{0,8}+[\x00-\x7f]|[\x80-\xff]{9}[\x00\x01])|\x3d[\x00-\xff]{4})++"
)  # fmt: skip


def numberless(wire: Wire, fields: Callable[[int, int], Iterator[Field]], start: int, end: int) -> Iterator[Field]:
    """Yield what `fields` says of the attribute at `[start, end)`, but its numbers."""
    position, run = start, 0
    while position < end:
        following = end
        for field in fields(position, end):
            if field.number not in _FIELDS:
                run = 0
                yield field
            elif field.wire != BYTES:
                run += 1
                if run == _RUN:
                    run, following = 0, _behind(wire, field.start + 4 * (field.wire == FIXED32), end)
                    break
        position = following


def _behind(wire: Wire, position: int, end: int) -> int:
    """Return where the unpacked numbers end that begin at `position`, or a place among them."""
    while position < end:
        found = _NUMBERS.match(wire.load(Field(0, BYTES, end - position, position), WINDOW_NBYTES))
        if found is None:
            break
        position += found.end()
    return position
