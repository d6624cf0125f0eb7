"""Which licences a text is, or holds: shingles of words compared with those of the known licences.

`known/license_texts.txt` keeps the digests of the shingles of each licence text; those that the same texts share stand
in one line, once. See `tests/survey/write_licenses.py`, which writes it.

Containment is the share of the licence that a text has; coverage the share of the text that the licence has.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import sub

from scanner.licenses.fingerprints import groups_of, index
from scanner.licenses.twins import FAMILIES, family_member
from scanner.licenses.words import GRAM, fold, places, shingles, title_text, words
from scanner.record import record

CONTAINED = 0.7
"""Share of a licence from which a text holds it."""

COVERED = 0.4
"""Share of a text from which a licence that it holds is what the text is."""

AMONG_CONTAINED, AMONG_COVERED = 0.8, 0.6
"""The same of one licence among several in a text, where what covers it is its own stretch."""

RESEMBLES = 0.55
"""Likeness (hits among all shingles of both) from which a text is a licence that was cut."""

WHOLE = 0.9
"""Share of a licence from which a text has all of it, and what else the text says is added to it."""

ALTERED = 0.65
"""Share of a text below which it is another licence made from this one, where it has not all of it."""

NEAR = 0.7
"""Share of the best licence's hits from which another is so near that its own words, or a title, decide."""

GAP, GAP_AT_MOST = 60, 150
"""Words between two hits beyond which they belong to different copies, with a quarter of the licence's; at most."""

DENSE, STRETCH = 16, 40
"""Hits among so many words with which a copy begins and ends: single ones lie about everywhere."""

BEGINNING = 8
"""Digests of a copy that tell, when they come again, that another copy begins."""

EXTRA = 15
"""Words in a row that a licence does not have, from which they are a passage of their own."""

SHOWN = 400
"""Characters of such a passage that are kept."""

TAIL = 1200
"""Characters behind a copy that may still be its own words."""

HEADING = 60
"""Words before and behind the first hit among which a title stands."""


@record
class Match:
    """A licence in a text. `start` and `end` in characters; the rest as in `LicenseText`.

    `license` is "" for a text made from a known licence and too far from it; `alike` then begins with that one.
    """

    license: str
    version: str
    start: int
    end: int
    containment: float
    coverage: float
    extra: str
    extra_words: int
    alike: tuple[str, ...]


@record
class _Segment:
    """A stretch of a text that a known one explains: words `first` to `last`, `hits` different digests at `places`."""

    text: int
    first: int
    last: int
    hits: int
    containment: float
    places: Sequence[int]


def matches(text: str) -> list[Match]:
    """List the known licences that a text is or holds, in their order; none is a guess."""
    folded = fold(text)
    digests = shingles(words(folded))
    known = index()
    found = list(map(known.digests.get, digests))
    counts: Counter[int | None] = Counter(found)
    counts.pop(None, None)
    totals: Counter[int] = Counter()
    for group, count in counts.items():
        for number in known.groups[group or 0]:
            totals[number] += count
    worth = frozenset(number for number, hits in totals.items() if hits >= RESEMBLES * known.texts[number].size)
    return _Comparison(text, folded, digests, found, worth).matches() if worth else []


def _first(one: _Segment) -> int:
    return one.first


