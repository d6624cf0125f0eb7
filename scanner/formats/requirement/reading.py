"""From the lines of a list of requirements to facts: lines joined, comments left out, options told apart."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.requirement import Requirement
from scanner.formats.requirement import WIDE
from scanner.limits import Limits
from scanner.requirements import entries, summary

SOURCE = "requirements"

ENTRIES = 5000
"""Entries of one file that are told one by one."""

_CODING = re.compile(rb"[ \t]*#.{0,200}?coding[:=][ \t]*([-\w.]{1,20})")
_ENCODINGS = {
    b"utf-7": "utf-7", b"utf7": "utf-7", b"utf-16": "utf-16", b"utf-16-le": "utf-16-le", b"latin-1": "latin-1",
    b"iso-8859-1": "latin-1", b"cp1252": "cp1252",
}  # fmt: skip
"""What a comment can name that reads other letters in the same bytes."""

_COMMENT = re.compile(r"(?:^|\s)#.*")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a list; see `Format.read`."""
    if artifact.size > limits.text_nbytes:
        yield LimitReached(where=artifact.at(), limit="text", bound=limits.text_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        text = _decoded(stream.read(artifact.size))
    found: list[Requirement] = []
    told = 0
    for number, line in _lines(text):
        for fact in entries(Location(path=artifact.path, line=number), SOURCE, line):
            if isinstance(fact, Requirement):
                found.append(fact)
            told += 1
            if told <= ENTRIES:
                yield fact
    if told > ENTRIES:
        yield LimitReached(where=artifact.at(), limit="requirements", bound=ENTRIES, unit="entries")
    yield summary(artifact.at(), SOURCE, found)


def _decoded(raw: bytes) -> str:
    """Decode as pip does: by a mark at the start, by a comment in the first two lines, else as UTF-8."""
    encoding = "utf-8-sig"
    if raw.startswith(WIDE):
        encoding = "utf-32" if raw[2:4] == bytes(2) and raw[:1] == b"\xff" else "utf-16"
    else:
        for line in raw.split(b"\n", 2)[:2]:
            said = _CODING.match(line)
            if said:
                encoding = _ENCODINGS.get(said[1].lower().replace(b"_", b"-"), encoding)
    return raw.decode(encoding, "backslashreplace" if encoding.startswith("utf-8") else "replace")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of their first one: a backslash at the end joins, unless in a comment."""
    joined: list[str] = []
    first = 1
    for number, line in enumerate(text.splitlines(), 1):
        if not joined:
            first = number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            joined.append(line[:-1])
            continue
        whole = _COMMENT.sub("", " ".join([*joined, line])).strip()
        joined = []
        if whole:
            yield first, whole
    whole = _COMMENT.sub("", " ".join(joined)).strip()
    if whole:
        yield first, whole
