"""The next stream in the bytes behind a stream: right there, behind padding, or hidden in junk."""

from typing import Final

from scanner.formats.pickle.skim import OPERATIONS, Glance, glance
from scanner.formats.pickle.source import WINDOW_NBYTES, Source
from scanner.limits import HEAD_NBYTES
from scanner.pattern import pattern
from scanner.record import record

_SEARCHED: Final = 64 << 20
"""Bytes behind one stream that are searched."""
_BUDGET: Final = 2_000_000
"""Opcodes glanced at behind one stream."""
_BEFORE: Final = 256
_SURVIVED: Final = 24

# A header of protocol 2 to 5; a GLOBAL or INST line pair of the text protocols.
_START: Final = pattern(rb"\x80[\x02-\x05]|[ci][A-Za-z_][\w.]{0,200}\n[A-Za-z_][\w.]{0,200}\n")
_NOT_BLANK: Final = pattern(rb"[^\0]")


@record
class Found:
    """Where the next stream begins, if anywhere. `blank`: only zero bytes before it. `bound`: bytes searched."""

    offset: int | None
    blank: bool
    exhausted: bool = False
    bound: int = _SEARCHED


_NOWHERE: Final = Found(offset=None, blank=True)


def next_stream(source: Source, offset: int, size: int, *, broken: bool = False) -> Found:
    """Find the next stream at or behind `offset`; behind a `broken` one only a stream that imports something."""
    if offset >= size:
        return _NOWHERE
    if broken:
        return _hidden(source, offset + 1, size)
    if _begins(source, offset):
        return Found(offset=offset, blank=True)
    first = _first_not_blank(source, offset, size)
    if first is None:
        return Found(offset=None, blank=True)
    if first > offset and _begins(source, first):
        return Found(offset=first, blank=True)
    return _hidden(source, first, size)


def _begins(source: Source, offset: int) -> bool:
    """Look for a stream right here: one that runs to STOP or far enough."""
    seen = glance(source.peek(offset, HEAD_NBYTES))
    return seen.acts or seen.stopped or seen.count >= _SURVIVED


def _first_not_blank(source: Source, offset: int, size: int) -> int | None:
    while offset < size:
        chunk = source.peek(offset, WINDOW_NBYTES)
        match = _NOT_BLANK.search(chunk)
        if match:
            return offset + match.start()
        if not chunk:
            break
        offset += len(chunk)
    return None


def _hidden(source: Source, offset: int, size: int) -> Found:
    """Look for streams that import something, wherever they begin."""
    spent, start, end = 0, offset, min(size, offset + _SEARCHED)
    while offset < end:
        chunk = source.peek(offset, WINDOW_NBYTES)
        for match in _START.finditer(chunk):
            for candidate in _candidates(chunk, match.start()):
                seen = glance(source.peek(offset + candidate, HEAD_NBYTES))
                spent += seen.count + 20
                if _acts(seen):
                    return Found(offset=offset + candidate, blank=False)
            if spent > _BUDGET:
                return Found(offset=None, blank=False, exhausted=True, bound=offset + match.start() - start)
        if len(chunk) < WINDOW_NBYTES:
            break
        offset += len(chunk) - 512  # a start that lies across two chunks
    return Found(offset=None, blank=False, exhausted=end < size)


def _candidates(chunk: bytes, start: int) -> list[int]:
    if chunk[start] != 0x69:  # noqa: PLR2004 - INST needs a MARK and arguments before it
        return [start]
    before = chunk[max(0, start - _BEFORE) : start]
    return [start - len(before) + index for index, byte in enumerate(before) if byte == 0x28][:16]  # noqa: PLR2004


def _acts(seen: Glance) -> bool:
    return seen.acts or (seen.imports and (seen.stopped or seen.count >= OPERATIONS - 1))
