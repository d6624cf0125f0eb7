"""Which edges of the package a run takes: what tells a fuzzing loop that an input is new."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PACKAGE = str(Path(__file__).parents[2] / "scanner")

Run = Callable[[Callable[[], object]], bool]
"""Calls its argument; says whether an edge was taken that none took before. Raises what the call raises."""


@contextmanager
def watched(folder: str = PACKAGE) -> Iterator[tuple[Run, set[object]]]:
    """Give a way to run code that is watched, and the edges of the code in `folder` that were taken so far.

    From Python 3.12 on `sys.monitoring` tells a line once, a branch until both ways are known, and then costs nothing.
    Before, `sys.settrace` tells each line of each run.
    """
    if hasattr(sys, "monitoring"):
        with _monitored(folder) as seen:
            yield _counted(seen), seen
    else:
        traced = _Traced(folder)
        yield _counted(traced.seen, traced), traced.seen


def _counted(seen: set[object], traced: "_Traced | None" = None) -> Run:
    def run(call: Callable[[], object]) -> bool:
        before = len(seen)
        if traced:
            traced.start()
        try:
            call()
        finally:
            if traced:
                sys.settrace(None)
        return len(seen) > before

    return run


class _Traced:
    """Steps from line to line, as numbers: Python 3.11 has nothing that costs less."""

    def __init__(self, folder: str) -> None:
        self.seen: set[object] = set()
        self._folder = folder
        self._last = 0

    def start(self) -> None:
        self._last = 0
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        return self._step(frame, event, argument) if frame.f_code.co_filename.startswith(self._folder) else None

    def _step(self, frame: FrameType, _: str, __: object) -> Callable[..., Any]:
        here = hash((frame.f_code, frame.f_lineno))
        self.seen.add(self._last ^ here)
        self._last = here >> 1
        return self._step


@contextmanager
def _monitored(folder: str) -> Iterator[set[object]]:
    monitoring = sys.monitoring
    tool, events = monitoring.PROFILER_ID + 2, monitoring.events
    seen: set[object] = set()
    ways: dict[tuple[CodeType, int], int] = {}

    def on_line(code: CodeType, line: int) -> object:
        if code.co_filename.startswith(folder):
            seen.add((code, line))
        return monitoring.DISABLE

    def on_branch(code: CodeType, source: int, target: int) -> object:
        if not code.co_filename.startswith(folder):
            return monitoring.DISABLE
        seen.add((code, source, target))
        return None if ways.setdefault((code, source), target) == target else monitoring.DISABLE

    monitoring.use_tool_id(tool, "fuzz")
    monitoring.register_callback(tool, events.LINE, on_line)
    monitoring.register_callback(tool, events.BRANCH, on_branch)
    monitoring.set_events(tool, events.LINE | events.BRANCH)
    monitoring.restart_events()
    try:
        yield seen
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
