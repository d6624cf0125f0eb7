"""A direction that all layers no longer write to."""

import io
from functools import partial

import numpy as np
import pytest

from scanner.artifact import Artifact
from scanner.facts.weights import DirectionRemoved, TensorsLeft
from scanner.limits import DEFAULT
from scanner.measures import reader
from scanner.measures.triangles import Triangle
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
    (fact,) = [one for one in of(DirectionRemoved, measured(data, "full")) if one.family != "each"]
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


def equal(matrix, _=0):
    """What layers before a norm that subtracts the mean come to by themselves: little along equal numbers."""
    return matrix - 0.97 * matrix.mean(axis=0)


def test_norms_with_a_bias_hide_no_direction_and_make_none():
    bias = {"model.layers.0.ln_1.bias": gaussian(WIDTH)}
    assert gap(layers(change=equal, **bias)).gap < 1
    assert gap(layers(change=equal)).gap > 3
    assert gap(layers(change=lambda matrix, _: removed(equal(matrix)), **bias)).gap > 3


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


def shards(count=2, missing=(), total=8):
    """The layers of one model over files, as artifacts by path."""
    files = {}
    for number in range(1, count + 1):
        arrays = {}
        for layer in range((number - 1) * total // count, number * total // count):
            for name, inputs in (("self_attn.o_proj", WIDTH), ("mlp.down_proj", 3 * WIDTH)):
                matrix = removed(gaussian(WIDTH, inputs, seed=layer * 2 + inputs))
                arrays[f"model.layers.{layer}.{name}.weight"] = matrix
        path = f"m/model-{number:05}-of-{count:05}.safetensors"
        data = safetensors(**arrays)
        files[path] = Artifact(path=path, size=len(data), open=partial(io.BytesIO, data))
    return {path: one for number, (path, one) in enumerate(files.items(), 1) if number not in missing}


def over(files):
    """Measure each file beside the others."""
    one = reader("full", files)
    return {path: list(one.read(file, DEFAULT)) for path, file in files.items()}


def test_one_file_speaks_for_all_parts_of_a_model():
    first, second = over(shards()).values()
    assert {fact.matrices for fact in of(DirectionRemoved, first) if fact.family == "o+down"} == {16}
    assert of(DirectionRemoved, second) == []


@pytest.mark.parametrize("missing", [1, 2])
def test_parts_that_are_missing_are_counted_by_the_first_that_is_there(missing):
    (facts,) = over(shards(missing=(missing,))).values()
    left = [fact for fact in of(TensorsLeft, facts) if fact.measure == "directions"]
    assert [(fact.reason, fact.tensors) for fact in left] == [("shards", 1)]
    assert all(fact.gap > 3 for fact in of(DirectionRemoved, facts))


def test_a_matrix_of_another_width_is_left_and_hides_no_other():
    arrays = {f"h.{n}.mlp.down_proj.weight": removed(gaussian(WIDTH, 600, seed=n)) for n in range(6)}
    arrays["a.layers.0.mlp.down_proj.weight"] = gaussian(64, 70)
    facts = measured(safetensors(**arrays), "full")
    assert min(fact.gap for fact in of(DirectionRemoved, facts)) > 3
    left = [fact for fact in of(TensorsLeft, facts) if fact.measure == "directions"]
    assert [(fact.reason, fact.first) for fact in left] == [("shape", "a.layers.0.mlp.down_proj.weight")]


def test_a_direction_of_its_own_is_seen_where_layers_are_looked_at_alone():
    facts = of(DirectionRemoved, measured(layers(change=lambda matrix, layer: removed(matrix, seed=layer)), "full"))
    assert [fact.gap > 3 for fact in facts if fact.family == "each"] == [True]


@pytest.mark.parametrize("width", [100, 300, 2100])
def test_sums_by_panels_have_the_eigenvalues_of_the_whole(width):
    matrices = [gaussian(width, width, seed=seed) for seed in range(3)]
    made = Triangle(width)
    for matrix in matrices:
        assert made.add(matrix)
    scaled = [matrix.astype(np.float64) / np.linalg.norm(matrix) for matrix in matrices]
    expected = np.linalg.eigvalsh(sum(matrix @ matrix.T for matrix in scaled) * width / 3)[:2]
    assert made.smallest() == pytest.approx(tuple(expected), rel=0.1)


def test_experts_are_counted_and_not_summed():
    arrays = {f"h.{n}.mlp.experts.0.down_proj.weight": gaussian(WIDTH, 300) for n in range(4)}
    facts = measured(safetensors(**arrays), "full")
    left = [(fact.reason, fact.tensors) for fact in of(TensorsLeft, facts) if fact.measure == "directions"]
    assert (of(DirectionRemoved, facts), left) == ([], [("experts", 4)])
