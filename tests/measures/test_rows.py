"""Rows of an embedding that lie far from all others."""

import numpy as np
import pytest

from scanner.facts.weights import EmbeddingRows, TensorsLeft
from tests.builders.carriers import gaussian, measured, of, safetensors


def rows(array, name="model.embed_tokens.weight"):
    (fact,) = of(EmbeddingRows, measured(safetensors(**{name: array}), "full"))
    return fact


@pytest.mark.parametrize("width", [64, 700])
def test_a_row_that_was_written_comes_first(width):
    array = gaussian(3000, width)
    array[1234] *= 6
    fact = rows(array)
    assert fact.listed[0] == 1234
    assert fact.farthest > 20
    assert fact.far[0] == round(fact.farthest * 10)
    assert len(fact.listed) == len(fact.far) == len(fact.long) == 20


def test_no_row_of_a_cloud_lies_far_out():
    assert rows(gaussian(3000, 64)).farthest < 8


def test_a_row_of_usual_length_in_an_unusual_place_is_found():
    array = gaussian(3000, 64) * np.geomspace(1, 0.01, 64, dtype=np.float32)
    array[77] = 0
    array[77, -1] = np.linalg.norm(array, axis=1).mean()
    fact = rows(array)
    assert (fact.listed[0], abs(fact.long[0]) < 30) == (77, True)


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38, 0])
def test_floods_leave_the_others(value):
    array = gaussian(3000, 64)
    array[::2] = value
    array[11] *= 9
    fact = rows(array)
    assert fact.listed[0] == 11
    assert np.isfinite(fact.farthest)


@pytest.mark.parametrize("value", [np.nan, 0])
def test_an_embedding_of_nothing_is_left(value):
    facts = measured(safetensors(wte=np.full((3000, 64), value, np.float32)), "full")
    assert of(EmbeddingRows, facts) == []
    assert [one.reason for one in of(TensorsLeft, facts) if one.measure == "rows"] == ["type"]


def test_few_rows_make_no_cloud():
    facts = measured(safetensors(wte=gaussian(99, 64)), "full")
    assert [one.reason for one in of(TensorsLeft, facts) if one.measure == "rows"] == ["small"]
