"""Names inside containers: where they lead, which of them meet, and how they are written in a path."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.facts.archive import MemberClash, MemberEscapes
from scanner.pattern import pattern
from scanner.text import printable

SHOWN_CHARACTERS = 300
"""Longest member name in the path of a nested artifact."""

_SPECIAL = frozenset("\\:\0") | frozenset(map(chr, range(1, 32)))
_DRIVE = 2


class Naming:
    """Gives every member of one container its own path: "model.pt!data.pkl", then "model.pt!data.pkl#2"."""

    def __init__(self, path: str) -> None:
        """Start with the container's own path."""
        self._path = path
        self._seen: dict[str, int] = {}

    def path(self, name: str) -> str:
        """Return the path of the next member of this name."""
        if len(name) > SHOWN_CHARACTERS or not (name.isascii() and name.isprintable()):
            name = printable(name, SHOWN_CHARACTERS)
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        return f"{self._path}!{name}" if count == 1 else f"{self._path}!{name}#{count}"


def leads(name: str) -> str:
    """Say how a name leaves its folder: "absolute", "parent", "drive", "backslash", "control" or "".

    A backslash is a separator on Windows alone, so it counts where it hides a way up or a root.
    """
    if not _SPECIAL.isdisjoint(name):
        return _leads_special(name)
    if name[:1] == "/":
        return "absolute"
    return "parent" if ".." in name and ".." in name.split("/") else ""


def _leads_special(name: str) -> str:
    if "\0" in name or any(character < " " for character in name):
        return "control"
    if name[1:_DRIVE] == ":" and name[:1].isalpha() and name[:1].isascii():
        return "drive"
    slashed = name.replace("\\", "/")
    if slashed[:1] == "/" or ".." in slashed.split("/"):
        plain = name[:1] == "/" or ".." in name.split("/")
        return ("absolute" if name[:1] == "/" else "parent") if plain else "backslash"
    return ""


def escapes(artifact: Artifact, kind: str, name: str, offset: int) -> Iterator[MemberEscapes]:
    """State how a member's name leaves its folder. `kind` is the container's format."""
    how = leads(name)
    if how:
        yield MemberEscapes(where=artifact.at(offset), format=kind, member=name[:SHOWN_CHARACTERS], target="", how=how)


def link_leads_out(name: str, target: str) -> bool:
    """Say whether a symbolic link at `name` points out of the folder that the container is unpacked into."""
    slashed = target.replace("\\", "/")
    if slashed[:1] == "/" or slashed[1:2] == ":":
        return True
    depth = len([part for part in name.replace("\\", "/").split("/")[:-1] if part not in ("", ".")])
    for part in slashed.split("/"):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return False


class Name(NamedTuple):
    """A member's name as the clash check sees it. `digest` tells equal contents; `folder` a name that ends in "/"."""

    text: str
    offset: int
    folder: bool
    digest: int


def clashes(artifact: Artifact, kind: str, names: Iterable[Name]) -> Iterator[MemberClash]:
    """State which names of a container meet: equal, folded to one by a file system, or a file that is also a folder."""
    exact: dict[str, Name] = {}
    folded: dict[str, Name] = {}
    for name in names:
        text = _plain(name.text)
        if not text or text == ".":
            continue
        first = exact.setdefault(text, name)
        if first is not name:
            how = "" if name.folder and first.folder else "same" if name.folder == first.folder else "file-and-folder"
        else:
            key = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
            first = folded.setdefault(key, name)
            same_letters = first is not name and _plain(first.text).casefold() == text.casefold()
            how = "" if first is name else "case" if same_letters else "unicode"
        if how:
            yield _clash(artifact, kind, first, name, how)
    ordered = sorted(exact)
    for text, name in exact.items():
        below = bisect_left(ordered, f"{text}/")
        if not name.folder and below < len(ordered) and ordered[below].startswith(f"{text}/"):
            yield _clash(artifact, kind, exact[ordered[below]], name, "file-and-folder")


_HERE = pattern(r"(?:\./+)+")


def _plain(text: str) -> str:
    text = text.rstrip("/")
    here = _HERE.match(text) if text[:2] == "./" else None
    return text[here.end() :] if here else text


def _clash(artifact: Artifact, kind: str, first: Name, second: Name, how: str) -> MemberClash:
    return MemberClash(
        where=artifact.at(second.offset),
        format=kind,
        member=second.text[:SHOWN_CHARACTERS],
        other=first.text[:SHOWN_CHARACTERS],
        how=how,
        identical=how == "same" and first.digest == second.digest,
    )