class _Comparison:
    """One text, its digests, the groups they are in, and the known texts worth a look."""

    def __init__(
        self, text: str, folded: str, digests: list[int], found: list[int | None], worth: frozenset[int]
    ) -> None:
        self.text, self.folded, self.digests, self.found, self.worth = text, folded, digests, found, worth
        self.index = index()
        self.spans: list[tuple[int, int]] = []

    def matches(self) -> list[Match]:
        found = (one for number, hits in self._places().items() if hits for one in self._segments(number, hits))
        segments = sorted(found, key=_first)
        chosen = self._choose(segments)
        if not chosen:
            return []
        self.spans = places(self.folded)
        if len(chosen) > 1:
            made = [self._match(one, self._twins(one, segments), single=False) for one in chosen]
            kept = [one for one in made if one.containment >= AMONG_CONTAINED and one.coverage >= AMONG_COVERED]
            if len(kept) > 1:
                return sorted(kept, key=lambda one: one.start)
        best = self._match(chosen[0], self._twins(chosen[0], segments), single=True)
        return [best] if best.coverage >= COVERED or best.containment >= CONTAINED else []

    def _places(self) -> dict[int, list[int]]:
        """Say where each text worth a look is hit, in words."""
        hits: dict[int, list[int]] = {number: [] for number in sorted(self.worth)}
        wanted: dict[int, frozenset[int]] = {}
        for place, found in enumerate(self.found):
            if found is not None:
                if found not in wanted:
                    wanted[found] = self.index.groups[found] & self.worth
                for number in wanted[found]:
                    hits[number].append(place)
        return hits

    def _segments(self, number: int, hits: list[int]) -> Iterator[_Segment]:
        """Part the hits of one text into its copies: by gaps, and where its beginning comes again."""
        size = self.index.texts[number].size
        gap = min(GAP + size // 4, GAP_AT_MOST)
        here = [self.digests[place] for place in hits]
        beginning = set(here[:BEGINNING])
        if max(map(sub, hits[1:], hits), default=0) <= gap and sum(map(beginning.__contains__, here)) <= BEGINNING:
            yield self._segment(number, hits, len(set(here)))  # one copy, as nearly always
            return
        seen: dict[int, int] = {}
        start = 0
        for at, place in enumerate(hits):
            again = seen.get(self.digests[place], size) < BEGINNING and len(seen) >= CONTAINED * size
            again = again and 2 * sum(map(beginning.__contains__, here[at : at + BEGINNING])) >= BEGINNING
            if at > start and (place - hits[at - 1] > gap or again):
                yield self._segment(number, hits[start:at], len(seen))
                seen, start = {}, at
            seen.setdefault(self.digests[place], len(seen))
        yield self._segment(number, hits[start:], len(seen))

    def _segment(self, number: int, hits: Sequence[int], distinct: int) -> _Segment:
        first, last = 0, len(hits) - 1
        while first + DENSE <= last and hits[first + DENSE] - hits[first] > STRETCH:
            first += 1
        while last - DENSE >= first and hits[last] - hits[last - DENSE] > STRETCH:
            last -= 1
        if (first, last) != (0, len(hits) - 1):
            hits = hits[first : last + 1]
            distinct = len({self.digests[place] for place in hits})
        return _Segment(
            text=number, first=hits[0], last=hits[-1] + GRAM - 1, hits=distinct,
            containment=distinct / self.index.texts[number].size, places=hits,
        )  # fmt: skip

    def _choose(self, segments: Sequence[_Segment]) -> list[_Segment]:
        """Take the segments that explain most, each for words that no other explains yet."""
        taken = bytearray(len(self.digests) + GRAM)
        chosen: list[_Segment] = []
        for one in sorted(segments, key=lambda one: (-self._weight(one), self.index.texts[one.text].license)):
            size, length = self.index.texts[one.text].size, one.last - one.first + 1
            likeness = one.hits / max(1, size + len(self.digests) - one.hits)
            if (one.containment < CONTAINED and likeness < RESEMBLES) or len(one.places) < 0.3 * length:
                continue
            if len(one.places) - sum(map(taken.__getitem__, one.places)) >= CONTAINED * len(one.places):
                chosen.append(one)
                taken[one.first : one.last + 1] = b"\1" * length
        return chosen

    def _weight(self, one: _Segment) -> float:
        """Words explained, less what the licence has and the text has not."""
        return one.hits - 0.7 * (self.index.texts[one.text].size - one.hits)

    def _twins(self, one: _Segment, segments: Sequence[_Segment]) -> list[_Segment]:
        """List the segments that explain the same stretch nearly as well, `one` first."""
        length = one.last - one.first
        begin = bisect_left(segments, one.first - length, key=_first)
        others = [
            twin
            for twin in segments[begin : bisect_right(segments, one.last, key=_first)]
            if twin is not one
            and 2 * (min(twin.last, one.last) - max(twin.first, one.first)) > max(twin.last - twin.first, length)
            and one.hits >= NEAR * twin.hits >= NEAR * NEAR * one.hits
            and twin.containment >= NEAR * one.containment
        ]
        return [one, *others]

    def _match(self, best: _Segment, twins: Sequence[_Segment], *, single: bool) -> Match:
        one = self._decided(best, twins)
        known = self.index.texts[one.text]
        first, last = (0, len(self.digests) - 1) if single else (one.first, one.last - GRAM + 1)
        inside = [found is not None and one.text in self.index.groups[found] for found in self.found[first : last + 1]]
        coverage = sum(inside) / len(inside)
        start, end = self.spans[one.first][0], self.spans[min(one.last, len(self.spans) - 1)][1]
        name = known.license
        if name in FAMILIES:
            name = family_member(name, title_text(self.text[max(0, start - TAIL) : end + TAIL]))
        altered = single and one.containment < WHOLE and coverage < ALTERED
        extra, extra_words = self._extra([first + at for at, hit in enumerate(inside) if hit], first, last)
        alike = sorted({self.index.texts[twin.text].license for twin in twins} - {name})
        return Match(
            license="" if altered else name, version=known.version if name == known.license else "", start=start,
            end=end, containment=one.containment, coverage=coverage, extra=extra, extra_words=extra_words,
            alike=(name, *alike) if altered else tuple(alike),
        )  # fmt: skip

    def _decided(self, best: _Segment, twins: Sequence[_Segment]) -> _Segment:
        """Of near twins take the one whose title opens the text, else the one whose own words are there."""
        if len(twins) == 1:
            return best
        start = self.spans[max(0, best.first - HEADING)][0]
        end = self.spans[min(len(self.spans) - 1, best.first + HEADING)][1]
        head = title_text(self.text[start:end])
        lengths = {
            twin.text: max((len(t) for t in self.index.texts[twin.text].titles if f" {t} " in head), default=0)
            for twin in twins
        }
        longest = max(lengths.values())
        left = [twin for twin in twins if lengths[twin.text] == longest]
        first = min(twin.first for twin in twins)
        last = max(twin.last for twin in twins)
        there = dict(zip(self.digests[first:last], self.found[first:last], strict=True))
        hits = Counter(group for group in there.values() if group is not None)
        found = left[0]
        for twin in left[1:]:
            if self._own(twin, found, hits, best.containment) > self._own(found, twin, hits, best.containment):
                found = twin
        return found

    def _own(self, one: _Segment, other: _Segment, hits: Mapping[int, int], containment: float) -> float:
        """Count the digests of one that the other lacks, those that are not there against it.

        They would be there as often as all others if the text were this one, and never if it were the other.
        """
        against = containment / (2 - containment)
        own = [number for number in groups_of(one.text) if other.text not in self.index.groups[number]]
        got = sum(hits.get(number, 0) for number in own)
        return got - against * (sum(self.index.sizes[number] for number in own) - got)

    def _extra(self, hits: Sequence[int], first: int, last: int) -> tuple[str, int]:
        """Return the longest passage between hits, and the words of all such passages."""
        bounds = [first - GRAM, *hits, last + GRAM]
        gaps = [(after - before - GRAM, before, after) for before, after in pairwise(bounds)]
        gaps = [gap for gap in gaps if gap[0] >= EXTRA]
        if not gaps:
            return "", 0
        _, before, after = max(gaps)
        start = self.spans[max(first, before + GRAM)][0]
        end = self.spans[min(after - 1, len(self.spans) - 1)][1]
        return " ".join(self.text[start:end].split())[:SHOWN], sum(words for words, _, _ in gaps)
