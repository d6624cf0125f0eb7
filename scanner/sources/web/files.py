"""From addresses to artifacts: each is asked once for its size, then for what readers want of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException
from typing import Final, NamedTuple

from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact
from scanner.sources import Keep
from scanner.sources.remote import Again, File, answers, artifacts
from scanner.sources.web import client
from scanner.text import printable
from scanner.usage import UsageError

_TOTAL: Final = re.compile(r"bytes (?:0-0|\*)/(\d{1,19})")
EMPTY: Final = 416
"""What a range of an empty file is answered with (RFC 9110 §15.5.17)."""


class Page(NamedTuple):
    """A file where it is served, with what is to be sent for it."""

    file: File
    url: str
    headers: Mapping[str, str]


class Fetch:
    """Gets ranges of pages; used from many threads at once, by the broker alone."""

    def __init__(self, pages: Sequence[Page]) -> None:
        """Know where they are."""
        self._pages = pages
        self._tags: dict[int, str] = {}

    def __call__(self, index: int, start: int, end: int) -> bytes:
        """Get a range. Raises `Again` or `OSError`."""
        page = self._pages[index]
        content, tag = client.part(page.url, page.headers, (start, end), page.file.size)
        if tag and self._tags.setdefault(index, tag) != tag:
            raise OSError(0, "it changed while it was read; scan it again")
        return content


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact an address. Raises `UsageError` for one that answers with no file."""
    pages: list[Page] = []
    for target in dict.fromkeys(targets):
        try:
            path, (url, headers) = client.shown(target), client.split(target)
        except ValueError as error:
            message = f"cannot scan {printable(target, 200)}: write https://HOST[:PORT]/PATH"
            raise UsageError(message) from error
        if pattern := keep(path):
            yield Excluded(where=Location(path=path), pattern=pattern)
        else:
            pages.append(Page(File(path=path, size=_asked(url, headers, path)), url, headers))
    yield from artifacts([page.file for page in pages], Fetch(pages))


def _asked(url: str, headers: Mapping[str, str], path: str) -> int:
    """Ask for the size of a file. Raises `UsageError`."""
    try:
        with client.asked(url, {**headers, "range": "bytes=0-0"}) as answer:
            size = _size(answer)
    except (Again, OSError, HTTPException) as error:
        raise client.unreachable(url, error) from error
    if size < 0:
        message = f"{path}: it does not say how long it is; download it and scan the file"
        raise UsageError(message)
    return size


def _size(answer: client.Answer) -> int:
    """Read the size of a file from the answer to a question for its first byte; -1 where it is not said."""
    if answer.status in {answers.PARTIAL, EMPTY}:
        found = _TOTAL.fullmatch(answer.headers.get("content-range", ""))
        return int(found[1]) if found else -1
    if answer.status == answers.OK:
        said = answer.headers.get("content-length", "")
        return int(said) if said.isdecimal() and len(said) < 20 else -1  # noqa: PLR2004 - digits of 2**64
    raise OSError(0, f"it answered {answer.status}")
