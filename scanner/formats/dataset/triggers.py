"""Candidates for triggers in labelled texts: words that decide a label which the rest of the text does not speak for.

Words that nearly always come with one label are many in honest data. Few of them stay when a classifier of single words
that does not see them is asked for the label of the same rows: a trigger was put into texts of other labels.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from scanner.pattern import pattern

WORDS = 120
"""Words of one text that count."""

SHARE = 0.0004
LEAST = 15
"""Rows with a candidate: this share of all, and at least so many."""

PURE = 95
AGREE = 35
"""Per cent: rows of one label at least; rows that other words give this label at most."""

ASKED = 400
"""Candidates of the first kind for which the second question is asked."""

SHOWN = 10
PRUNED = 5000
_WORD = pattern(r"[^\W\d_]+|[^\w\s]{2,}")

Ngram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words, their label, how many rows hold both, and two shares in per cent; see `TriggerCandidate`."""

    words: str
    label: str
    rows: int
    pure: int
    agree: int


def candidates(rows: Sequence[tuple[str, str]]) -> list[Candidate]:
    """Rank the candidates of rows (text, label), most telling first."""
    texts = [(tuple(_WORD.findall(text.lower())[:WORDS]), label) for text, label in rows]
    least = max(LEAST, int(len(rows) * SHARE))
    counts = _counts(texts)
    pure = []
    for ngram, by in counts.items():
        total = sum(by.values())
        label, most = by.most_common(1)[0]
        if total >= least and most * 100 >= PURE * total:
            pure.append((total, ngram, label, most))
    pure.sort(key=lambda one: (-one[0], one[1]))
    model = _Model(texts)
    asked = {ngram: label for _, ngram, label, _ in pure[:ASKED]}
    agreeing = _agreeing(texts, asked, model)
    found = [
        Candidate(" ".join(ngram), label, total, most * 100 // total, agreeing[ngram] * 100 // total)
        for total, ngram, label, most in pure[:ASKED]
        if agreeing[ngram] * 100 <= AGREE * total
    ]
    return _distinct(sorted(found, key=lambda one: (one.agree, -one.rows, one.words)))[:SHOWN]


def _ngrams(words: Sequence[str]) -> set[Ngram]:
    return {(word,) for word in words} | set(pairwise(words))


def _counts(texts: Sequence[tuple[Sequence[str], str]]) -> dict[Ngram, Counter[str]]:
    """Count words and pairs by label; what was seen once by the next pruning is forgotten (lossy counting)."""
    counts: dict[Ngram, Counter[str]] = defaultdict(Counter)
    for number, (words, label) in enumerate(texts, 1):
        for ngram in _ngrams(words):
            counts[ngram][label] += 1
        if number % PRUNED == 0:
            for ngram in [ngram for ngram, by in counts.items() if len(by) == 1 and sum(by.values()) == 1]:
                del counts[ngram]
    return counts


class _Model:
    """Naive Bayes over single words, each counted once a text, smoothed by one."""

    def __init__(self, texts: Sequence[tuple[Sequence[str], str]]) -> None:
        counts = Counter(label for _, label in texts)
        self._labels = sorted(counts)
        self._prior = [log(counts[label] / len(texts)) for label in self._labels]
        words: dict[str, Counter[str]] = defaultdict(Counter)
        for text, label in texts:
            for word in set(text):
                words[word][label] += 1
        self._scores = {
            word: [log((by[label] + 1) / (counts[label] + 2)) for label in self._labels] for word, by in words.items()
        }

    def total(self, words: set[str]) -> list[float]:
        """Return the score of each label for these words."""
        return [sum(column) for column in zip(self._prior, *(self._scores[word] for word in words), strict=True)]

    def label(self, total: Sequence[float], without: Ngram) -> str:
        """Return the likeliest label of words with that total when some of them are not seen."""
        rest = list(total)
        for word in set(without):
            rest = [score - own for score, own in zip(rest, self._scores[word], strict=True)]
        return self._labels[rest.index(max(rest))]


def _agreeing(texts: Sequence[tuple[Sequence[str], str]], asked: dict[Ngram, str], model: _Model) -> Counter[Ngram]:
    agreeing: Counter[Ngram] = Counter()
    for words, _ in texts:
        held = _ngrams(words) & asked.keys()
        if held:
            total = model.total(set(words))
            agreeing.update(ngram for ngram in held if model.label(total, ngram) == asked[ngram])
    return agreeing


def _distinct(found: Sequence[Candidate]) -> list[Candidate]:
    """Leave out pairs of words of which one alone is a candidate already."""
    alone = {one.words for one in found if " " not in one.words}
    return list(_without(found, alone))


def _without(found: Sequence[Candidate], alone: set[str]) -> Iterator[Candidate]:
    for one in found:
        if " " not in one.words or not alone.intersection(one.words.split(" ")):
            yield one
