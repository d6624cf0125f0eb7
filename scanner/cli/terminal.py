"""The terminal: what is printed, how wide, in colour or not, and a progress bar on long work."""

import io
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from scanner.text import printable
from scanner.usage import UsageError

NOTE_CHARACTERS = 600
"""Longest line on standard error, in characters."""

WIDTH = 100
"""Columns where no terminal tells its own."""

PATIENCE_SECONDS = 1.0
"""Work that is over by then shows no progress bar."""

REDRAW_SECONDS = 0.1

BAR_COLUMNS = 30


class ClosedError(Exception):
    """Whoever read our output has stopped reading."""


def say(text: str) -> None:
    """Print a text and a line feed. Raises `ClosedError`, and `UsageError` where it cannot be written."""
    write(text if text.endswith("\n") else f"{text}\n")


def write(text: str) -> None:
    """Print a text as it is; characters that the terminal's encoding lacks are escaped."""
    stream = _stream()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    _attempt(lambda: stream.write(text))


def flush() -> None:
    """Hand everything printed to the system, so that no failure waits for the interpreter's end."""
    if sys.stdout is not None:
        _attempt(sys.stdout.flush)


def note(text: str) -> None:
    """Say one line on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"assay: {printable(text, NOTE_CHARACTERS)}\n")


def _stream() -> TextIO:
    if sys.stdout is None:
        message = "standard output is closed; name a file with --output"
        raise UsageError(message)
    return sys.stdout


def _attempt(action: Callable[[], object]) -> None:
    try:
        action()
    except BrokenPipeError as error:
        _discard()
        raise ClosedError from error
    except OSError as error:
        _discard()
        message = f"standard output cannot be written: {error.strerror}"
        raise UsageError(message) from error


def _discard() -> None:
    """Point standard output at nothing: the interpreter flushes it once more when it ends."""
    with suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def colour() -> bool:
    """Say whether to colour: on a terminal that can, unless NO_COLOR is set (https://no-color.org)."""
    return (
        sys.stdout is not None
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def width() -> int:
    """Return the columns of the terminal."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH
    except (OSError, AttributeError, ValueError):
        return WIDTH


class Progress:
    """A bar on standard error while work takes long, gone when it ends. On a file or a pipe it is silent."""

    def __init__(self) -> None:
        """Start the clock."""
        self.shown = sys.stderr is not None and sys.stderr.isatty()
        self.next = time.monotonic() + PATIENCE_SECONDS
        self.drawn = False

    def __call__(self, done: int, total: int) -> None:
        """Draw, at most every tenth of a second."""
        now = time.monotonic()
        if not self.shown or now < self.next:
            return
        self.next = now + REDRAW_SECONDS
        self.drawn = True
        full = BAR_COLUMNS * done // max(total, 1)
        bar = "#" * full + "." * (BAR_COLUMNS - full)
        sys.stderr.write(f"\r[{bar}] {done} of {total} files")
        sys.stderr.flush()

    def end(self) -> None:
        """Wipe the bar."""
        if self.drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
