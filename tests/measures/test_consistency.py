"""Numbers that no training leaves."""

import numpy as np
import pytest

from scanner.facts import LimitReached
from scanner.facts.weights import (
    NumbersNotFinite,
    RowsAreZero,
    TensorIsConstant,
    TensorsAreEqual,
    TensorsLeft,
    WeightsMeasured,
)
from tests.builders.carriers import gaussian, measured, of, safetensors

FLOATS = ("float16", "float32", "float64")


def broken(array, *places, value=np.nan):
    array = array.copy()
    array.reshape(-1)[list(places)] = value
    return array


@pytest.mark.parametrize("dtype", FLOATS)
def test_one_number_that_is_none_is_found_in_a_matrix(dtype):
    (fact,) = of(NumbersNotFinite, measured(safetensors(w=broken(gaussian(300, 64).astype(dtype), 12_345))))
    assert (fact.numbers, fact.nan, fact.first, fact.share) == (1, 1, 12_345, 1 / 19_200)


@pytest.mark.parametrize("dtype", FLOATS)
def test_infinite_numbers_are_told_from_those_that_are_none(dtype):
    array = broken(broken(gaussian(5000).astype(dtype), 7, value=-np.inf), 4000, 4001)
    (fact,) = of(NumbersNotFinite, measured(safetensors(w=array)))
    assert (fact.numbers, fact.nan, fact.first) == (3, 2, 7)


def test_bfloat16_is_looked_at_as_it_is():
    words = (gaussian(64, 64).view(np.uint32) >> 16).astype(np.uint16)
    assert of(NumbersNotFinite, measured(safetensors(w=words))) == []
    words[3, 4] = 0x7FC0
    assert [(one.nan, one.first) for one in of(NumbersNotFinite, measured(safetensors(w=words)))] == [(1, 196)]


def test_numbers_whose_squares_overflow_are_finite():
    assert of(NumbersNotFinite, measured(safetensors(w=np.full((64, 64), 3e38, np.float32) * gaussian(64, 64)))) == []


def test_integers_are_never_infinite():
    array = np.random.default_rng(0).integers(-(2**31), 2**31, (100, 100)).astype(np.int32)
    assert [type(one) for one in measured(safetensors(w=array))] == [WeightsMeasured]


def test_a_flood_of_nan_is_one_fact_a_tensor_and_bounded_a_file():
    arrays = {f"w{number}": np.full((8, 8), np.nan, np.float32) for number in range(100)}
    facts = measured(safetensors(**arrays, big=np.full((2000, 300), np.nan, np.float32)))
    assert len(of(NumbersNotFinite, facts)) == 32
    assert of(WeightsMeasured, facts)[0].measured == 101


@pytest.mark.parametrize(("value", "zero"), [(0, True), (1, False), (-0.5, False)])
def test_a_tensor_of_one_value_is_constant(value, zero):
    (fact,) = of(TensorIsConstant, measured(safetensors(w=np.full((700, 600), value, np.float32))))
    assert (fact.zero, fact.elements, fact.dimensions) == (zero, 420_000, 2)


def test_one_other_number_anywhere_makes_a_tensor_vary():
    for place in (0, 1, 300_000, 419_999):
        array = np.ones(420_000, np.float32)
        array[place] = 2
        assert of(TensorIsConstant, measured(safetensors(w=array))) == []


def test_rows_of_zeros_are_counted():
    array = gaussian(500, 40)
    array[[3, 4, 450]] = 0
    (fact,) = of(RowsAreZero, measured(safetensors(**{"h.0.mlp.c_proj.weight": array})))
    assert (fact.zero_rows, fact.rows, fact.first_row, fact.role) == (3, 500, 3, "down")


def test_rows_too_small_to_square_are_not_zero():
    array = gaussian(50, 40)
    array[7] = 1e-30
    assert of(RowsAreZero, measured(safetensors(w=array))) == []


def test_equal_tensors_are_found_and_constants_are_not():
    array = gaussian(64, 64)
    facts = measured(safetensors(a=array, b=gaussian(64, 64, seed=1), c=array, z=np.ones(999), y=np.ones(999)))
    assert [(one.tensor, one.other, one.nbytes) for one in of(TensorsAreEqual, facts)] == [("c", "a", 16_384)]


def test_tensors_of_equal_sums_are_compared_byte_by_byte():
    array = gaussian(64, 64)
    assert of(TensorsAreEqual, measured(safetensors(a=array, b=array[::-1].copy()))) == []


def test_a_size_that_lies_is_cut_to_what_is_there():
    data = safetensors(a=gaussian(64, 64), w=gaussian(300, 300))
    facts = measured(data[:-200_000])
    (fact,) = of(WeightsMeasured, facts)
    assert (fact.measured, fact.nbytes, fact.read_nbytes) == (2, 376_384, 176_384)
    (left,) = [one for one in of(TensorsLeft, facts) if not one.measure]
    assert (left.reason, left.tensors, left.nbytes, left.first) == ("outside", 1, 200_000, "w")


@pytest.mark.parametrize("shape", ["[0, 5]", "[18446744073709551616, 4]", "[7, 9]", "[]", "[64, 64, 1, 1]"])
def test_shapes_that_lie_leave_the_bytes(shape):
    data = safetensors(w=gaussian(64, 64))
    header = data[8 : 8 + data[0]].replace(b"[64, 64]", shape.encode())
    facts = measured(len(header).to_bytes(8, "little") + header + data[8 + data[0] :], "full")
    assert of(WeightsMeasured, facts)[0].read_nbytes == 16_384


def test_tensors_laid_over_each_other_are_not_read_for_ever():
    data = safetensors(w=gaussian(256, 256))
    entries = ",".join(
        f'"t{n}":{{"dtype":"F32","shape":[{65_536 - n}],"data_offsets":[{4 * n},262144]}}' for n in range(50)
    )
    header = f"{{{entries}}}".encode()
    facts = measured(len(header).to_bytes(8, "little") + header + data[-262_144:])
    assert [one.limit for one in of(LimitReached, facts)] == ["weights"]
    assert 0 < of(WeightsMeasured, facts)[0].share < 0.1


def test_more_facts_of_a_kind_than_are_told_are_counted():
    facts = measured(safetensors(**{f"t{number:03}": np.full(9, np.nan, np.float32) for number in range(40)}))
    assert len(of(NumbersNotFinite, facts)) == 32
    assert [(one.reason, one.tensors) for one in of(TensorsLeft, facts) if one.measure == "consistency"] == [
        ("told", 16)
    ]


def test_a_file_cut_anywhere_raises_nothing():
    data = safetensors(a=gaussian(8, 8), b=gaussian(20))
    for end in range(len(data)):
        measured(data[:end], "full")
