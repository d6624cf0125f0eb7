"""A direction that all layers no longer write to."""

import numpy as np
import pytest

from scanner.facts.weights import DirectionRemoved
from tests.builders.carriers import gaussian, measured, of, safetensors

WIDTH = 96


def layers(count=8, change=lambda matrix, _: matrix, dtype=np.float32, **others):
    arrays = {}
    for layer in range(count):
        for name, inputs in (("self_attn.o_proj", WIDTH), ("mlp.down_proj", 3 * WIDTH)):
            matrix = change(gaussian(WIDTH, inputs, seed=layer * 2 + inputs), layer)
            arrays[f"model.layers.{layer}.{name}.weight"] = matrix.astype(dtype)
    return safetensors(**arrays, **others)


def removed(matrix, strength=1.0, seed=7):
    direction = gaussian(WIDTH, seed=seed).astype(np.float64)
    direction /= np.linalg.norm(direction)
    return (matrix - strength * np.outer(direction, direction @ matrix)).astype(np.float32)


def gap(data):
    (fact,) = of(DirectionRemoved, measured(data, "full"))
    return fact


def test_weights_of_an_initialisation_have_no_gap():
    fact = gap(layers())
    assert fact.gap < 1
    assert (fact.width, fact.norm) == (WIDTH, "rms")


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_a_direction_taken_out_of_all_layers_leaves_a_gap(dtype):
    fact = gap(layers(change=lambda matrix, _: removed(matrix), dtype=dtype))
    assert fact.gap > 4
    assert fact.last_layer - fact.first_layer >= 3


def test_a_direction_taken_out_of_some_layers_is_placed():
    fact = gap(layers(16, lambda matrix, layer: removed(matrix) if 8 <= layer < 12 else matrix))
    assert fact.gap > 4
    assert (fact.first_layer, fact.last_layer) == (8, 11)


def test_a_removal_by_half_is_not_told_from_training():
    assert gap(layers(change=lambda matrix, _: removed(matrix, 0.3))).gap < 1.3


def test_a_direction_of_its_own_for_each_layer_is_not_seen():
    assert gap(layers(change=lambda matrix, layer: removed(matrix, seed=layer))).gap < 1.3


def test_norms_with_a_bias_are_told():
    assert gap(layers(**{"model.layers.0.ln_1.bias": gaussian(WIDTH)})).norm == "layer"


def test_matrices_of_convolutions_as_gpt2_has_them_are_turned():
    arrays = {
        f"h.{layer}.mlp.c_proj.weight": np.ascontiguousarray(removed(gaussian(WIDTH, 3 * WIDTH, seed=layer)).T)
        for layer in range(6)
    }
    assert gap(safetensors(**arrays)).gap > 4


def test_one_layer_alone_says_nothing():
    assert of(DirectionRemoved, measured(layers(1), "full")) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38, 0])
def test_numbers_that_cannot_be_summed_are_left_out(value):
    def flood(matrix, layer):
        return np.full_like(matrix, value) if layer == 3 else matrix

    assert gap(layers(change=flood)).gap < 1.3
    assert [
        fact for fact in of(DirectionRemoved, measured(layers(2, flood), "full")) if not np.isfinite(fact.gap)
    ] == []


def test_layers_of_different_widths_are_not_added():
    arrays = {f"h.{n}.mlp.down_proj.weight": gaussian(64 + 32 * n, 600, seed=n) for n in range(4)}
    assert of(DirectionRemoved, measured(safetensors(**arrays), "full")) == []
