"""From the bytes of a text to facts."""

import codecs
import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial

from scanner.artifact import Artifact, Location
from scanner.commands.written import written
from scanner.credentials import concealed, credentials
from scanner.facts import Fact, LimitReached
from scanner.facts.prose import CommandLine, OddAddress, Passage, ProseSummary, TokenInText, UnseenCharacters
from scanner.format import MalformedError
from scanner.formats import dockerfile, script
from scanner.formats.prose.audience import kind_of
from scanner.formats.prose.front import front_matter, lenient
from scanner.formats.prose.regions import Regions
from scanner.limits import HEAD_NBYTES, PROSE_NBYTES, Limits
from scanner.prose.addresses import odd
from scanner.prose.idioms import Idiom, fold, idioms
from scanner.prose.unseen import unseen

BEFORE, AFTER = 60, 160
"""Characters around an idiom that are quoted."""

PARAGRAPH = 1200
"""Characters within which idioms belong to one passage."""

_WORD = re.compile(r"\w+")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class _Text:
    """One text with what its facts share: whom it is for, and the lines of offsets."""

    def __init__(self, path: str, text: str, audience: str) -> None:
        self.path, self.text, self.audience = path, text, audience
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def at(self, offset: int) -> Location:
        return Location(path=self.path, line=bisect_right(self._breaks, offset - 1) + 1)


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - the bound of a text is its own
    """Yield all facts of a text; see `Format.read`."""
    with artifact.open() as stream:
        raw = stream.read(PROSE_NBYTES)
    if artifact.size > PROSE_NBYTES:
        yield LimitReached(where=artifact.at(), limit="text", bound=PROSE_NBYTES, unit="bytes")
    text = _decoded(raw)
    front = front_matter(text)
    kind = kind_of(artifact.path, front.lower())
    audience = "people" if kind == "text" else "agent"
    words = len(_WORD.findall(text))
    yield ProseSummary(where=artifact.at(), audience=audience, kind=kind, words=words, front=bool(front))
    if front:
        yield _member(artifact, lenient(front) if audience == "agent" else front)
    whole = _Text(artifact.path, text, audience)
    yield from _unseen(whole)
    yield from _said(whole)
    yield from _led(whole)
    head = raw[:HEAD_NBYTES]
    # What a shell or a build reads is told of by those formats.
    if not dockerfile.claims(head, artifact.path):
        for kind, at in credentials(whole.text):
            yield TokenInText(where=whole.at(at), audience=whole.audience, kind=kind)
        if not script.claims(head, artifact.path):
            yield from _run(whole)


def _decoded(raw: bytes) -> str:
    """Decode a text: UTF-16 by its mark, else UTF-8, else the Latin letters of old files."""
    try:
        if raw[:2] in _WIDE:
            return raw.decode("utf-16").replace("\r\n", "\n")
        if b"\0" in raw:
            message = "a text that holds null bytes"
            raise MalformedError(message, raw.index(b"\0"))
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        if raw[:2] in _WIDE:
            message = "a text that is no UTF-16"
            raise MalformedError(message, error.start) from error
        if error.start >= len(raw) - 4 and len(raw) == PROSE_NBYTES:
            return raw[: error.start].decode("utf-8").replace("\r\n", "\n")
        return raw.decode("cp1252", "replace").replace("\r\n", "\n")


def _member(artifact: Artifact, front: str) -> Artifact:
    content = front.encode("utf-8", "surrogatepass")
    return Artifact(
        path=f"{artifact.path}!front-matter.yaml",
        size=len(content),
        open=partial(io.BytesIO, content),
        depth=artifact.depth + 1,
    )


def _unseen(whole: _Text) -> Iterator[Fact]:
    for one in unseen(whole.text):
        yield UnseenCharacters(
            where=whole.at(one.at), audience=whole.audience, carrier="text", kind=one.kind, count=one.total,
            run=one.run, reads=one.reads, words=one.words,
        )  # fmt: skip


def _said(whole: _Text) -> Iterator[Fact]:
    """Yield passages: idioms of one hidden region, or of one paragraph, together."""
    folded = fold(concealed(whole.text))
    hits = sorted(set(idioms(folded)), key=lambda one: (one.start, one.kind))
    if not hits:
        return
    regions = Regions(folded)
    passages: dict[tuple[int, str, bool], list[Idiom]] = {}
    for hit in hits:
        region = regions.hidden(hit.start)
        begin = region.start if region else folded.rfind("\n\n", max(0, hit.start - PARAGRAPH), hit.start)
        how = region.how if region else ""
        passages.setdefault((begin, how, regions.quoted(hit.start, hit.end)), []).append(hit)
    lines = _Text(whole.path, folded, whole.audience)
    for (begin, how, quoted), some in passages.items():
        first = some[0]
        yield Passage(
            where=lines.at(first.start), audience=whole.audience, carrier="text", name="", hidden=how, quoted=quoted,
            idioms=tuple(sorted({one.kind for one in some})),
            text=" ".join(folded[max(begin, first.start - BEFORE, 0) : first.end + AFTER].split()),
        )  # fmt: skip


def _run(whole: _Text) -> Iterator[CommandLine]:
    """Yield command lines."""
    regions: Regions | None = None
    for command in written(whole.text):
        regions = regions or Regions(whole.text)
        region = regions.hidden(command.at)
        yield CommandLine(
            where=whole.at(command.at), audience=whole.audience, carrier="text", hidden=region.how if region else "",
            act=command.act, source=command.source, text=concealed(command.text),
        )  # fmt: skip


def _led(whole: _Text) -> Iterator[OddAddress]:
    """Yield odd addresses."""
    regions: Regions | None = None
    seen: set[tuple[str, str]] = set()
    for link in odd(whole.text):
        if (link.kind, link.host) in seen:
            continue
        seen.add((link.kind, link.host))
        regions = regions or Regions(whole.text)
        region = regions.hidden(link.at)
        yield OddAddress(
            where=whole.at(link.at), audience=whole.audience, hidden=region.how if region else "",
            quoted=regions.quoted(link.at, link.at + 1), kind=link.kind, host=link.host, shown=link.shown,
            address=link.address[:PARAGRAPH],
        )  # fmt: skip
