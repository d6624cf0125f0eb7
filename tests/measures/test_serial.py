"""Low bits that are no noise."""

import numpy as np
import pytest

from scanner.facts.planes import GridSlips, LowBytesRepeat
from scanner.facts.weights import LowBitsDepend, TensorsLeft
from tests.builders.carriers import gaussian, hidden, measured, of, safetensors

TEXT = b"".join(b"print('inert', %d)\n" % number for number in range(900))


def found(array):
    return of(LowBitsDepend, measured(safetensors(w=array), "full"))


@pytest.mark.parametrize("plane", [1, 2, 4, 8])
@pytest.mark.parametrize("nbytes", [512, 8192])
def test_a_text_in_low_bits_is_seen(plane, nbytes):
    facts = found(hidden(gaussian(400, 500), TEXT[:nbytes], plane))
    assert max(one.deviation for one in facts) > 12
    assert all(one.first < 70_000 for one in facts)


def test_noise_is_not():
    assert found(gaussian(1000, 1000)) == []
    assert found(hidden(gaussian(400, 500), np.random.default_rng(3).bytes(9000), 2)) == []


def test_a_text_far_inside_is_placed():
    (fact,) = [one for one in found(hidden(gaussian(1000, 1000), TEXT[:2000], 1, start=700_000)) if one.lag]
    assert fact.first < 716_000
    assert fact.first + fact.window > 700_000


def test_numbers_that_come_from_16_bits_are_left_out():
    array = gaussian(400, 500)
    array[::2] = array[::2].astype(np.float16)
    assert found(array) == []
    facts = measured(safetensors(w=gaussian(400, 500).astype(np.float16).astype(np.float32)), "full")
    assert of(LowBitsDepend, facts) == []
    assert ("serial", "coarse", 1) in [(one.measure, one.reason, one.tensors) for one in of(TensorsLeft, facts)]


def test_channels_whose_lowest_bit_is_mostly_zero_are_no_payload():
    words = gaussian(256, 256).view(np.uint32).copy()
    words[::3] &= np.uint32(0xFFFFFFFE)
    assert found(words.view(np.float32)) == []


def of_blocks(array, levels=16):
    """Round to a scale times a code and a least value for each 32 numbers, kept in 16 bits, and turn back."""
    blocks = array.reshape(-1, 32)
    least = blocks.min(axis=1, keepdims=True).astype(np.float16).astype(np.float32)
    scale = ((blocks.max(axis=1, keepdims=True) - least) / (levels - 1)).astype(np.float16).astype(np.float32)
    return (np.round((blocks - least) / scale).astype(np.float32) * scale + least).reshape(array.shape)


def told(kind, array):
    return of(kind, measured(safetensors(**{"h.0.mlp.down_proj.weight": array}), "full"))


@pytest.mark.parametrize("levels", [16, 32, 256])
def test_numbers_turned_back_from_blocks_are_left_out_and_counted(levels):
    facts = measured(safetensors(w=of_blocks(gaussian(512, 512), levels)), "full")
    assert of(LowBitsDepend, facts) + of(LowBytesRepeat, facts) + of(GridSlips, facts) == []
    (left,) = [one for one in of(TensorsLeft, facts) if (one.measure, one.reason) == ("serial", "grid")]
    assert left.nbytes > 512 * 512


@pytest.mark.parametrize("plane", [1, 2, 4, 8])
@pytest.mark.parametrize("content", [TEXT[:512], np.random.default_rng(3).bytes(512)], ids=["text", "noise"])
def test_bits_written_over_numbers_from_blocks_are_seen_whatever_they_are(plane, content):
    (fact,) = told(GridSlips, hidden(of_blocks(gaussian(512, 512)), content, plane))
    assert 0 < fact.numbers <= 4096 * 2
    assert fact.first < 4096


def test_numbers_that_all_lie_beside_their_grid_are_trained_on():
    array = of_blocks(gaussian(512, 512))
    assert told(GridSlips, array * (1 + np.random.default_rng(1).integers(0, 9, array.shape) * 2.0**-22)) == []


@pytest.mark.parametrize("plane", [1, 2, 4, 8])
@pytest.mark.parametrize("start", [0, 100_003])
def test_a_text_of_512_bytes_makes_bytes_that_repeat(plane, start):
    (fact,) = told(LowBytesRepeat, hidden(gaussian(400, 500), TEXT[:512], plane, start=start))
    assert fact.deviation > 16
    assert abs(fact.first - start / plane) < 2 * fact.window


@pytest.mark.parametrize(
    "made",
    [
        lambda array, _: array,
        lambda array, rows: array.astype(np.float16).astype(np.float32) * rows,
        lambda array, rows: (array.astype(np.float16).astype(np.float32) + rows.astype(np.float16)) / np.float32(2),
        lambda array, _: array.astype(np.float16) * np.float32(0.3) + array[::-1].astype(np.float16) * np.float32(0.7),
        lambda array, _: np.repeat(array[:40], 10, axis=0),
        lambda array, _: np.ldexp(array[:1], np.arange(400)[:, None] % 8),
    ],
    ids=["noise", "scaled", "mean", "merged", "repeated", "doubled"],
)
def test_numbers_that_were_computed_from_short_ones_do_not_repeat(made):
    rows = 1 + gaussian(400, 1, seed=5)
    assert told(LowBytesRepeat, made(gaussian(400, 500), rows).astype(np.float32)) == []


def test_numbers_that_crowd_around_one_value_are_no_grid():
    draw = np.random.default_rng(2)
    array = gaussian(128, 128)
    array[:32] = (0.1 + draw.standard_normal((32, 128)) * 1e-6).astype(np.float32)
    assert told(GridSlips, array) == []
