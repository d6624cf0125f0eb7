"""Is what follows a magic number the file that it announces? Headers are checked until chance cannot pass them."""

import zlib

from scanner.inside import kind_inside
from scanner.pattern import pattern

CONTENT_NBYTES = 4096
"""Bytes that a look takes, from the file's start."""

BACK_NBYTES = 1024
"""A PE is found by its second header; the first lies at most so far before it."""

_INFLATED_NBYTES = 64
_TEXT_NBYTES = 128
_PRINTED = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_SCRIPT = pattern(rb"#!/(?:usr/)?(?:local/)?bin/[ -~]{2,100}\r?\n")
_PYTHON = pattern(rb"import [A-Za-z_][\w., ]{1,200}\r?\n")
_MACHINES = {0x02: "sparc", 0x03: "x86", 0x08: "mips", 0x14: "ppc", 0x15: "ppc64", 0x16: "s390", 0x28: "arm",
             0x3E: "x86-64", 0xB7: "aarch64", 0xF3: "riscv", 0x102: "loongarch"}  # fmt: skip
"""Machines of e_machine that run models. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html"""
_ELF_TYPES = {1: "object", 2: "program", 3: "library", 4: "core"}
_PE_POINTER = 0x3C
_XZ_CHECKS = (0, 1, 4, 10)
_RAR = (b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0")
_NAME_CHARACTERS = 255
_LOCAL_NBYTES = 30


def validated(kind: str, content: bytes) -> str:
    """Say what a file of a kind is in a few words, or "" where its header does not hold. `content` is its start."""
    check = {
        "elf": _elf, "zip": _zip, "gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "7z": _seven, "rar": _rar,
        "script": _script, "python": _python,
    }.get(kind)  # fmt: skip
    if check is not None:
        return check(content)
    return kind if kind_inside(content[:512]) == kind else ""


def pe(content: bytes, at: int) -> tuple[str, int]:
    """Find the first header of a PE whose second one is at `at`: what it is, and where it starts; ("", -1) for none."""
    start = content.rfind(b"MZ", max(0, at - BACK_NBYTES), at)
    while start >= 0:
        pointer = int.from_bytes(content[start + _PE_POINTER : start + _PE_POINTER + 4], "little")
        if pointer == at - start and pointer >= _PE_POINTER + 4:
            # Optional header: its magic is one of three. https://learn.microsoft.com/windows/win32/debug/pe-format
            magic = int.from_bytes(content[at + 24 : at + 26], "little")
            sections = int.from_bytes(content[at + 6 : at + 8], "little")
            if magic in (0x10B, 0x20B) and 1 <= sections <= 96:  # noqa: PLR2004 - of the specification
                return f"program of {sections} sections", start
        start = content.rfind(b"MZ", max(0, at - BACK_NBYTES), start)
    return "", -1


def _elf(content: bytes) -> str:
    order = "little" if content[5:6] == b"\x01" else "big"
    kind, machine, version = (int.from_bytes(content[a:b], order) for a, b in ((16, 18), (18, 20), (20, 24)))  # type: ignore[arg-type]
    header = int.from_bytes(content[52:54] if content[4:5] == b"\x02" else content[40:42], order)  # type: ignore[arg-type]
    if version != 1 or kind not in _ELF_TYPES or machine not in _MACHINES or header not in (52, 64):
        return ""
    return f"{_MACHINES[machine]} {_ELF_TYPES[kind]}"


def _zip(content: bytes) -> str:
    length = int.from_bytes(content[26:28], "little")
    name = content[_LOCAL_NBYTES : _LOCAL_NBYTES + length]
    if kind_inside(content[:512]) != "zip" or not 1 <= length <= _NAME_CHARACTERS or len(name) < length:
        return ""
    if name.translate(None, _PRINTED) and not _is_utf8(name):
        return ""
    return f"first member {name.decode('utf-8', 'replace')[:60]}"


def _is_utf8(name: bytes) -> bool:
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.isprintable()


def _gzip(content: bytes) -> str:
    try:
        made = zlib.decompressobj(31).decompress(content, CONTENT_NBYTES)
    except zlib.error:
        return ""
    return "a stream that inflates" if len(made) >= _INFLATED_NBYTES else ""


def _bzip2(content: bytes) -> str:
    # The block's sum, then "randomised" (not written since 2000) and the origin, which lies inside the block.
    level, origin = content[3:4], int.from_bytes(content[14:17], "big")
    if content[:3] != b"BZh" or not b"1" <= level <= b"9" or origin >> 23:
        return ""
    return "a first block" if (origin & 0x7FFFFF) < int(level) * 100_000 else ""


def _xz(content: bytes) -> str:
    flags = content[6:8]
    good = len(content) >= 12 and flags[0] == 0 and flags[1] in _XZ_CHECKS  # noqa: PLR2004 - header, flags, sum
    return "a stream" if good and zlib.crc32(flags) == int.from_bytes(content[8:12], "little") else ""


def _seven(content: bytes) -> str:
    good = len(content) >= 32 and zlib.crc32(content[12:32]) == int.from_bytes(content[8:12], "little")  # noqa: PLR2004
    return "a start header" if good else ""


def _rar(content: bytes) -> str:
    return "a signature" if content.startswith(_RAR) else ""


def _script(content: bytes) -> str:
    line = _SCRIPT.match(content)
    if line is None or content[line.end() : line.end() + _TEXT_NBYTES // 2].translate(None, _PRINTED):
        return ""
    return line[0].strip().decode("ascii")


def _python(content: bytes) -> str:
    line = _PYTHON.match(content)
    following = content[: max(_TEXT_NBYTES, line.end() if line else 0)]
    if line is None or len(following) < _TEXT_NBYTES or following.translate(None, _PRINTED):
        return ""
    return line[0].strip().decode("ascii")
