"""Results in `model-index` that can hardly be."""

import pytest

from scanner.derive.document.card_metrics import derive
from tests.builders.settings import settings


def kinds(metric, dataset=None):
    index = [{"name": "x", "results": [{"task": {"type": "y"}, "dataset": dataset or {}, "metrics": [metric]}]}]
    return [one.kind for one in derive([settings("README.md!front-matter.yaml", {"model-index": index}, "yaml")])]


@pytest.mark.parametrize(
    ("metric", "dataset", "kind"),
    [
        ({"type": "accuracy", "value": 103.5}, {}, ["above-whole"]),
        ({"type": "f1", "value": -0.5}, {}, ["negative"]),
        ({"type": "accuracy", "value": 100}, {"name": "MMLU"}, ["perfect"]),
        ({"type": "acc", "value": "1.0"}, {"name": "gsm8k"}, ["perfect"]),
        ({"type": "accuracy", "value": 0.5, "verified": True}, {}, ["unverified"]),
        ({"type": "accuracy", "value": 0.5}, {"name": "a", "split": "train"}, ["on-training-split"]),
    ],
)
def test_what_can_hardly_be_is_told(metric, dataset, kind):
    assert kinds(metric, dataset) == kind


@pytest.mark.parametrize(
    ("metric", "dataset"),
    [
        ({"type": "accuracy", "value": 0.93}, {}), ({"type": "accuracy", "value": 93.1}, {"name": "MMLU"}),
        ({"type": "accuracy", "value": 1.0}, {"name": "imdb"}), ({"type": "perplexity", "value": 900}, {}),
        ({"type": "pearson", "value": -0.2}, {}), ({"type": "loss", "value": 1.0}, {"name": "MMLU"}),
        ({"type": "accuracy", "value": "n/a"}, {}), ({"type": "accuracy", "value": "nan"}, {}),
        ({"type": "accuracy", "value": 0.5, "verified": True, "verifyToken": "x"}, {}),
        ({"type": "mean_reward", "value": 300}, {"split": "test"}),
    ],
)  # fmt: skip
def test_ordinary_results_are_not_told(metric, dataset):
    assert kinds(metric, dataset) == []


def test_of_a_thousand_odd_results_fifty_are_told():
    results = [{"metrics": [{"type": "accuracy", "value": 200}]} for _ in range(1000)]
    document = settings("README.md!front-matter.yaml", {"model-index": [{"results": results}]}, "yaml")
    assert len(list(derive([document]))) == 50


def test_a_card_without_results_says_nothing():
    assert list(derive([settings("README.md!front-matter.yaml", {"license": "mit"}, "yaml")])) == []
