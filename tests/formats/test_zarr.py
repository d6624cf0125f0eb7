"""Zarr: arrays with their codecs, in documents of their own and in consolidated metadata."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import zarr as subject
from scanner.limits import Limits
from tests.builders import checkpoints as make
from tests.builders import pickles
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = make.zarray()
SHARDED = make.zarr3(
    {"name": "sharding_indexed", "configuration": {"codecs": [{"name": "bytes"}, {"name": "zstd"}]}}, {"name": "crc32c"}
)


def read(content, path="w/.zarray", limits=None):
    return read_as(FORMAT, content, path, limits or Limits())


def array(content):
    (found,) = of(read(content)[0], "ZarrArray")
    return found


def test_an_array_of_version_2_is_stated_and_not_judged():
    found = array(SMALLEST)
    assert (found.version, found.dtype, found.shape, found.codecs, found.objects) == (
        2,
        "<f4",
        (2, 3),
        ("zstd",),
        False,
    )
    assert FORMAT.claims(SMALLEST, "renamed")
    assert judged(SMALLEST, "w/.zarray") == {}


def test_an_array_of_version_3_has_codecs_inside_codecs():
    found = array(SHARDED)
    assert (found.version, found.dtype) == (3, "float32")
    assert found.codecs == ("sharding_indexed", "bytes", "zstd", "crc32c")
    assert judged(SHARDED, "w/zarr.json") == {}


@pytest.mark.parametrize(
    "content",
    [
        make.PICKLED,
        make.zarray("|O", [{"id": "pickle"}], ""),
        make.zarray("<f4", [{"id": "delta"}], "pickle"),
        make.text({"zarr_consolidated_format": 1, "metadata": {"w/.zarray": json.loads(make.PICKLED)}}),
    ],
)
def test_chunks_that_are_pickles_are_judged(content):
    path = "g/.zmetadata" if b"consolidated" in content else "w/.zarray"
    assert judged(content, path) == {"zarr-chunks-are-pickles": "high"}


def test_objects_of_other_codecs_are_not_judged():
    content = make.zarray("|O", [{"id": "vlen-utf8"}])
    assert array(content).objects
    assert judged(content, "w/.zarray") == {}


def test_a_fill_value_that_opening_decodes_is_handed_on():
    fill = base64.b64encode(pickles.system4()).decode()
    content = make.zarray([["a", "|O"], ["b", "<i4"]], [{"id": "pickle"}], fill_value=fill)
    assert array(content).dtype == "structured"
    assert read(content)[1] == [("fill_value", pickles.system4())]
    assert judged(content, "w/.zarray")["pickle-starts-process"] == "critical"
    assert read(make.zarray("|O", fill_value=fill))[1] == []
    assert read(make.zarray([["a", "|O"]], fill_value="é"))[1] == []


def test_a_group_has_no_array():
    content = make.text({"zarr_format": 3, "node_type": "group", "attributes": {}})
    assert FORMAT.claims(content, "zarr.json")
    assert read(content) == ([], [])


def test_other_json_is_not_claimed():
    assert not any(FORMAT.claims(head, "x.json") for head in (b"", b"{}", b'["zarr_format"]', b'{"zarr_format": 1}'))
    assert not FORMAT.claims(b"PK\3\4", "w/.zarray")


def test_metadata_cut_anywhere_is_malformed():
    for end in range(len(SMALLEST)):
        with pytest.raises(MalformedError):
            read(SMALLEST[:end])


def test_a_list_and_a_nest_too_deep_are_malformed():
    for content in (b"[]", b'{"codecs":' + b"[" * 200_000):
        with pytest.raises(MalformedError):
            read(content)


@pytest.mark.parametrize("more", [{"shape": 3}, {"shape": [10**400, "x"]}, {"dtype": 3}, {"filters": [3, {"id": 4}]}])
def test_values_of_the_wrong_kind_are_left_out(more):
    read(json.dumps({**json.loads(SMALLEST), **more}).encode())


def test_bounds_are_told(monkeypatch):
    assert of(read(SMALLEST, limits=Limits(header_nbytes=9))[0], "LimitReached")[0].limit == "header"
    from scanner.formats.zarr import reading

    monkeypatch.setattr(reading, "ARRAYS", 2)
    many = make.text({"metadata": {f"{number}/.zarray": json.loads(SMALLEST) for number in range(3)}})
    assert of(read(many, ".zmetadata")[0], "LimitReached")[0].limit == "arrays"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_only_malformed_leaves_the_reader(junk, at):
    with contextlib.suppress(MalformedError):
        read(SMALLEST[:at] + junk + SMALLEST[at + len(junk) :])
