"""Low bits that are no noise."""

import numpy as np
import pytest

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
