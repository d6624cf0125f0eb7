"""What a card speaks of, by its headings and by turns of phrase; `known/card_topics.txt` has both."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice
from typing import NamedTuple

from scanner.known import rows
from scanner.pattern import pattern

WINDOW = 120
"""Characters on both sides of a text that was looked for in which its pattern is tried."""

TRIES = 64
"""Places of one text at which the pattern is tried; a table may repeat it a million times."""

HEADINGS = 2000
"""Headings of one card that are compared."""

REACH = 300
"""Characters in which an element of HTML ends."""

SHOWN = 80
"""Characters of a heading or passage that are shown."""

_HEADING = pattern(
    r"(?m)^[ ]{0,3}(?:#{1,6}[ \t]+(\S[^\n]{0,300})|\*\*([^*\n]{3,80})\*\*:?[ \t]*$)"
    r"|\n([^\s=-][^\n]{0,200})\n(?:={3,}|-{3,})[ \t]*$"
)
_TAG = pattern(r"(?i)<h[1-6]\b[^<>\n]{0,200}>")
_DRESS = pattern(r"<[^<>\n]{0,200}>|[*_`#\[\]]|\([^()\n]{0,200}\)|:\w{1,30}:")


class Heading(NamedTuple):
    """A heading without its dress, and its offset."""

    text: str
    at: int


class Met(NamedTuple):
    """A topic, where it is first met, and what stands there."""

    topic: str
    at: int
    shown: str


class _Topic(NamedTuple):
    name: str
    heading: re.Pattern[str]
    anchors: tuple[str, ...]
    passage: re.Pattern[str] | None


def headings(text: str) -> list[Heading]:
    """List the headings of a text, the first `HEADINGS`."""
    found = []
    for dressed, at in islice(chain(_marked(text), _tagged(text)), HEADINGS):
        shown = " ".join(_DRESS.sub(" ", dressed).split())
        if shown:
            found.append(Heading(shown[:SHOWN], at))
    return sorted(found, key=lambda one: one.at)


def _marked(text: str) -> Iterator[tuple[str, int]]:
    for one in _HEADING.finditer(text):
        yield one[one.lastindex or 0], one.start()


def _tagged(text: str) -> Iterator[tuple[str, int]]:
    for one in _TAG.finditer(text):
        end = text.find("</", one.end(), one.end() + REACH)
        yield text[one.end() : end if end >= 0 else one.end()], one.start()


def topics(text: str, heads: list[Heading]) -> Iterator[Met]:
    """Yield each topic that a text speaks of once: at a heading, else at a passage."""
    lower = text.lower()
    whole = lower if len(lower) == len(text) else text  # a few letters grow when they are made small
    named = [(one.text.lower(), one) for one in heads]
    for topic in _topics():
        head = next((one for shown, one in named if topic.heading.search(shown)), None)
        if head is not None:
            yield Met(topic.name, head.at, head.text)
        elif topic.passage is not None:
            found = _passage(whole, topic.anchors, topic.passage)
            if found is not None:
                end = min(found.end() + SHOWN // 2, found.start() + SHOWN)
                yield Met(topic.name, found.start(), " ".join(text[found.start() : end].split()))


def _passage(text: str, anchors: tuple[str, ...], shape: re.Pattern[str]) -> re.Match[str] | None:
    for anchor in anchors:
        at = text.find(anchor)
        for _ in range(TRIES):
            if at < 0:
                break
            found = shape.search(text, max(0, at - WINDOW), at + WINDOW)
            if found:
                return found
            at = text.find(anchor, at + WINDOW)
    return None


@cache
def _topics() -> tuple[_Topic, ...]:
    found = []
    for row in rows("card_topics"):
        name, heading, anchors, passage = row.split("\t")
        shape = pattern(passage) if passage else None
        found.append(_Topic(name, pattern(heading), tuple(anchors.split(", ")) if anchors else (), shape))
    return tuple(found)
