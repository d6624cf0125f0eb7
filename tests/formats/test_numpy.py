"""The numpy reader against what numpy writes, and alone on the others."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts.archive import HiddenBytes
from scanner.facts.array import ArrayHeader
from scanner.format import MalformedError
from scanner.formats import numpy as subject
from scanner.formats.numpy.literal import parse
from tests.builders import archives as make
from tests.builders.reading import of, read_as

np = pytest.importorskip("numpy")
FORMAT = subject.FORMAT
RECORD = np.dtype([("a", "<f8"), ("b", "<U5"), ("c", "<i4", (2, 3)), ("d", [("e", "?"), ("f", "<M8[ns]")])])


def saved(array) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 4)),
        np.zeros((), "i1"),
        np.zeros(0),
        np.array(["ab", "c"]),
        np.array([b"abc"]),
        np.zeros(2, RECORD),
        np.zeros(3, "c16"),
        np.zeros((2, 2), "<m8[us]"),
        np.zeros(2, "V7"),
        np.zeros(2, np.dtype({"names": ["a"], "formats": ["<i4"], "itemsize": 16})),
    ],
)
def test_the_size_of_an_array_is_that_of_its_data(array):
    facts, members = read_as(FORMAT, saved(array))
    assert [(fact.expected_nbytes, fact.found_nbytes) for fact in facts] == [(array.nbytes, array.nbytes)]
    assert members == []


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_version_is_read(version):
    facts, _ = read_as(FORMAT, make.npy(version=version))
    assert [(fact.dtype, fact.shape) for fact in facts] == [("<f8", (2,))]


def test_the_data_of_objects_is_yielded():
    facts, members = read_as(FORMAT, make.npy("'|O'", data=make.PICKLE))
    assert [fact.pickled for fact in facts] == [True]
    assert members == [("data", make.PICKLE)]


def test_objects_inside_a_record_are_found():
    facts, members = read_as(FORMAT, make.npy("[('a', '<f8'), ('b', '|O')]", data=make.PICKLE))
    assert of(facts, "ArrayHeader")[0].pickled
    assert members[0][1] == make.PICKLE


def test_a_pickle_under_a_header_of_numbers_is_stated_and_yielded():
    facts, members = read_as(FORMAT, make.npy(data=make.PICKLE))
    assert [(fact.place, fact.kind) for fact in facts if isinstance(fact, HiddenBytes)][:1] == [("data", "pickle")]
    assert ("data", make.PICKLE) in members


def test_arrays_one_behind_the_other_are_read_in_turn():
    facts, members = read_as(FORMAT, make.npy() * 30)
    assert [type(fact) for fact in facts] == [ArrayHeader] * 30
    assert members == []


def test_bytes_behind_the_array_are_stated():
    facts, _ = read_as(FORMAT, make.npy() + b"\x7fELF")
    assert [(fact.place, fact.kind) for fact in facts if isinstance(fact, HiddenBytes)] == [("after", "elf")]


@pytest.mark.parametrize(
    "header", ["{", "__import__('os')", "{'descr': '<f8'}", "{'descr': '<f8', 'shape': (-1,)}", "[" * 100, "f('x')", ""]
)
def test_a_broken_header_is_malformed_and_the_data_yielded(header):
    content = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode() + make.PICKLE
    facts, members = read_as(FORMAT, content)
    assert of(facts, "Malformed")
    assert members == [("data", make.PICKLE)]


def test_a_short_array_is_malformed():
    assert of(read_as(FORMAT, make.npy(shape="(99999999999999,)"))[0], "Malformed")


@pytest.mark.parametrize("end", range(6, len(make.npy()) - 1))
def test_a_cut_array_is_malformed(end):
    try:
        facts, _ = read_as(FORMAT, make.npy()[:end])
    except MalformedError:
        return
    assert of(facts, "Malformed")


@given(st.binary(max_size=200))
def test_only_malformed_leaves_the_reader(tail):
    try:
        read_as(FORMAT, b"\x93NUMPY" + tail)
    except MalformedError:
        return


@given(st.text(alphabet="(){}[]:,'\"0123abTrueFalsN \\\n", max_size=80))
def test_only_malformed_leaves_the_literal_parser(text):
    try:
        parse(text)
    except MalformedError:
        return


def test_literals_are_those_of_python():
    assert parse("{'a': (1, 2L), 'b': [('x', '<f8')], 'c': (3), 'd': (3,), 'e': None, }") == {
        "a": (1, 2),
        "b": (("x", "<f8"),),
        "c": 3,
        "d": (3,),
        "e": None,
    }


def test_other_bytes_are_not_claimed():
    assert not FORMAT.claims(b"\x93NUMP", "x.npy")
    assert not FORMAT.claims(b"", "x.npy")
