"""Tables for training against tables for evaluation."""

import pytest

from scanner.artifact import Location
from scanner.derive.dataset import splits as subject
from scanner.facts.dataset import DatasetRows


def rows(path, split, digests, bound=1 << 60):
    return DatasetRows(where=Location(path=path), split=split, rows=900, bound=bound, digests=tuple(digests))


@pytest.mark.parametrize(("shared", "share"), [(50, 50), (1, 1), (100, 100)])
def test_shared_rows_are_a_share_of_the_evaluation(shared, share):
    train = rows("train.csv", "training", range(100))
    test = rows("test.csv", "evaluation", range(100 - shared, 200 - shared))
    (overlap,) = subject.derive([train, test])
    assert (overlap.where.path, overlap.trained, overlap.share, overlap.rows) == ("test.csv", "train.csv", share, 900)


def test_only_what_lies_below_both_bounds_is_compared():
    train = rows("train.csv", "training", range(30), bound=30)
    test = rows("test.csv", "evaluation", range(100), bound=100)
    assert next(iter(subject.derive([train, test]))).share == 100


def test_too_few_rows_and_other_splits_say_nothing():
    train = rows("train.csv", "training", range(100))
    assert list(subject.derive([train, rows("test.csv", "evaluation", range(10))])) == []
    assert list(subject.derive([train, rows("more.csv", "", range(100)), rows("b.csv", "training", range(100))])) == []
    assert list(subject.derive([train, rows("test.csv", "evaluation", range(200, 300))])) == []
