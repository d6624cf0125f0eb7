"""Phrases that licences ask to be shown or kept: "Built with Llama", the lines of a NOTICE."""

import re
from collections.abc import Mapping
from functools import cache

from scanner.licenses import knowledge
from scanner.licenses.words import title_text

ASKED = ("notice-text", "display")

MARKS = re.compile(
    r"(?i)built\s+(?:with|on|using)|powered\s+by|licensed\s+(?:under|by)|provided\s+under\s+and\s+subject|improved\s+using"
)
"""What each such phrase holds: a text without it needs no second look."""


def statements(text: str) -> tuple[str, ...]:
    """List the phrases in a text that a licence asks for, as the knowledge base writes them, sorted."""
    if not MARKS.search(text):
        return ()
    folded = title_text(text)
    return tuple(sorted(phrase for words, phrase in _phrases().items() if f" {words} " in folded))


@cache
def _phrases() -> Mapping[str, str]:
    return {
        title_text(phrase).strip(): phrase
        for known in knowledge.load().values()
        for duty in ASKED
        for phrase in known.words_of(duty)
    }
