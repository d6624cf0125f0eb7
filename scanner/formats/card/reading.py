"""From the bytes of a card to facts. What its bytes break is stated by `prose`, which reads the same file."""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.cards.hosts import alike
from scanner.cards.mentions import calls, hosts, is_official, mentions
from scanner.cards.topics import headings, topics
from scanner.facts import Fact, LimitReached
from scanner.facts.card import CardCall, CardFrontUnread, CardReference, CardText, LookAlikeHost
from scanner.facts.lineage import UseStatement
from scanner.limits import PROSE_NBYTES, Limits
from scanner.prose.terms import terms

REFERENCES = 5000
"""Different repositories of one card, calls, and hosts of which facts are stated."""

SHOWN = 300
"""Characters of an address or a call that are kept."""

_MARK = re.compile(r"\ufeff?\s{0,64}---[ \t]*\n")
_CLOSE = re.compile(r"(?m)^---[ \t]*$")
_KEY = re.compile(r"(?m)^(license|pipeline_tag|library_name|base_model|model-index|datasets|tags|language|metrics|"
                  r"task_categories|extra_gated_[a-z_]+)[ \t]*:")  # fmt: skip
_LATE = re.compile(r"(?m)^---[ \t]*\n((?:[a-z_-]{2,40}:[^\n]*\n|[ \t-]+[^\n]*\n){2,200})---[ \t]*$")
_KINDS = (
    ("space", re.compile(r"(?m)^sdk[ \t]*:")),
    ("model", re.compile(r"(?m)^(?:pipeline_tag|library_name|base_model|model-index|model_name|inference|widget)"
                         r"[ \t]*:")),
    ("dataset", re.compile(r"(?m)^(?:task_categories|task_ids|dataset_info|size_categories|annotations_creators|"
                           r"language_creators|source_datasets|pretty_name)[ \t]*:")),
    ("model", re.compile(r"(?m)^(?:license|license_name|extra_gated_[a-z_]+|datasets|new_version)[ \t]*:")),
)  # fmt: skip
_NAMED = re.compile(r"(?i)\b(model|data(?:set)?) ?card\b")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:  # noqa: ARG001 - the bound of a text is its own
    """Yield all facts of a card; see `Format.read`."""
    with artifact.open() as stream:
        raw = stream.read(PROSE_NBYTES)
    text = _decoded(raw)
    where = _Places(artifact.path, text)
    front, begin, unread = _front(text)
    if unread:
        yield CardFrontUnread(where=where.at(0), how=unread, keys=len(_KEY.findall(text[: SHOWN * 20])))
    body = text[begin:]
    heads = headings(body)
    met = list(topics(body, heads))
    title = heads[0].text if heads else ""
    yield CardText(
        where=artifact.at(),
        kind=_kind(front) or _named(title),
        title=title,
        topics=tuple(one.topic for one in met),
        lines=tuple(where.line(begin + one.at) for one in met),
        shown=tuple(one.shown for one in met),
        official=is_official(text),
    )
    yield from _bounded(artifact, _references(text, where))
    yield from _bounded(artifact, _calls(text, where))
    yield from _bounded(artifact, _hosts(text, where))
    for said in terms(text):
        yield UseStatement(where=where.at(said.at), kind=said.kind, subject=said.subject, text=said.text)


class _Places:
    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        return bisect_right(self._breaks, offset - 1) + 1

    def at(self, offset: int) -> Location:
        return Location(path=self._path, line=self.line(offset))


def _decoded(raw: bytes) -> str:
    wide = raw[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    text = raw.decode("utf-16" if wide else "utf-8", "replace")
    return text.replace("\r\n", "\n")


def _bounded(artifact: Artifact, found: Iterator[Fact]) -> Iterator[Fact]:
    for count, fact in enumerate(found):
        if count == REFERENCES:
            yield LimitReached(where=artifact.at(), limit="mentions", bound=REFERENCES, unit="places of one kind")
            return
        yield fact


def _front(text: str) -> tuple[str, int, str]:
    """Return the front matter, where it ends, and "unclosed" or "late" where the hub reads none."""
    start = _MARK.match(text)
    if start:
        end = _CLOSE.search(text, start.end())
        if end:
            return text[start.end() : end.start()], end.end(), ""
        return "", 0, "unclosed" if len(_KEY.findall(text[: SHOWN * 20])) > 1 else ""
    late = _LATE.search(text, 0, SHOWN * 20)
    shown = late is None or text[: late.start()].rstrip().rpartition("\n")[2].startswith(("```", "~~~"))
    return "", 0, "late" if late and not shown and len(_KEY.findall(late[1])) > 1 else ""


def _kind(front: str) -> str:
    return next((kind for kind, shape in _KINDS if shape.search(front)), "") if front else ""


def _named(title: str) -> str:
    found = _NAMED.search(title)
    return "" if not found else "model" if found[1].lower() == "model" else "dataset"


def _references(text: str, where: _Places) -> Iterator[Fact]:
    told = set()
    for one in mentions(text):
        key = (one.kind, one.owner.lower(), one.name.lower(), one.how)
        if key not in told:
            told.add(key)
            yield CardReference(where=where.at(one.at), kind=one.kind, owner=one.owner, name=one.name, how=one.how)


def _calls(text: str, where: _Places) -> Iterator[Fact]:
    told = set()
    for one in calls(text):
        if (one.call, one.repository) not in told:
            told.add((one.call, one.repository))
            yield CardCall(where=where.at(one.at), call=one.call, repository=one.repository, text=one.text[:SHOWN])


def _hosts(text: str, where: _Places) -> Iterator[Fact]:
    for host, address, at in hosts(text):
        found = alike(host)
        if found:
            yield LookAlikeHost(
                where=where.at(at), host=host, near=found.near, how=found.how, address=address[:SHOWN]
            )  # fmt: skip
