"""JSON as Python's own loader takes it, walked without recursion."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.json_object import JsonObject
from scanner.json_text import ANCESTORS, Node, parse, walk

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig"]))
def test_it_equals_the_standard_library(value, encoding):
    raw = json.dumps(value).encode(encoding)
    assert parse(raw) == json.loads(raw)


def test_a_key_given_twice_is_remembered():
    value = parse(b'{"a": 1, "a": 1, "b": 1, "b": 2}')
    assert isinstance(value, JsonObject)
    assert value.repeated == (("a", True), ("b", False))
    assert value == {"a": 1, "b": 2}


@pytest.mark.parametrize("raw", [b"{", b"[1,]", b"\xff\xfe\xff", b"[" * 100_000, b"1" * 10_000], ids=range(5))
def test_what_is_no_json_is_malformed(raw):
    with pytest.raises(MalformedError):
        parse(raw)


def test_every_object_and_list_is_walked_in_order_with_its_pointer():
    value = {"a": [{"b/c": {}}, 1], "d": {}}
    assert [node.pointer for node in walk(value)] == ["", "/a", "/a/0", "/a/0/b~1c", "/d"]


def test_a_look_outwards_is_bounded():
    node = Node({})
    for number in range(1000):
        node = Node({}, node, number)
    assert len(list(node.ancestors())) == ANCESTORS
    assert node.pointer.count("/") == 1000
