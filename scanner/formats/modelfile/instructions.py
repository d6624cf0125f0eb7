"""The lines of a Modelfile as instructions, values in quotes and over many lines included."""

import re
from collections.abc import Iterator
from typing import NamedTuple

NAMES = frozenset(
    {"FROM", "ADAPTER", "TEMPLATE", "SYSTEM", "MESSAGE", "PARAMETER", "LICENSE", "REQUIRES", "RENDERER", "PARSER"}
)
ROLES = frozenset({"system", "user", "assistant"})

SHOWN = 40
"""Characters of a wrong word that a reason quotes."""

_WORD = re.compile(r"\s*([^\s\"]*)[ \t]*")
_TRIPLE = '"""'


class Instruction(NamedTuple):
    """One instruction, its name in capital letters; the role of a message and the key of a parameter lead its value."""

    name: str
    value: str
    line: int


class Problem(NamedTuple):
    """A line that Ollama refuses."""

    reason: str
    line: int


def instructions(text: str) -> Iterator[Instruction | Problem]:
    """Yield all instructions in order, and what is none. A value without its closing quote ends the file."""
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        begins, content = at + 1, lines[at].strip()
        at += 1
        if not content or content.startswith("#"):
            continue
        word, rest = _split(content)
        name = word.upper()
        if name not in NAMES:
            yield Problem(f"no instruction: {word[:SHOWN]!r}", begins)
            continue
        key = ""
        if name in {"MESSAGE", "PARAMETER"}:
            key, rest = _split(rest)
            if name == "MESSAGE" and key not in ROLES:
                yield Problem(f"a message of no role: {key[:SHOWN]!r}", begins)
                continue
        if not rest:
            yield Problem(f"{name} without a value", begins)
            continue
        value, used = _value(rest, lines, at)
        at += used
        if value is None:
            yield Problem(f"the value of {name} is not closed", begins)
            # A lenient reader may take what there is.
            value = "\n".join((rest, *lines[at - used : at])).lstrip('"')
        separator = ": " if name == "MESSAGE" else " "
        yield Instruction(name, f"{key}{separator}{value}" if key else value, begins)


def _split(text: str) -> tuple[str, str]:
    found = _WORD.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _value(rest: str, lines: list[str], at: int) -> tuple[str | None, int]:
    """Return a value without its quotes, and how many of the lines from `at` on belong to it; None if it never ends.

    As in Ollama a value goes on until a line ends with the quotes that it begins with; nothing in it is escaped.
    """
    quote = _TRIPLE if rest.startswith(_TRIPLE) else '"' if rest.startswith('"') else ""
    if not quote:
        return rest, 0
    if len(rest) >= 2 * len(quote) and rest.endswith(quote):
        return rest[len(quote) : -len(quote)], 0
    for used, line in enumerate(lines[at:], start=1):
        if line.rstrip().endswith(quote):
            whole = "\n".join((rest, *lines[at : at + used])).rstrip()
            return whole[len(quote) : -len(quote)], used
    return None, len(lines) - at
