"""The opcodes of the pickle machine, protocols 0 to 5: their bytes, names and argument shapes."""

from typing import Final

# CPython Lib/pickletools.py and Modules/_pickle.c name them so; PEP 307, PEP 3154 and PEP 574 define them.
MARK: Final = 0x28
STOP: Final = 0x2E
POP: Final = 0x30
POP_MARK: Final = 0x31
DUP: Final = 0x32
FLOAT: Final = 0x46
INT: Final = 0x49
BININT: Final = 0x4A
BININT1: Final = 0x4B
LONG: Final = 0x4C
BININT2: Final = 0x4D
NONE: Final = 0x4E
PERSID: Final = 0x50
BINPERSID: Final = 0x51
REDUCE: Final = 0x52
STRING: Final = 0x53
BINSTRING: Final = 0x54
SHORT_BINSTRING: Final = 0x55
UNICODE: Final = 0x56
BINUNICODE: Final = 0x58
APPEND: Final = 0x61
BUILD: Final = 0x62
GLOBAL: Final = 0x63
DICT: Final = 0x64
EMPTY_DICT: Final = 0x7D
APPENDS: Final = 0x65
GET: Final = 0x67
BINGET: Final = 0x68
INST: Final = 0x69
LONG_BINGET: Final = 0x6A
LIST: Final = 0x6C
EMPTY_LIST: Final = 0x5D
OBJ: Final = 0x6F
PUT: Final = 0x70
BINPUT: Final = 0x71
LONG_BINPUT: Final = 0x72
SETITEM: Final = 0x73
TUPLE: Final = 0x74
EMPTY_TUPLE: Final = 0x29
SETITEMS: Final = 0x75
BINFLOAT: Final = 0x47
BINBYTES: Final = 0x42
SHORT_BINBYTES: Final = 0x43
PROTO: Final = 0x80
NEWOBJ: Final = 0x81
EXT1: Final = 0x82
EXT2: Final = 0x83
EXT4: Final = 0x84
TUPLE1: Final = 0x85
TUPLE2: Final = 0x86
TUPLE3: Final = 0x87
NEWTRUE: Final = 0x88
NEWFALSE: Final = 0x89
LONG1: Final = 0x8A
LONG4: Final = 0x8B
SHORT_BINUNICODE: Final = 0x8C
BINUNICODE8: Final = 0x8D
BINBYTES8: Final = 0x8E
EMPTY_SET: Final = 0x8F
ADDITEMS: Final = 0x90
FROZENSET: Final = 0x91
NEWOBJ_EX: Final = 0x92
STACK_GLOBAL: Final = 0x93
MEMOIZE: Final = 0x94
FRAME: Final = 0x95
BYTEARRAY8: Final = 0x96
NEXT_BUFFER: Final = 0x97
READONLY_BUFFER: Final = 0x98

NAMES: Final[dict[int, str]] = {
    value: name for name, value in sorted(globals().items()) if name.isupper() and type(value) is int
}

EXTENSIONS: Final = {1: EXT1, 2: EXT2, 4: EXT4}
"""EXT opcodes by the width of their code."""

HIGHEST_PROTOCOL: Final = 5

# Shapes of arguments: 0 none; 1, 2, 4, 8 a fixed number of bytes; a line; two lines; a length and that many bytes.
LINE: Final = 16
TWO_LINES: Final = 17
SIZED1: Final = 21
SIZED4: Final = 24
SIZED8: Final = 28
INVALID: Final = 255

_SHAPES: Final[dict[int, tuple[int, ...]]] = {
    1: (BININT1, BINGET, BINPUT, PROTO, EXT1),
    2: (BININT2, EXT2),
    4: (BININT, LONG_BINGET, LONG_BINPUT, EXT4),
    8: (BINFLOAT, FRAME),
    LINE: (FLOAT, INT, LONG, PERSID, STRING, UNICODE, GET, PUT),
    TWO_LINES: (GLOBAL, INST),
    SIZED1: (SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE, LONG1),
    SIZED4: (BINSTRING, BINUNICODE, BINBYTES, LONG4),
    SIZED8: (BINUNICODE8, BINBYTES8, BYTEARRAY8),
}


def _shapes() -> bytes:
    table = bytearray([INVALID]) * 256
    for opcode in NAMES:
        table[opcode] = 0
    for shape, opcodes in _SHAPES.items():
        for opcode in opcodes:
            table[opcode] = shape
    return bytes(table)


SHAPE: Final[bytes] = _shapes()
"""The argument shape of each of the 256 bytes; INVALID where the byte is no opcode."""

PREFIX: Final[bytes] = bytes(
    {LINE: 0, TWO_LINES: 0, SIZED1: 1, SIZED4: 4, SIZED8: 8, INVALID: 0}.get(shape, shape) for shape in SHAPE
)
"""Bytes of the fixed part of each opcode's argument."""
