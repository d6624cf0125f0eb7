"""Lines for a terminal: wrapping, colours, counts and sizes."""

import re
import textwrap
from dataclasses import dataclass, field

CODES = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "info": "2",
    "strong": "1",
    "quiet": "2",
    "place": "36",
    "fail": "1;31",
    "incomplete": "1;33",
    "pass": "1;32",
}
"""Select Graphic Rendition parameters (ECMA-48 §8.3.117) by what is painted."""

NARROWEST = 40
"""Columns below which lines are no longer broken shorter."""

_COMMANDS = re.compile(r"(?m)^(\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))")
"""What those who run pipelines (GitHub, Azure, TeamCity) take out of any output for a command of its program."""


@dataclass(slots=True)
class Page:
    """Text as it grows. `width` is in columns."""

    width: int
    colour: bool
    links: bool = False
    lines: list[str] = field(default_factory=list)

    def line(self, text: str = "") -> None:
        """Add one line as it is."""
        self.lines.append(text.rstrip())

    def entry(self, label: str, style: str, text: str, *, indent: int, hang: int = 0) -> None:
        """Add a label and its paragraph from column `indent`; further lines begin `hang` columns later.

        Words longer than a line stay whole, so that paths can be copied.
        """
        lines = textwrap.wrap(
            label + text,
            max(self.width, NARROWEST),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_on_hyphens=False,
            break_long_words=False,
        )
        shown = label.rstrip()
        if lines and lines[0].startswith(shown, indent):
            lines[0] = " " * indent + self.paint(shown, style) + lines[0][indent + len(shown) :]
        self.lines.extend(lines)

    def paint(self, text: str, style: str) -> str:
        """Colour a text where colours are on."""
        return f"\x1b[{CODES[style]}m{text}\x1b[0m" if self.colour and text else text

    def link(self, text: str, address: str) -> str:
        """Make a text lead to an address (OSC 8) where links are on. The address must be percent-encoded ASCII."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self.links and address else text

    def text(self) -> str:
        """Return all lines. None is a command: what is scanned may be called like one."""
        text = "\n".join(self.lines) + "\n"
        return _COMMANDS.sub(lambda found: "\\x23" if found[1] is None else f"{found[1]}\\x3a", text)


def plural(count: int, noun: str) -> str:
    """Count a noun: "1 file", "1,200 files"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def nbytes(size: int) -> str:
    """Show a size in bytes in decimal units: "820 bytes", "1.2 GB"."""
    if size < 1000:  # noqa: PLR2004 - SI units
        return plural(size, "byte")
    value = size / 1000
    for unit in ("kB", "MB", "GB"):
        if value < 999.95:  # noqa: PLR2004 - what rounds to 1000.0 belongs to the next unit
            return f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
