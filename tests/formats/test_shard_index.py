"""The index of a sharded checkpoint."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats.shard_index import FORMAT
from scanner.limits import Limits
from tests.builders.reading import of, read_as
from tests.builders.safetensors import index

SMALLEST = index({})


def test_every_file_of_the_map_is_stated_once():
    facts, _ = read_as(FORMAT, index({"a": "1.safetensors", "b": "2.safetensors", "c": "2.safetensors"}, 12))
    head, *entries = facts
    assert (head.shards, head.tensors, head.total_nbytes) == (2, 3, 12)
    assert [(one.shard, one.tensors, one.how) for one in entries] == [
        ("1.safetensors", 1, ""),
        ("2.safetensors", 2, ""),
    ]


@pytest.mark.parametrize("size", range(len(SMALLEST)))
def test_a_cut_index_is_malformed(size):
    with pytest.raises(MalformedError):
        read_as(FORMAT, SMALLEST[:size])


@pytest.mark.parametrize(("shard", "how"), [("../x.bin", "parent"), ("/etc/passwd", "absolute"), ("C:\\x", "drive")])
def test_a_file_outside_the_folder_is_stated_as_it_leads(shard, how):
    facts, _ = read_as(FORMAT, index({"a": shard}))
    assert [one.how for one in of(facts, "ShardEntry")] == [how]


def test_a_tensor_mapped_twice_is_stated():
    facts, _ = read_as(FORMAT, b'{"weight_map": {"a": "1", "a": "2"}}')
    assert [(one.place, one.key, one.identical) for one in of(facts, "RepeatedKey")] == [("weight_map", "a", False)]


@pytest.mark.parametrize(
    "content", [b"[]", b'{"weight_map": 1}', b'{"a": 1}', b'{"weight_map": NaN}', b'{"a":' * 99_999]
)
def test_what_is_no_index_is_malformed(content):
    with pytest.raises(MalformedError):
        read_as(FORMAT, content)


@pytest.mark.parametrize("content", [b'{"weight_map": {"a": 1}}', b'{"weight_map": {}} x'])
def test_a_part_that_cannot_be_read_is_stated(content):
    assert of(read_as(FORMAT, content)[0], "Malformed")


@pytest.mark.parametrize("total", ["x", None, [], True])
def test_a_total_that_is_no_number_is_not_said(total):
    facts, _ = read_as(FORMAT, index({"a": "1"}, total))
    assert facts[0].total_nbytes in (-1, 1)


def test_an_index_beyond_the_limit_is_not_read():
    facts, _ = read_as(FORMAT, SMALLEST, limits=Limits(header_nbytes=5))
    assert [type(fact).__name__ for fact in facts] == ["LimitReached"]


def test_only_an_index_is_claimed():
    assert FORMAT.claims(SMALLEST, "x.json")
    assert FORMAT.claims(b"  {", "model.safetensors.index.json")
    assert not FORMAT.claims(b'{"a": 1}', "x.json")
    assert not FORMAT.claims(b'"weight_map"', "x.json")


@given(st.binary(max_size=50) | st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.floats()).map(json.dumps))
def test_only_malformed_leaves_the_reader(noise):
    content = noise.encode() if isinstance(noise, str) else noise
    for changed in (content, b'{"weight_map": ' + content + b"}"):
        with suppress(MalformedError):
            read_as(FORMAT, changed)
