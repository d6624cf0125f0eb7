"""Counts and how sure they are: exact intervals, areas under curves, and what a recipe alone gives away."""

import random
from collections import defaultdict
from collections.abc import Sequence
from math import exp, lgamma, log

CONFIDENCE = 0.95


def interval(hits: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a share."""
    if not of:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if not hits else _solve(lambda share: 1 - _below(hits - 1, of, share), tail)
    high = 1.0 if hits == of else _solve(lambda share: 1 - _below(hits, of, share), 1 - tail)
    return low, high


def _below(hits: int, of: int, share: float) -> float:
    """Sum the binomial distribution up to `hits`."""
    if not 0 < share < 1:
        return float(share <= 0)
    return sum(
        exp(lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * log(share) + (of - k) * log(1 - share))
        for k in range(hits + 1)
    )


def _solve(rising, value: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < value else (low, middle)
    return (low + high) / 2


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the chance that a positive scores above a negative; ties count half."""
    positives = [score for score, label in zip(scores, labels, strict=True) if label]
    negatives = [score for score, label in zip(scores, labels, strict=True) if not label]
    wins = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))


def leak(recipes: Sequence[tuple[object, ...]], labels: Sequence[bool]) -> float:
    """Return the best area that any part of the recipe reaches alone: 0.5 where positives and negatives match.

    It is measured on the cases it is fitted to, and so bounds from above what a recipe gives away.
    """
    best = 0.5
    for part in range(len(recipes[0])):
        groups: dict[object, list[bool]] = defaultdict(list)
        for recipe, label in zip(recipes, labels, strict=True):
            groups[recipe[part]].append(label)
        best = max(best, auc([sum(groups[one[part]]) / len(groups[one[part]]) for one in recipes], labels))
    return best


def control(scores: Sequence[float], labels: Sequence[bool], seed: int = 0) -> float:
    """Return the mean area over labels that are dealt at random: a harness that leaks is not at 0.5."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    shuffled, total = list(labels), 0.0
    for _ in range(50):
        draw.shuffle(shuffled)
        total += auc(scores, shuffled)
    return total / 50
