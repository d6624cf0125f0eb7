"""Numbers of 32 bits that come from 16."""

import numpy as np

from scanner.facts.weights import PrecisionResidue, WeightsUpcast
from tests.builders.carriers import gaussian, measured, of, safetensors


def halved(array):
    return array.astype(np.float16).astype(np.float32)


def brain(array):
    return (array.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)


def test_weights_of_32_bits_say_nothing():
    facts = measured(safetensors(w=gaussian(200, 64), b=gaussian(5000)))
    assert of(PrecisionResidue, facts) + of(WeightsUpcast, facts) == []


def test_weights_that_come_from_float16_are_told():
    (fact,) = of(WeightsUpcast, measured(safetensors(w=halved(gaussian(200, 64)), v=halved(gaussian(9000)))))
    assert (fact.bits, fact.tensors, fact.compared, fact.share) == (13, 2, 2, 1.0)


def test_weights_that_come_from_bfloat16_are_told():
    (fact,) = of(WeightsUpcast, measured(safetensors(w=brain(gaussian(200, 64)), v=gaussian(12_800))))
    assert (fact.bits, fact.tensors, fact.compared, fact.share) == (16, 1, 2, 0.5)


def test_rows_touched_since_are_placed():
    array = halved(gaussian(900, 64))
    array[[17, 40]] = gaussian(2, 64, seed=1)
    facts = measured(safetensors(**{"wte.weight": array}))
    (fact,) = of(PrecisionResidue, facts)
    assert (fact.rows, fact.fine_rows, fact.first_row, fact.last_row, fact.bits) == (900, 2, 17, 40, 13)
    assert fact.role == "embedding"
    assert of(WeightsUpcast, facts) == []


def test_one_number_is_enough_to_touch_a_row():
    array = brain(gaussian(9000, 64))
    array[8000, 63] += np.float32(1e-7)
    (fact,) = of(PrecisionResidue, measured(safetensors(w=array)))
    assert (fact.fine_rows, fact.first_row, fact.bits) == (1, 8000, 16)


def test_rows_left_alone_since_are_placed():
    array = gaussian(900, 64)
    array[100:120] = halved(array[100:120])
    (fact,) = of(PrecisionResidue, measured(safetensors(w=array)))
    assert (fact.rows - fact.fine_rows, fact.first_row, fact.last_row) == (20, 100, 119)


def test_rows_of_zeros_are_neither():
    array = gaussian(900, 64)
    array[5] = 0
    facts = measured(safetensors(w=array))
    assert of(PrecisionResidue, facts) + of(WeightsUpcast, facts) == []


def test_constants_counts_and_small_tensors_say_nothing():
    facts = measured(safetensors(w=np.ones((200, 64), np.float32), s=halved(gaussian(60, 60))))
    assert of(PrecisionResidue, facts) + of(WeightsUpcast, facts) == []
