"""Keys that a mapping of YAML gives twice: most loaders take the last value, some refuse."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.formats.document.leaves import step
from scanner.formats.yaml.frame import Frame

if TYPE_CHECKING:
    from scanner.formats.yaml.events import Walk

_VALUE: Final = 80


def differing(walk: "Walk", frame: Frame) -> Iterator[tuple[str, int, str, int]]:
    """Yield pointer, line, both values and their number for each key that was given different values."""
    ends = [*sorted(set(frame.starts.values())), len(walk.pointers)]
    for key, first, second in frame.twice:
        one, other = (_rows(walk, frame, at, ends) for at in (first, second))
        if one != other:
            line = walk.lines[second] if second < len(walk.lines) else frame.line
            shown = " / ".join(rows[0][2][:_VALUE] if len(rows) == 1 else "{…}" for rows in (one, other))
            yield f"{frame.pointer}/{step(key)}", line, shown, 2


def _rows(walk: "Walk", frame: Frame, start: int, ends: list[int]) -> list[tuple[str, str, str]]:
    end = ends[bisect_right(ends, start)] if start < ends[-1] else start
    cut = len(frame.pointer)
    return [(walk.pointers[at][cut:], walk.kinds[at], walk.values[at]) for at in range(start, end)]
