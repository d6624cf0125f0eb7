"""Results in `model-index` of a card that can hardly be."""

import math
from collections.abc import Iterator, Sequence

from scanner.cards.fronts import fronts
from scanner.facts import Fact
from scanner.facts.card import MetricOddity
from scanner.pattern import pattern
from scanner.settings import Document, Leaf

TOLD = 50
"""Results of one card that are told."""

SHOWN = 120
WHOLE = 100.0

SHARES = frozenset((
    "accuracy", "acc", "acc_norm", "f1", "f1_macro", "f1_micro", "precision", "recall", "exact_match", "exact match",
    "accuracy_top_1", "top-1 accuracy", "top-5 accuracy", "map", "map@50", "ndcg_at_10", "auc", "roc_auc", "pass@1",
    "strict accuracy", "average_precision", "auroc", "iou", "mean_iou", "dice",
))  # fmt: skip
"""Metrics that are shares of a whole, written from 0 to 1 or from 0 to 100."""

GENERATIVE = pattern(
    r"(?i)mmlu|gsm8?k|human.?eval|hellaswag|truthful.?qa|winogrande|if.?eval|\bbbh\b|big.?bench|gpqa|\bmusr\b|\bmath\b|"
    r"\barc\b|mbpp|livecodebench|\baime\b|arena|swe.?bench"
)
"""Benchmarks on which no model answers everything right."""

_PLACE = pattern(r"(/model-index/\d+/results/\d+)/(?:metrics/(\d+)/(type|value|name|verified|verifyToken)|"
                 r"(dataset/(?:name|type|split)|task/type))")  # fmt: skip


class _Result:
    def __init__(self) -> None:
        self.about: dict[str, str] = {}
        self.metrics: dict[str, dict[str, Leaf]] = {}


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Look at the results of every card."""
    for _, front in fronts(facts):
        if "\n/model-index/" in front.outline:
            found = list(_odd(front))
            yield from found[:TOLD]


def _odd(front: Document) -> Iterator[MetricOddity]:
    for result in _results(front).values():
        dataset = " ".join(filter(None, (result.about.get("dataset/name"), result.about.get("dataset/type"))))
        split = result.about.get("dataset/split", "")
        if split.lower() in {"train", "training"} and result.metrics:
            first = next(iter(next(iter(result.metrics.values())).values()))
            yield _fact(first, "on-training-split", "", dataset, split)
        for metric in result.metrics.values():
            named = (metric.get("type") or metric.get("name") or next(iter(metric.values()))).value
            if "verified" in metric and metric["verified"].value == "true" and "verifyToken" not in metric:
                yield _fact(metric["verified"], "unverified", named, dataset, "true")
            if "value" in metric:
                kind = _kind(named.lower(), metric["value"].value, dataset)
                if kind:
                    yield _fact(metric["value"], kind, named, dataset, metric["value"].value)


def _results(front: Document) -> dict[str, _Result]:
    found: dict[str, _Result] = {}
    for leaf in front.under("/model-index"):
        place = _PLACE.fullmatch(leaf.pointer)
        if place:
            result = found.setdefault(place[1], _Result())
            if place[4]:
                result.about[place[4]] = leaf.value
            else:
                result.metrics.setdefault(place[2], {})[place[3]] = leaf
    return found


def _kind(metric: str, text: str, dataset: str) -> str:
    try:
        value = float(text.strip().rstrip("%"))
    except ValueError:
        return ""
    if metric not in SHARES or math.isnan(value):
        return ""
    if value > WHOLE:
        return "above-whole"
    if value < 0:
        return "negative"
    return "perfect" if value in (1.0, WHOLE) and GENERATIVE.search(dataset) else ""


def _fact(leaf: Leaf, kind: str, metric: str, dataset: str, value: str) -> MetricOddity:
    return MetricOddity(
        where=leaf.at(), kind=kind, metric=metric[:SHOWN], dataset=dataset[:SHOWN], value=value[:SHOWN]
    )  # fmt: skip
