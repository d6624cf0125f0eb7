"""A close look at the head of a block of data: does something loadable start there?

`magic.kind_of` names bytes that stand alone; here they stand where numbers are expected, and
numbers start like anything now and then, so more of the structure must fit.
"""

import re

from scanner.magic import kind_of
from scanner.pattern import pattern

HEAD_NBYTES = 512
"""Bytes needed for a look."""

_CHECKS = {
    # ELF: class, byte order and version. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    "elf": pattern(rb"\x7fELF[\x01\x02][\x01\x02]\x01", re.DOTALL),
    # Mach-O: the CPU type is one of x86, ARM and PowerPC, in either byte order.
    "macho": pattern(
        rb"[\xce\xcf]\xfa\xed\xfe[\x07\x0c\x12]\0\0[\0\1]|\xfe\xed\xfa[\xce\xcf][\0\1]\0\0[\x07\x0c\x12]", re.DOTALL
    ),
    # Zip: version needed up to 6.3, a known method. PKWARE APPNOTE 4.4.3, 4.4.5
    "zip": pattern(rb"PK\x03\x04[\x00-\x3f][\x00-\x0b].[\x00-\x3f][\0\x08\x09\x0c\x0e\x5d\x5f\x62\x63]\0", re.DOTALL),
    "script": pattern(rb"#!/[ -~]{2,120}\n"),
    "gzip": pattern(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\0\2\4][\x00-\x0d\xff]", re.DOTALL),
    "bzip2": pattern(rb"BZh[1-9]1AY&SY"),
    "java-class": pattern(rb"\xca\xfe\xba\xbe\0.\0[\x2d-\x60]", re.DOTALL),
}
_SURE = frozenset(("pe", "wasm", "dex", "xz", "7z", "rar", "numpy", "hdf5", "tar", "pdf"))

_FIRST = frozenset(bytes((byte,)) for byte in b"\x80(dlpi0123456789\nScPM\x7f\xfe\xce\xcf\xca#\x1fB\xfd7R\x93\x89%")
"""First bytes of everything that a look could name: nine of ten blocks cost no more than this."""

_TAR = 257

STREAM_NBYTES = 1 << 20
"""Bytes of a block looked at before it is called a pickle."""

_LINES = {b"I": 1, b"F": 1, b"S": 1, b"V": 1, b"L": 1, b"P": 1, b"g": 1, b"p": 1, b"c": 2, b"i": 2}
_PLAIN = frozenset(b"(.012NQR}]tl)dabesuo\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98")
_FIXED = {
    0x80: 1, 0x95: 8, 0x4A: 4, 0x4B: 1, 0x4D: 2, 0x47: 8, 0x68: 1, 0x6A: 4, 0x71: 1, 0x72: 4, 0x82: 1, 0x83: 2, 0x84: 4,
}  # fmt: skip
_SIZED = {0x8A: 1, 0x8B: 4, 0x55: 1, 0x54: 4, 0x43: 1, 0x42: 4, 0x8E: 8, 0x96: 8, 0x8C: 1, 0x58: 4, 0x8D: 8}
_IMPORTS = frozenset(b"ci\x93\x82\x83\x84")
_STOP = 0x2E
_OPCODES = 100_000


def kind_inside(head: bytes) -> str:
    """Name what starts at a block of data, or "" for plain data. "pickle" is a first guess: see `is_pickle`."""
    if head[:1] not in _FIRST and head[_TAR : _TAR + 5] != b"ustar" and head[:4] != b"\0asm":
        return ""
    kind = kind_of(head)
    check = _CHECKS.get(kind)
    if check is not None:
        return kind if check.match(head) else ""
    return kind if kind in _SURE or kind == "pickle" else ""


def is_pickle(block: bytes) -> bool:
    """Walk opcodes by their sizes alone: a stream that imports and stops, or breaks only after the import.

    Protocol 4 and 5 streams that stop without an import count too; shorter protocols do after 8 opcodes.
    """
    position, opcodes, imports = 0, 0, False
    while position < len(block) and opcodes < _OPCODES:
        code = block[position]
        following = _next(block, position, code)
        if following < 0 or following > len(block):
            break
        imports = imports or code in _IMPORTS
        opcodes += 1
        if code == _STOP:
            return imports or (block[:1] == b"\x80" and opcodes > (3 if block[1] > 3 else 8))  # noqa: PLR2004 - above
        position = following
    return imports and opcodes > 2  # noqa: PLR2004 - PROTO or MARK, the import, and one thing done with it


def _next(block: bytes, position: int, code: int) -> int:
    """Return where the next opcode starts, or -1 where this is none."""
    if code in _PLAIN:
        return position + 1
    if code in _FIXED:
        return position + 1 + _FIXED[code]
    if code in _SIZED:
        width = _SIZED[code]
        return position + 1 + width + int.from_bytes(block[position + 1 : position + 1 + width], "little")
    lines = _LINES.get(block[position : position + 1], 0)
    for _ in range(lines):
        position = block.find(b"\n", position + 1, position + 400)
        if position < 0:
            return -1
    return position + 1 if lines else -1
