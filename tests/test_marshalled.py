"""Marshal data: names and strings of code objects, in every version that this Python writes."""

import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.marshalled import DEPTH, harvest

SOURCE = """
def f(a):
    import os
    return [os.system('echo hi'), lambda b: b.nested(a), 1.5, 2j, 10**40, b'raw', a in {'x'}]
"""
CODE = compile(SOURCE, "secret.py", "exec")


@pytest.mark.parametrize("version", range(5))
def test_names_and_strings_of_every_level_are_found(version):
    found = harvest(marshal.dumps(CODE, version))
    assert found.complete
    assert {"os", "system", "nested"} <= set(found.names)
    assert {"echo hi", "raw", "x"} <= set(found.strings)
    assert found.codes == 3


def test_data_without_code_is_not_complete():
    assert not harvest(marshal.dumps(["a", 1])).complete


def test_broken_data_is_searched_for_words():
    found = harvest(b"c" + b"\xff" * 40 + marshal.dumps("system") + marshal.dumps("echo hi"))
    assert not found.complete
    assert (found.names, found.strings) == (["system"], ["echo hi"])


def test_a_nest_deeper_than_the_bound_ends():
    assert not harvest(b"(\1\0\0\0" * (DEPTH + 10) + b"N").complete


def test_a_length_that_lies_allocates_nothing():
    assert not harvest(b"(\xff\xff\xff\x7f").complete
    assert not harvest(b"s\xff\xff\xff\x7fabc").complete


def test_every_cut_is_survived():
    content = marshal.dumps(CODE)
    for end in range(len(content)):
        assert not harvest(content[:end]).complete


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(content):
    harvest(content)
