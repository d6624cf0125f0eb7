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


LINKING_PROGRAMS = frozenset(("Hyper", "Tabby", "WezTerm", "ghostty", "iTerm.app", "rio", "vscode", "zed"))
"""Terminals that have links, by TERM_PROGRAM."""

LINKING_TERMS = frozenset(("alacritty", "contour", "foot", "xterm-ghostty", "xterm-kitty", "wezterm"))
"""The same by TERM."""

LINKING_VTE = 5000
"""VTE 0.50, on which the terminals of GNOME and others stand."""


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
    """Say whether to colour: on a terminal that can, or where FORCE_COLOR is set, but never where NO_COLOR is.

    https://no-color.org, https://force-color.org; FORCE_COLOR=0 asks for none.
    """
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR", "")
    return forced != "0" if forced else _on_terminal()


def links() -> bool:
    """Say whether to write links (OSC 8): on a terminal that is known to have them, unless NO_COLOR is set.

    Others would show their addresses as text. FORCE_HYPERLINK decides where it is set: 0 asks for none.
    """
    forced = os.environ.get("FORCE_HYPERLINK", "")
    if forced:
        return forced != "0"
    if os.environ.get("NO_COLOR") or not _on_terminal() or "TMUX" in os.environ:
        return False
    version = os.environ.get("VTE_VERSION", "")
    return (
        os.environ.get("TERM_PROGRAM") in LINKING_PROGRAMS
        or os.environ.get("TERM", "") in LINKING_TERMS
        or bool({"KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM"} & set(os.environ))
        or (version.isascii() and version.isdecimal() and int(version) >= LINKING_VTE)
    )


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


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
