"""What sentences say of terms: no trade, research alone, and the words that licences make people say.

A sentence that asks, denies or speaks of somebody else's data is told apart; what is quoted as code is not read.
"""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.pattern import pattern

MOST = 64
"""Passages of one text that are told."""

SHOWN = 240

_CODE = pattern(r"(?ms)^(```|~~~).*?^\1|`[^`\n]+`|^(?: {4}|\t)[^\n]*$")
_CLOSED = pattern(
    r"(?i)\b(?:for|to|permits?|allows?|only|strictly|restricted to|limited to|intended for)[ \n](?:\w+[ \n]){0,3}?"
    r"non[- ]?commercial(?:[ \n]+(?:research|academic|educational|personal))?(?:[ \n]+(?:and|or)[ \n]+\w+)?[ \n]+"
    r"(?:use|purposes?|usage)\b"
    r"|\bnot[ \n](?:be[ \n]used[ \n])?(?:(?:intended|licensed|available)[ \n])?for[ \n](?:any[ \n])?"
    r"commercial[ \n](?:use|purposes?)"
    r"|\bcommercial[ \n](?:use|usage)[ \n](?:of[ \n]\w+[ \n]\w+[ \n])?is[ \n](?:strictly[ \n])?"
    r"(?:not[ \n](?:allowed|permitted)|prohibited|forbidden)"
)
_RESEARCH = pattern(
    r"(?i)\b(?:released|licensed|available|intended|provided|distributed|may[ \n]be[ \n]used)[ \n](?:\w+[ \n]){0,3}?"
    r"for[ \n](?:academic[ \n])?research[ \n](?:use|purposes?)[ \n]only"
    r"|\b(?:use|used|usage)[ \n](?:\w+[ \n]){0,3}?for[ \n]research[ \n]purposes?[ \n]only\b"
)
_DISPLAY = pattern(
    r"(?i)\b(?:built|powered|created)[ \n](?:with|by|using|on)[ \n]\S"
    r"|\b(?:is|are)[ \n](?:licensed|provided)[ \n](?:by|under)[ \n]\S"
    r"|\blicensed[ \n]by[ \n]\S"
)
_DATA = pattern(r"(?i)\b(?:data(?:sets?|bases?)?|corpus|corpora|images?|audio|recordings?|annotations?|api|service)\b")
_DOUBT = pattern(r"(?i)\b(?:if|whether|unless|except|both|or commercial|and commercial|contact us|also)\b|\?")
_END = pattern(r"[.!?](?=[\s\"')\]])|\n[ \t]*\n|\n[ \t]*(?:[-*#>|]|\d+\.)[ \t]")


class Said(NamedTuple):
    """A passage: its kind and subject as in `UseStatement`, where it starts, and its sentence."""

    kind: str
    subject: str
    at: int
    text: str


def terms(text: str) -> Iterator[Said]:
    """Yield passages about terms of use, in the order of their kinds."""
    bare = _CODE.sub(lambda found: " " * len(found[0]), text)
    told = 0
    for kind, shape in (("noncommercial", _CLOSED), ("research-only", _RESEARCH), ("display", _DISPLAY)):
        for found in shape.finditer(bare):
            start, sentence = _sentence(bare, found.start(), found.end())
            if kind != "display" and _DOUBT.search(sentence):
                continue
            told += 1
            if told > MOST:
                return
            shown = sentence if kind != "display" else bare[max(start, found.start() - 80) : found.end() + 160]
            subject = "data" if kind != "display" and _DATA.search(sentence) else "model"
            yield Said(kind, subject, found.start(), " ".join(shown.split())[:SHOWN])


def _sentence(text: str, start: int, end: int, reach: int = 400) -> tuple[int, str]:
    """Return the sentence around a passage, and where it begins."""
    first = max(0, start - reach)
    for stop in _END.finditer(text, first, start):
        first = stop.end()
    last = _END.search(text, end, end + reach)
    return first, text[first : last.start() if last else end + reach]
