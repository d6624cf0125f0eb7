"""One thing that a command does."""

from typing import NamedTuple

from scanner.commands.addresses import Address, source_of
from scanner.credentials import concealed

DETAIL = 160
"""Characters of a detail."""


class Act(NamedTuple):
    """One thing; fields as in `CommandActs`. `line` counts from 0 in the text."""

    act: str
    via: str
    source: str
    detail: str
    checked: bool
    clear: bool
    line: int


def shown(text: str, characters: int = DETAIL) -> str:
    """Return a text on one line, cut, without tokens of access."""
    return " ".join(concealed(text).split())[:characters]


def fetched_by(via: str, found: Address, command: str, line: int, *, checked: bool) -> Act:
    """State that something fetched is run. `command` is shown where it names no address."""
    detail = found.shown[:DETAIL] or shown(command)
    return Act("fetch-run", via, source_of(found), detail, checked=checked, clear=found.clear, line=line)


def done(act: str, via: str, detail: str = "", source: str = "", *, line: int) -> Act:
    """State an act that fetches nothing."""
    return Act(act, via, source, detail[:DETAIL], checked=False, clear=False, line=line)
