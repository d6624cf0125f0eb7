"""The rows of `known/sinks.txt`, made ready: which files they speak of, which pointers, and how a value is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from scanner.known import rows
from scanner.settings import Document

NAMES = 4096
"""Names of files whose rows are kept ready."""


@dataclass(frozen=True)
class Sink:
    """One row of `known/sinks.txt`.

    `hint` is in the outline of every document that has such a pointer; `deep`: the pointer may be at any depth.
    """

    via: str
    names: tuple[str, ...]
    file: re.Pattern[str]
    key: re.Pattern[str]
    hint: str
    deep: bool
    reads: str
    allowed: tuple[str, ...]
    gated: str
    loader: str

    def pointers(self, outline: str) -> list[str]:
        """Find the pointers of a document that this row speaks of."""
        found: list[str] = []
        at = outline.find(self.hint)
        while at >= 0:
            start, end = outline.rfind("\n", 0, at) + 1, outline.find("\n", at)
            pointer = outline[start:end]
            if self.key.fullmatch(pointer):
                found.append(pointer)
            at = outline.find(self.hint, end)
        return found

    def nests(self, keys: Sequence[str]) -> bool:
        """Say whether these steps lead through a part of the document to what the row speaks of."""
        if not self.deep:
            return False
        word = self.hint.strip("/").partition("/")[0]
        before = [step for step in takewhile(lambda step: not step.startswith(word), keys) if step[:3] != "---"]
        return bool(before)

    def allows(self, value: str) -> bool:
        """Say whether a name is one of the allowed, or below one."""
        return any(value == one or value.startswith((f"{one}.", f"{one}/")) for one in self.allowed)


@cache
def sinks() -> tuple[Sink, ...]:
    """All rows, in their order."""
    return tuple(map(_sink, rows("sinks")))


def of(document: Document) -> tuple[Sink, ...]:
    """Return the rows that speak of a file of this name and may speak of this document."""
    name, outline = document.name, document.outline
    return tuple(sink for sink in _named(name if len(name) <= NAMES else "") if sink.hint in outline)


def present() -> tuple[Sink, ...]:
    """Return the rows that speak of files that are there, whatever they hold."""
    return tuple(sink for sink in sinks() if sink.reads == "presence")


@cache
def _documented() -> tuple[Sink, ...]:
    return tuple(sink for sink in sinks() if sink.reads != "presence")


class _Names:
    """Rows by the name of the file: repositories repeat a dozen names."""

    found: dict[str, tuple[Sink, ...]] = {}  # noqa: RUF012 - shared on purpose, like a cache


def _named(name: str) -> tuple[Sink, ...]:
    found = _Names.found.get(name)
    if found is None:
        found = tuple(sink for sink in _documented() if sink.file.fullmatch(name))
        if len(_Names.found) < NAMES:
            _Names.found[name] = found
    return found


def _sink(text: str) -> Sink:
    via, files, key, reads, allowed, gated, loader = (part.strip() for part in text.split("|"))
    names = tuple(entry for word in allowed.split() for entry in _entries(word))
    return row(via, files, key, reads=reads, allowed=names, gated="" if gated == "-" else gated, loader=loader)


def row(  # noqa: PLR0913 - the columns of a row
    via: str, files: str, key: str, *, reads: str = "", allowed: tuple[str, ...] = (), gated: str = "", loader: str = ""
) -> Sink:
    """Make a row ready; `files` and `key` as in `known/sinks.txt`."""
    return Sink(
        via=via,
        names=tuple(files.split()),
        file=re.compile("|".join(_glob(one, "[^\n]*") for one in files.split())),
        key=re.compile("".join(map(_step, key.split("/"))) if key else ""),
        hint=max(key.replace("*", "\n").replace("/\n", "\n").split("\n"), key=len).removesuffix("/"),
        deep=key.startswith("**"),
        reads=reads,
        allowed=allowed,
        gated=gated,
        loader=loader,
    )


def _entries(word: str) -> tuple[str, ...]:
    return rows(word[1:]) if word.startswith("$") else (word,)


def _step(step: str) -> str:
    """Write one step of a pointer as a pattern."""
    return "(?:/[^/\n]*)*" if step == "**" else "/" + _glob(step, "[^/\n]*")


def _glob(text: str, anything: str) -> str:
    return anything.join(map(re.escape, text.split("*")))
