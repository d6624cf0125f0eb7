"""JSON as strictly as RFC 8259 asks."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.json_object import decode


def test_what_follows_the_value_is_left_alone():
    assert decode(b'{"a": 1}\xff\xff') == ({"a": 1}, 8)
    assert decode('{"é": 1} '.encode()) == ({"é": 1}, 9)


def test_keys_given_twice_are_remembered():
    value, _ = decode(b'{"a": 1, "a": 2, "b": [1], "b": [1], "c": 0}')
    assert value == {"a": 2, "b": [1], "c": 0}
    assert value.repeated == (("a", False), ("b", True))


@pytest.mark.parametrize(
    "raw", [b"", b"NaN", b'{"a": -Infinity}', b"{'a': 1}", b'{"a": 1,}', b"[" * 99_999, b"9" * 9999]
)
def test_what_is_no_json_is_malformed(raw):
    with pytest.raises(MalformedError):
        decode(raw)


def test_an_error_lies_at_its_byte():
    with pytest.raises(MalformedError) as caught:
        decode('{"é": x}'.encode(), 100)
    assert caught.value.offset == 107
    with pytest.raises(MalformedError) as caught:
        decode(b'{"a\xff": 1}')
    assert caught.value.offset == 3


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_json_is_read_as_it_was_written(value):
    raw = json.dumps(value).encode()
    assert decode(raw + b" ") == (value, len(raw))


@given(st.binary())
def test_only_malformed_leaves(raw):
    with suppress(MalformedError):
        decode(raw)
