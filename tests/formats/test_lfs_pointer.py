"""Pointers of Git LFS and Xet: claimed by their first line, read for what they promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.formats import lfs_pointer as subject
from tests.builders import cards as make
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def one(text, path="model.safetensors"):
    (fact,) = of(read_as(FORMAT, text.encode(), path)[0], "StoragePointer")
    return fact


def test_a_pointer_is_read_whole():
    fact = one(make.POINTER)
    assert (fact.suffix, fact.weights, fact.size, fact.complete) == (".safetensors", True, 123456, True)


def test_a_pointer_of_xet_is_read_too():
    fact = one("# xet version 0\nfilesize = 77\nhash = 'ab'\n", "README.md")
    assert (fact.suffix, fact.weights, fact.size, fact.complete) == (".md", False, 77, True)


@pytest.mark.parametrize("text", ["", "x", "version https://example.com/spec/v1\n", "size 5\n"])
def test_what_is_no_pointer_is_not_claimed(text):
    assert not FORMAT.claims(text.encode(), "model.safetensors")


@pytest.mark.parametrize(
    "text",
    [
        make.POINTER + "x" * 2000, make.POINTER + "more: lines\n", make.POINTER.replace("size 123456\n", ""),
        make.POINTER.replace("sha256:ab", "sha256:zz"), "version https://git-lfs.github.com/spec/v1\n",
    ],
)  # fmt: skip
def test_a_pointer_with_more_or_less_than_its_keys_is_not_complete(text):
    assert FORMAT.claims(text.encode(), "x")
    assert not one(text).complete


def test_a_size_that_is_no_number_is_not_given():
    assert one(make.POINTER.replace("123456", "1e9")).size == -1


@pytest.mark.parametrize("end", range(len(make.POINTER)))
def test_a_pointer_cut_anywhere_is_read(end):
    assert not one(make.POINTER[:end]).complete


@given(st.binary(max_size=300))
def test_nothing_leaves_the_reader(raw):
    facts, members = read_as(FORMAT, raw, "x.bin")
    assert (len(facts), members) == (1, [])


def test_a_pointer_in_place_of_weights_fails_the_gate_and_one_of_a_picture_does_not():
    assert make.told({"m/model.safetensors": make.POINTER})["pointer-in-place-of-weights"] == "high"
    assert make.told({"m/config.json": make.POINTER})["pointer-in-place-of-weights"] == "medium"
    assert "pointer-in-place-of-weights" not in make.told({"m/logo.png": make.POINTER})
