"""Constants of a stream, decoded as the C `_pickle` decodes them; numbers in text follow its base-0 rules."""

import codecs
import re
import struct
from typing import Final

from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.source import Source
from scanner.pattern import pattern

Constant = str | bytes | int | float | tuple[()] | None

# C: strtol(s, &end, 0) ending at a newline or NUL; bases 8, 10 and 16 by prefix.
_STRTOL: Final = pattern(rb"[ \t\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)(?:\0.*)?", re.DOTALL)
_INT64: Final = 1 << 63
_DIGITS: Final = 4300  # CPython's own limit for text to int; more digits raise ValueError there too

DECODABLE: Final = 1 << 16
"""Longest constant, in bytes, that names and folded values are made of."""

TEXTS: Final = frozenset(
    (op.SHORT_BINUNICODE, op.BINUNICODE, op.BINUNICODE8, op.UNICODE, op.STRING, op.BINSTRING, op.SHORT_BINSTRING)
)
DATA: Final = frozenset((op.SHORT_BINBYTES, op.BINBYTES, op.BINBYTES8, op.BYTEARRAY8))
INTEGERS: Final = frozenset((op.BININT, op.BININT1, op.BININT2, op.INT, op.LONG, op.LONG1, op.LONG4))


def integer(line: bytes) -> int:
    """Decode the argument of INT, without its newline: base 0, `01` and `00` are booleans. Raises ValueError."""
    if line in (b"00", b"01"):
        return line == b"01"
    match = _STRTOL.fullmatch(line)
    if match:
        digits = match[2].lower()
        base = 16 if digits.startswith(b"0x") else 8 if digits.startswith(b"0") else 10
        try:
            value = int(digits, base) if len(digits) <= _DIGITS else _INT64
        except ValueError:
            value = _INT64
        if match[1] == b"-":
            value = -value
        if -_INT64 <= value < _INT64:
            return value
    return _base0(line)


def long_integer(line: bytes) -> int:
    """Decode the argument of LONG, without its newline: base 0, a trailing L allowed. Raises ValueError."""
    return _base0(line.removesuffix(b"L"))


def _base0(line: bytes) -> int:
    return int(line.split(b"\0", 1)[0].decode("latin-1"), 0)


def memo_key(line: bytes) -> int:
    """Decode the argument of GET or PUT: base 10. Raises ValueError."""
    return int(line.split(b"\0", 1)[0])


def real(line: bytes) -> float:
    """Decode the argument of FLOAT. Raises ValueError."""
    line = line.split(b"\0", 1)[0]
    if b"_" in line or line[:1].isspace() or line[-1:].isspace():
        raise ValueError
    return float(line)


def quoted(line: bytes) -> bytes:
    """Decode the argument of STRING. Raises ValueError."""
    if len(line) < 2 or line[0] != line[-1] or line[0] not in b"'\"":  # noqa: PLR2004 - two quotes
        raise ValueError
    return codecs.escape_decode(line[1:-1])[0] if b"\\" in line else line[1:-1]


def span(source: Source, offset: int) -> tuple[int, int]:
    """Return offset and length of the argument's content: behind a length field, or a line without its newline."""
    shape = op.SHAPE[source.peek(offset, 1)[0]]
    if shape == op.LINE:
        end = source.newline(offset + 1)
        return offset + 1, max(0, (source.size if end < 0 else end) - offset - 1)
    if shape in (op.SIZED1, op.SIZED4, op.SIZED8):
        width = shape - 20
        nbytes = int.from_bytes(source.peek(offset + 1, width), "little")
        start = offset + 1 + width
        return start, min(nbytes, source.size - start)
    return offset + 1, min(op.PREFIX[source.peek(offset, 1)[0]], source.size - offset - 1)


def reads(source: Source, offset: int) -> list[tuple[int, int]]:
    """List what of the argument of the opcode at `offset` is read at once: half-open ranges of offsets.

    The content of bytes is not: `_Unpickler_ReadInto` takes it in pieces.
    """
    opcode = source.peek(offset, 1)[0]
    shape = op.SHAPE[opcode]
    if shape in (op.LINE, op.TWO_LINES):
        first = source.newline(offset + 1) + 1 or source.size
        second = source.newline(first) + 1 or source.size
        return [(offset + 1, first), (first, second)][: 1 + (shape == op.TWO_LINES)]
    content = offset + 1 + op.PREFIX[opcode]
    if opcode in DATA:
        return [(offset + 1, content)]
    start, nbytes = span(source, offset)
    return [(offset + 1, content), (content, start + nbytes)]


def constant(source: Source, offset: int, limit: int = DECODABLE) -> Constant:  # noqa: PLR0911 - one a shape
    """Decode the constant that the opcode at `offset` pushes; content beyond `limit` bytes is left out.

    Python 2 strings are read as latin-1. A value that does not decode is shown as text.
    """
    opcode = source.peek(offset, 1)[0]
    if opcode in _SINGLE:
        return _SINGLE[opcode]
    start, nbytes = span(source, offset)
    content = source.peek(start, min(nbytes, limit))
    if opcode in (op.SHORT_BINUNICODE, op.BINUNICODE, op.BINUNICODE8):
        return content.decode("utf-8", "ignore" if nbytes > limit else "backslashreplace")
    if opcode in DATA:
        return content
    if opcode in (op.BINSTRING, op.SHORT_BINSTRING):
        return content.decode("latin-1")
    if opcode == op.PERSID:
        return content.decode("latin-1")
    try:
        return _number(opcode, content) if opcode not in (op.STRING, op.UNICODE) else _line(opcode, content)
    except (ValueError, struct.error):
        return content.decode("latin-1")


_SINGLE: Final[dict[int, Constant]] = {op.NONE: None, op.NEWTRUE: True, op.NEWFALSE: False, op.EMPTY_TUPLE: ()}


def _line(opcode: int, content: bytes) -> str:
    if opcode == op.STRING:
        return quoted(content).decode("latin-1")
    return content.decode("raw-unicode-escape")


def _number(opcode: int, content: bytes) -> int | float:
    if opcode == op.INT:
        return integer(content)
    if opcode == op.LONG:
        return long_integer(content)
    if opcode == op.FLOAT:
        return real(content)
    if opcode == op.BINFLOAT:
        return float(struct.unpack(">d", content)[0])
    return int.from_bytes(content, "little", signed=opcode in (op.BININT, op.LONG1, op.LONG4))
