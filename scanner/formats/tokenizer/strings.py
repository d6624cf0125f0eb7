"""Long lists of texts inside a JSON document, taken apart a block at a time: the texts, and what stands between them.

A vocabulary of a hundred megabytes holds millions of texts. Inside a JSON text a quote is always written behind a
backslash: once the escapes are out of the way, splitting at quotes tells texts from what stands between them, exactly
and quickly.
"""

import json
import re
from collections.abc import Iterator, Sequence

from scanner.format import MalformedError

BLOCK_NBYTES = 1 << 18
OFTEN = 4096
"""From so many escapes a block on, three passes over the bytes are quicker than a call for each escape."""

TOGETHER = 10_000
"""Texts that are decoded in one go."""

Block = tuple[int, list[bytes], list[bytes]]
"""Where a block starts, what stands before each of its texts, white space left in, and the texts as UTF-8."""

_ESCAPE = b"\x01"
_QUOTE = b"\x02"
"""Stand for a backslash and an escaped quote; no control character may stand in JSON itself."""

_WRITTEN = re.compile(rb"\\(?:.|\Z)", re.DOTALL)
_STAND_INS = {b"\\": _ESCAPE, b'"': _QUOTE}


def blocks(raw: bytes, start: int) -> Iterator[Block]:
    """Yield blocks of texts from an offset outside of texts on.

    What stands behind the last text of a block comes before the first one of the next; the last block has one entry
    more of the former. Control characters in texts, which JSON forbids, are taken as they are where they do no harm.
    Raises `MalformedError`. Linear.
    """
    at, size = start, BLOCK_NBYTES
    while True:
        block, escape = _hidden(raw, at, min(at + size, len(raw)))
        parts = block.split(b'"')
        if len(parts) > 2:  # noqa: PLR2004 - a text lies between two quotes
            # What follows the last text is left for the next block, and so is a text that has begun.
            size = BLOCK_NBYTES
            last = len(block) - len(parts.pop())
            if len(parts) % 2:
                last -= len(parts.pop()) + 1
            texts = parts[1::2]
            for number in _escaped(block, escape, last):
                texts[number] = _shown(texts[number], at)
            yield at, parts[0::2], texts
            at += last
        elif at + len(block) < len(raw):
            size *= 2
        else:
            yield at, [block], []
            return


def behind(raw: bytes, start: int, texts: int) -> int:
    """Find the offset behind so many texts, counted from where a block starts."""
    at = start
    for _ in range(texts):
        at = _end_of_text(raw, raw.index(b'"', at) + 1)
    return at


def _end_of_text(raw: bytes, at: int) -> int:
    while True:
        quote = raw.index(b'"', at)
        backslash = raw.find(b"\\", at, quote)
        if backslash < 0:
            return quote + 1
        at = backslash + 2


def _hidden(raw: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Take a block, and the byte with which an escape starts in it; an escape is never cut.

    Where a quote is escaped, stand-ins take the place of all escapes, byte for byte.
    """
    block = raw[start:end]
    if end < len(raw) and block.endswith(b"\\"):
        block = block.rstrip(b"\\") or raw[start : end + 1]
    if b'\\"' not in block:
        return block, b"\\"
    if _ESCAPE in block or _QUOTE in block:
        message = "a control character in JSON"
        raise MalformedError(message, start + max(block.find(_ESCAPE), block.find(_QUOTE)))
    if block.count(b"\\") < OFTEN:
        return _WRITTEN.sub(_stand_in, block), _ESCAPE
    block = block.replace(b"\\\\", _ESCAPE * 2)
    return block.replace(b'\\"', _ESCAPE + _QUOTE).replace(b"\\", _ESCAPE), _ESCAPE


def _stand_in(found: re.Match[bytes]) -> bytes:
    escaped = found[0][1:]
    return _ESCAPE + _STAND_INS.get(escaped, escaped)


def _escaped(block: bytes, escape: bytes, end: int) -> Iterator[int]:
    """Name the texts of a block that hold an escape, by counting the quotes before each: few do."""
    quotes = before = 0
    told = -1
    at = block.find(escape, 0, end)
    while at >= 0:
        quotes += block.count(b'"', before, at)
        if quotes // 2 != told:
            told = quotes // 2
            yield told
        before = at
        at = block.find(escape, at + 1, end)


def _shown(text: bytes, at: int) -> bytes:
    """Undo the stand-ins and read the escapes of one text."""
    written = text.replace(_ESCAPE + _QUOTE, b'\\"').replace(_ESCAPE, b"\\") if _ESCAPE in text else text
    try:
        found: str = json.loads(b'"%b"' % written)
    except ValueError as error:
        message = "a text with an escape that JSON does not know"
        raise MalformedError(message, at) from error
    return found.encode("utf-8", "surrogatepass")


def decoded(texts: Sequence[bytes]) -> list[str]:
    """Read texts of blocks. Raises `MalformedError` where one is no UTF-8."""
    found: list[str] = []
    for at in range(0, len(texts), TOGETHER):
        found += _decoded(texts[at : at + TOGETHER])
    return found


def _decoded(texts: Sequence[bytes]) -> list[str]:
    joined = b"\0".join(texts)
    try:
        if joined.count(b"\0") == len(texts) - 1:
            return joined.decode().split("\0")  # In one go: a fifth of the time.
        return [text.decode() for text in texts]
    except UnicodeDecodeError:
        pass
    try:  # An escape may stand for half a character, as JSON allows.
        return [text.decode("utf-8", "surrogatepass") for text in texts]
    except UnicodeDecodeError as error:
        message = "JSON that is not UTF-8"
        raise MalformedError(message) from error
