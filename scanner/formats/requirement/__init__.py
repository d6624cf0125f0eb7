"""Lists of requirements for pip: `requirements.txt`, constraints, and texts that read like one."""

from collections.abc import Iterator
from itertools import islice

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_NAMED = pattern(r"(?i)(?:^|[/!])[^/!]*(?:requirements?|constraints)[^/!]*\.(?:txt|in|pip)$")
_FOLDER = pattern(r"(?i)(?:^|[/!])(?:requirements|reqs?|deps)/[^/!]+\.(?:txt|in)$")
_PLAIN = pattern(rb"[\t\n\f\r\x20-\xff]*")
_LINE = pattern(rb"(?m)^[ \t]*+([^\s#][^\r\n]*)")
# A version with a dot: a row of a tiktoken vocabulary is a word of base64 ("IQ== 0") and a number.
_PINNED = pattern(
    rb"[A-Za-z0-9][\w.-]*(?:\[[\w., -]*\])?[ \t]*==[ \t]*\d+!?\d*(?:\.[\w+*-]+)+[ \t]*(?:;.*|#.*|\\|--hash=.*)?"
)
_OPTION = pattern(rb"--(?:extra-)?index-url[ =]\S|--find-links[ =]\S|--trusted-host[ =]\S|--hash=sha\d")
_ENTRY = pattern(
    rb"[A-Za-z0-9][\w.-]*(?:\[[\w., -]*\])?[ \t]*(?:(?:[<>=!~]=|[<>;@]).*)?$|-{1,2}[a-z]|\.{1,2}/|[a-z+]+://"
)
_LINES = 40
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16 and UTF-32, which pip reads as well."""

_SEVERAL = 3


def claims(head: bytes, path: str) -> bool:
    """A list by its name, or text of which each line is an entry and several are pinned or set pip's options."""
    if head[:1] in {b"{", b"[", b"<"}:
        return False
    if _NAMED.search(path) or _FOLDER.search(path):
        return head.startswith(WIDE) or b"\0" not in head
    if (b"==" not in head and b"--" not in head) or not _PLAIN.fullmatch(head):
        return False
    lines = [found[1].rstrip() for found in islice(_LINE.finditer(head), _LINES)]
    if not all(_ENTRY.match(line) for line in lines[: _LINES - 1]):
        return False
    return any(_OPTION.match(line) for line in lines) or sum(map(bool, map(_PINNED.fullmatch, lines))) >= _SEVERAL


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield each requirement and option of pip, and what they add up to."""
    from scanner.formats.requirement.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="requirements",
    spec="https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    claims=claims,
    read=read,
    holds=(b"==", b"-index-url", b"--find-links", b"--trusted-host"),
    named=("requirement", "constraints", "reqs/", "req/", "deps/"),
    reads="packages asked for, where they come from and how exactly; indexes, links and hosts that pip is to trust",
    leaves="what a package itself asks for",
)
