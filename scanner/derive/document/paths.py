"""Paths in configurations that are not plainly inside the repository; the keys are rows of `known/config_paths.txt`."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from scanner.facts import Fact
from scanner.facts.loader import ConfigPath
from scanner.known import rows
from scanner.settings import Document, documents
from scanner.sinks.table import Sink, row

SHOWN = 300
"""Characters of a path that are kept."""

PLACES = 20
"""Paths told of one document: what saved it once names the same folder at every key."""

_HOME = re.compile(r"(?:/(?:home|Users)/|[A-Za-z]:[/\\]Users[/\\]|~[/\\])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")


class Row(NamedTuple):
    """A key whose text is a path; `joined`: a loader joins it to the folder and opens it."""

    sink: Sink
    joined: bool


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State the paths of each document that lead somewhere else than a file beside it."""
    for document in documents(facts):
        found = list(_of(document))
        yield from found[:PLACES]


def _of(document: Document) -> Iterator[ConfigPath]:
    for sink, joined in _rows():
        if sink.hint not in document.outline or not sink.file.fullmatch(document.name):
            continue
        for pointer in sink.pointers(document.outline):
            leaf = document.get(pointer)
            how = leads(leaf.value) if leaf is not None and leaf.kind == "t" else ""
            if leaf is not None and how:
                key = ".".join(leaf.keys)[:SHOWN]
                yield ConfigPath(where=leaf.at(), key=key, target=leaf.value[:SHOWN], how=how, joined=joined)


def leads(path: str) -> str:
    """Say how a path leaves the folder it stands in: "home", "absolute", "drive", "parent", or ""."""
    if _HOME.match(path):
        return "home"
    if _DRIVE.match(path):
        return "drive"
    if path.startswith(("/", "\\")):
        return "absolute"
    return "parent" if ".." in re.split(r"[/\\]", path) else ""


@cache
def _rows() -> tuple[Row, ...]:
    made = []
    for text in rows("config_paths"):
        files, key, joined = (part.strip() for part in text.split("|"))
        made.append(Row(row("path", files, key), joined == "yes"))
    return tuple(made)
