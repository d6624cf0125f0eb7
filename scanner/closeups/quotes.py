"""The bytes around a place, with what may be a secret held back."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from scanner import formats
from scanner.artifact import Artifact, Location
from scanner.credentials import places
from scanner.facts.listing import Quoted
from scanner.format import Format, MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.nesting import SEPARATOR
from scanner.pattern import pattern

ROW = 16
"""Bytes of a line of a hexadecimal view."""

BEFORE = 2 * ROW
MARKED = 4 * ROW
AFTER = 2 * ROW
LINE_NBYTES = 240
"""Bytes of a line of text that are quoted."""

AROUND_NBYTES = 4096
"""How far around a secret is looked for: what is shown may lie in the middle of one."""

SOUGHT_NBYTES = 8 << 20
"""How far into an artifact a line is sought."""

HELD_BACK = "--"

_KEY = "PRIVATE KEY"
_KEY_LINE = pattern(r"[A-Za-z0-9+/=_-]{8,8192}")


def quote(artifact: Artifact, wanted: Sequence[Location], limits: Limits) -> Iterator[Quoted]:
    """Quote places of a file and of what it holds; what cannot be found again is not quoted."""
    if wanted:
        yield from _walk(artifact, set(wanted), formats.discover(), limits)


def _walk(artifact: Artifact, wanted: set[Location], known: Sequence[Format], limits: Limits) -> Iterator[Quoted]:
    """Quote from an artifact, then from those members alone that hold a place that is wanted."""
    inside = artifact.path + SEPARATOR
    with suppress(MalformedError, OSError):
        for where in sorted((one for one in wanted if one.path == artifact.path), key=_order):
            yield from _quoted(artifact, where)
            wanted.discard(where)
        if artifact.depth >= limits.depth or not any(one.path.startswith(inside) for one in wanted):
            return
        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
        for one in known:
            if one.claims(head, artifact.path):
                with suppress(MalformedError, OSError):
                    for item in one.read(artifact, limits):
                        if isinstance(item, Artifact) and any(place.path.startswith(item.path) for place in wanted):
                            yield from _walk(replace(item, depth=artifact.depth + 1), wanted, known, limits)


def _order(where: Location) -> tuple[int, int]:
    return where.offset or 0, where.line or 0


def _quoted(artifact: Artifact, where: Location) -> Iterator[Quoted]:
    offset, length, margin = where.offset, where.length or 1, (BEFORE, AFTER)
    if where.line is not None:
        found = _line(artifact, where.line)
        if found is None:
            return
        offset, length, margin = *found, (0, 0)
    if offset is None or offset >= artifact.size:
        return
    marked = min(length, MARKED if where.line is None else LINE_NBYTES, artifact.size - offset)
    start = max(0, offset - margin[0])
    if where.line is None:
        start -= start % ROW
    end = min(artifact.size, offset + marked + margin[1])
    shown = _masked(artifact, start, end)
    if shown:
        yield Quoted(where=where, start=start, shown=shown, mark=offset - start, marked=marked)


def _line(artifact: Artifact, number: int) -> tuple[int, int] | None:
    """Find a line, counted from 1: its offset and its length in bytes; None where it lies too far in, or is empty."""
    with artifact.open() as stream:
        text = stream.read(min(artifact.size, SOUGHT_NBYTES))
    start = 0
    for _ in range(number - 1):
        start = text.find(b"\n", start) + 1
        if not start:
            return None
    end = text.find(b"\n", start)
    length = (len(text) if end < 0 else end) - start
    return (start, length) if length else None


def _masked(artifact: Artifact, start: int, end: int) -> str:
    first = max(0, start - AROUND_NBYTES)
    with artifact.open() as stream:
        stream.seek(first)
        around = stream.read(end + AROUND_NBYTES - first)
    text = around.decode("latin-1")
    secret = bytearray(len(around))
    for low, high in places(text):
        secret[low:high] = b"\1" * (high - low)
    if _KEY in text:
        for run in _KEY_LINE.finditer(text):
            secret[run.start() : run.end()] = b"\1" * (run.end() - run.start())
    return "".join(
        HELD_BACK if secret[at] else f"{around[at]:02x}" for at in range(start - first, min(end - first, len(around)))
    )
