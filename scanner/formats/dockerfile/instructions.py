"""The lines of a Dockerfile as instructions: continued lines, comments between them, here-documents, directives."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.pattern import pattern

NAMES = frozenset(
    {
        "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
        "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
    }
)  # fmt: skip
_ESCAPE = pattern(r"(?i)^#[ \t]*escape[ \t]*=[ \t]*([`\\])[ \t]*$")
_DIRECTIVE = pattern(r"^#[ \t]*\w+[ \t]*=")
_WORD = pattern(r"\s*([A-Za-z]+)(?:[ \t]+|$)")
_HEREDOC = pattern(r"<<-?(['\"]?)([A-Za-z_][\w.-]*)\1")
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


class Heredoc(NamedTuple):
    """A text inside the file; `line` is its first line."""

    body: str
    line: int


class Instruction(NamedTuple):
    """One instruction, its name in capital letters. Continued lines of `value` end with a backslash."""

    name: str
    value: str
    line: int
    heredocs: tuple[Heredoc, ...]


def instructions(text: str) -> Iterator[Instruction]:
    """Yield all instructions in order; lines that begin with no instruction's name are left out."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    escape = _escape(lines)
    at = 0
    while at < len(lines):
        begins = at
        line = lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [line]
        while parts[-1].rstrip().endswith(escape) and at < len(lines):
            parts[-1] = parts[-1].rstrip()[:-1] + "\\"
            following = lines[at]
            at += 1
            # Comments and blank lines between continued lines do not end them.
            skipped = not following.strip() or following.lstrip().startswith("#")
            parts.append(escape if skipped else following)
        found = _WORD.match(parts[0])
        name = found[1].upper() if found else ""
        heredocs: list[Heredoc] = []
        value = "\n".join(parts)
        if found and name in NAMES:
            if name in _WITH_HEREDOC or name == "ONBUILD":
                for opened in _HEREDOC.finditer(value):
                    body, used = _body(lines, at, opened[2], tabs=opened[0].startswith("<<-"))
                    if body is None:
                        break
                    heredocs.append(Heredoc(body, at + 1))
                    at += used
            yield Instruction(name, value[found.end() :], begins + 1, tuple(heredocs))


def _escape(lines: list[str]) -> str:
    """Return the character that continues a line: directives stand before all else."""
    for line in lines:
        found = _ESCAPE.match(line.strip())
        if found:
            return found[1]
        if not _DIRECTIVE.match(line.strip()):
            break
    return "\\"


def _body(lines: list[str], at: int, until: str, *, tabs: bool) -> tuple[str | None, int]:
    """Return a here-document and how many lines it takes; None where it has no end."""
    for used, line in enumerate(lines[at:], 1):
        if (line.lstrip("\t") if tabs else line) == until:
            return "\n".join(lines[at : at + used - 1]), used
    return None, 0


def flags(value: str) -> tuple[list[str], str]:
    """Part the options that stand before the arguments of an instruction."""
    found: list[str] = []
    rest = value.lstrip()
    while match := re.match(r"(--[\w-]+(?:=\S+)?)(?:[\s\\]+|$)", rest):
        found.append(match[1])
        rest = rest[match.end() :]
    return found, rest
