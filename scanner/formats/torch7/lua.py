"""Lua functions as `string.dump` writes them: which Lua made them, and the identifiers they hold.

Bytecode is not decoded: the virtual machines differ and none verifies it. Constants and debug information are
plain texts in all of them, so every identifier among printable runs counts.
"""

import re
from collections.abc import Iterator

CODE_NBYTES = 1 << 20
"""Bytes of one function that are searched."""

NAMES = 400
"""Identifiers kept of one function."""

_HEADER_NBYTES = 5
_RUN = re.compile(rb"[ -~]{2,}")
_NAME = re.compile(r"[A-Za-z_]\w{1,60}")
_PRINTED = bytes((9, 10, 13, *range(32, 127)))
# LuaJIT, lj_bcdump.h: constants of text start with their length and 5, as one byte up to 122 characters.
_JIT_TEXT = 5
_JIT_LONGEST = 0x80


def form_of(code: bytes) -> str:
    """Name what made a function: "lua-5.1", "luajit-2", "text" (source that loading compiles), or "other"."""
    if code.startswith(b"\x1bLua"):
        return f"lua-{code[4] >> 4}.{code[4] & 15}" if len(code) > len(b"\x1bLua") else "other"
    if code.startswith(b"\x1bLJ"):
        return f"luajit-{code[3]}" if len(code) > len(b"\x1bLJ") else "other"
    return "text" if code and not code.translate(None, _PRINTED) else "other"


def names_of(code: bytes) -> tuple[tuple[str, ...], bool]:
    """Return the identifiers in a function, in order, and whether these are all."""
    jit = code.startswith(b"\x1bLJ")
    found: dict[str, None] = {}
    for run in _RUN.finditer(code, _HEADER_NBYTES if code.startswith(b"\x1bL") else 0):
        for text in (run[0], *(_counted(code, run.start(), run[0]) if jit else ())):
            found.update(dict.fromkeys(_NAME.findall(text.decode("ascii"))))
        if len(found) > NAMES:
            return tuple(found)[:NAMES], False
    return tuple(found), True


def _counted(code: bytes, start: int, run: bytes) -> Iterator[bytes]:
    """Yield what a length byte cuts from a run; the byte lies before it, or is its first one."""
    for at in (start - 1, start):
        if at > 0 and _JIT_TEXT < code[at] < _JIT_LONGEST:
            cut = code[at + 1 : at + 1 + code[at] - _JIT_TEXT]
            if run.startswith(cut) or run[1:].startswith(cut):
                yield cut
                yield run[len(cut) + (at == start) :]
