"""A sketch of tensors: what two files with equal tensors say equally, within bounds."""

import io
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import wire
from scanner.artifact import Location
from scanner.limits import DEFAULT
from scanner.sketch import NAME_CHARACTERS, SAMPLED, SLICE_NBYTES, TENSORS, WHOLE_NBYTES, Listed, plain, sample, sketch

HERE = Location(path="m")


def digest(content: bytes, start: int = 0, nbytes: int | None = None) -> str:
    return sample(io.BytesIO(content), start, len(content) - start if nbytes is None else nbytes)


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_equal_data_have_equal_digests_wherever_they_lie():
    content = bytes(range(256)) * 256
    assert digest(content) == digest(b"pad" + content, 3) != ""


@pytest.mark.parametrize("at", [0, 5000, WHOLE_NBYTES - 1])
def test_a_bit_of_small_data_is_seen_anywhere(at):
    content = bytes(WHOLE_NBYTES)
    assert digest(content) != digest(changed(content, at))


@pytest.mark.parametrize("at", [0, SLICE_NBYTES - 1, 50_000, 99_999, 99_999 - SLICE_NBYTES + 1])
def test_a_bit_of_large_data_is_seen_at_its_ends_and_in_its_middle(at):
    content = bytes(100_000)
    assert digest(content) != digest(changed(content, at))


@pytest.mark.parametrize(("start", "nbytes"), [(0, 11), (5, 6), (11, 1), (0, -1), (-1, 5), (1 << 70, 1), (0, 1 << 70)])
def test_data_that_end_early_have_no_digest(start, nbytes):
    assert digest(bytes(10), start, nbytes) == ""


def test_nothing_has_the_digest_of_nothing():
    assert digest(b"", 0, 0) == digest(bytes(9), 4, 0) != ""


def test_lists_are_parallel_and_sorted_by_name():
    stream = io.BytesIO(bytes(8) + bytes([1]) * 8)
    items = [Listed("b", "F32", (2,), 8, 8), Listed("a", "BF16", (2, 2), 0, 8), Listed("c", "Half", (), -1)]
    found = sketch(HERE, "x", items, stream)
    assert (found.tensors, found.dtypes) == (("a", "b", "c"), ("bfloat16", "float32", "float16"))
    assert (found.shapes, found.complete) == (("2x2", "2", ""), True)
    assert found.samples[0] == digest(bytes(8)) != found.samples[1]
    assert (found.samples[2], sketch(HERE, "x", items).samples) == ("", ("", "", ""))


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("F32", "float32"),
        ("FLOAT", "float32"),
        ("BFloat16", "bfloat16"),
        ("Q4_K", "q4_k"),
        ("Long", "int64"),
        ("é", ""),
    ],
)
def test_types_have_the_names_of_numpy(dtype, name):
    assert plain(dtype) == name


def test_of_too_many_tensors_two_files_keep_the_same():
    names = [f"layer.{number}" for number in range(TENSORS + 500)]
    one = sketch(HERE, "x", [Listed(name, "F32", ()) for name in names])
    two = sketch(HERE, "x", [Listed(name, "F32", ()) for name in reversed(names)])
    fewer = sketch(HERE, "x", [Listed(name, "F32", ()) for name in names[:-100]])
    assert len(one.tensors) == TENSORS
    assert one.tensors == two.tensors
    assert not one.complete
    assert len(set(one.tensors) & set(fewer.tensors)) > TENSORS * 0.95


def test_of_too_many_data_the_same_are_sampled():
    items = [Listed(f"layer.{number}", "U8", (1,), 0, 1) for number in range(SAMPLED + 100)]
    found = sketch(HERE, "x", items, io.BytesIO(bytes(1)))
    assert sum(map(bool, found.samples)) == SAMPLED
    assert found.complete


def test_a_name_beyond_the_bound_is_left_out_and_said_so():
    found = sketch(HERE, "x", [Listed("a" * (NAME_CHARACTERS + 1), "F32", ()), Listed("b", "F32", ())])
    assert (found.tensors, found.complete) == (("b",), False)


@pytest.mark.parametrize("letter", ["a", '"', "\U0001f600", "\0", "\ud800"])
def test_the_largest_sketch_fits_a_line(letter):
    shape = (10**30,) * 60
    names = [f"{number}{letter * 290}" for number in range(TENSORS)]
    found = sketch(HERE, "x", [Listed(name, letter * 99, shape, storage=letter * 99) for name in names])
    assert len(wire.encode(found)) < DEFAULT.fact_nbytes
    assert wire.decode(wire.encode(found)) == found


@given(st.lists(st.tuples(st.text(max_size=4), st.lists(st.integers(-5, 1 << 70), max_size=4)), max_size=6))
def test_a_sketch_crosses_the_wire(tensors):
    found = sketch(HERE, "x", [Listed(name, name, tuple(shape), 0, 3) for name, shape in tensors], io.BytesIO(b"abc"))
    assert all(before < after for before, after in pairwise(found.tensors))
    assert wire.decode(wire.encode(found)) == found
    assert json.loads(wire.encode(found))
