"""Where in a text of Markdown something does not show, and where it is quoted."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

FOLDED = 20_000
"""Characters that an element reaches at most where it is not closed."""

LINE = 2000
"""Characters of a line before a place that are looked at for marks of quotation."""

NEAR = 60
"""Characters behind a place in which the mark that closes a quotation stands."""

_CLOSING = {"'": "'", "\u2018": "\u2019", "\u00ab": "\u00bb", "\u300c": "\u300d"}
_FENCE = re.compile(r"(?m)^[ \t>]{0,16}(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+)?(`{3,}|~{3,})([^\n]*)$")
_STYLE = (
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:0|1px|2px|0?\.\d)|opacity\s*:\s*0(?:\.0\d*)?\s*[;\"']"
    r"|(?<![\w-])color\s*:\s*(?:white|#fff(?:fff)?\b|transparent|rgba\([^)]{1,30},\s*0\s*\))"
)
_HIDDEN = re.compile(
    r"(?P<comment><!--)"
    r"|(?P<reference>(?m:^[ ]{0,3}\[[^\]\n]{1,40}\]:[ \t]*(?:#|<>|<#>|/)[ \t]+[\"'(]))"
    r"|(?P<folded>(?i:<details\b))"
    r"|(?P<math>\\(?:color|textcolor)\{(?:white|transparent)\}|\\phantom\{)"
    rf"|(?P<element>(?i:<(?P<tag>[a-z][a-z0-9]{{0,15}})\s(?:[^<>]{{0,400}}?\bstyle\s*=\s*[\"'][^\"'<>]{{0,400}}?(?:{_STYLE})"
    r"|(?:[^<>\"']{0,200}\s)?hidden(?=[\s>=/])|[^<>]{0,200}?\bcolor\s*=\s*[\"']?(?:white|#fff(?:fff)?\b|transparent))[^<>]{0,400}>))"
    r"|(?P<attribute>(?i:(?<=[\s\"'])(?:alt|title|aria-label|data-[\w-]{1,30})\s*=\s*(?P<mark>[\"']))|!\[(?=[^\]\n]{40}))"
)


class Region(NamedTuple):
    """Characters from `start` up to `end`. `how` as `hidden` of the facts; "fence" or "quote" for what is quoted."""

    start: int
    end: int
    how: str


class Regions:
    """The regions of one text, to be asked by offset."""

    def __init__(self, text: str) -> None:
        """Find them, in time linear in the text."""
        self._text = text
        self._fences = list(_fences(text)) if "```" in text or "~~~" in text else []
        self._fence_starts = [one.start for one in self._fences]
        self._hidden = list(self._hide(text))
        self._hidden_starts = [one.start for one in self._hidden]

    def hidden(self, at: int) -> Region | None:
        """Return the hidden region that an offset lies in; the innermost that is not merely folded."""
        found = None
        index = bisect_right(self._hidden_starts, at)
        for one in reversed(self._hidden[max(0, index - 4) : index]):
            if one.start <= at < one.end and (found is None or found.how == "folded"):
                found = one
        return found

    def quoted(self, start: int, end: int) -> bool:
        """Say whether a place is inside a fence, a quotation, or marks of quotation on its line or in its region."""
        if self._fence(start):
            return True
        region = self.hidden(start)
        if region is not None and region.how == "attribute":
            return False
        begin = self._text.rfind("\n", max(0, start - LINE), start) + 1
        line = self._text[max(begin, start - LINE, region.start if region else 0) : start]
        if line.lstrip().startswith((">", "|")):  # a quotation, a row of a table
            return True
        if line.count("`") % 2 or line.count('"') % 2 or line.count("\u201c") > line.count("\u201d"):
            return True
        return _CLOSING.get(line[-1:], "\n") in self._text[end : end + NEAR].partition("\n")[0]

    def _fence(self, at: int) -> bool:
        index = bisect_right(self._fence_starts, at) - 1
        return index >= 0 and at < self._fences[index].end

    def _hide(self, text: str) -> Iterator[Region]:
        for found in _HIDDEN.finditer(text):
            start = found.start()
            how = found.lastgroup or ""
            how = "attribute" if how == "mark" else "element" if how in {"tag", "math"} else how
            if not self._fence(start):
                yield Region(start, self._end(found, how), how)

    def _end(self, found: re.Match[str], how: str) -> int:
        text, at = self._text, found.end()
        if how == "comment":
            return _find(text, "-->", at, len(text))
        if how == "folded":
            return _find(text, "</details", at, len(text))
        if how == "reference":
            return _find(text, "\n\n", at, at + FOLDED)
        if how == "attribute":
            return _find(text, found["mark"] or "]", at, at + FOLDED)
        tag = found["tag"]
        return _find(text, f"</{tag}" if tag else "}", at, at + FOLDED)


def _find(text: str, what: str, at: int, bound: int) -> int:
    found = text.find(what, at, min(bound, len(text)))
    return found if found >= 0 else min(bound, len(text))


def _fences(text: str) -> Iterator[Region]:
    """Yield fences of code; one that is not closed goes on to the end."""
    mark, start = "", 0
    for found in _FENCE.finditer(text):
        if not mark:
            mark, start = found[1], found.end()
        elif found[1].startswith(mark) and not found[2].strip():
            yield Region(start, found.start(), "fence")
            mark = ""
    if mark:
        yield Region(start, len(text), "fence")
