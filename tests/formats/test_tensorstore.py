"""TensorStore specifications: where arrays are taken from."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import flax
from scanner.formats import tensorstore as subject
from scanner.limits import Limits
from tests.builders import checkpoints as make
from tests.builders import longtail
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = make.spec()
RULE = "store-takes-arrays-from-elsewhere"


def read(content, limits=None):
    return read_as(FORMAT, content, "spec.json", limits or Limits())[0]


def places(content):
    return [(one.driver, one.location, one.how) for one in of(read(content), "StorePlace")]


def test_a_path_beside_the_document_is_not_judged():
    assert places(SMALLEST) == [("file", "w", "")]
    assert FORMAT.claims(SMALLEST, "spec.json")
    assert judged(SMALLEST, "spec.json") == {}


@pytest.mark.parametrize(
    ("store", "how", "severity"),
    [
        ({"driver": "file", "path": "/etc/x"}, "absolute", "medium"),
        ({"driver": "file", "path": "../../x"}, "parent", "high"),
        ({"driver": "gfile", "path": "gs://bucket/x"}, "url", "medium"),
        ({"driver": "http", "base_url": "http://example.org/x", "path": "y"}, "url", "medium"),
        ({"driver": "gcs", "bucket": "b", "path": "x"}, "url", "medium"),
        ("file:///etc/x", "absolute", "medium"),
        ("file://../x", "parent", "high"),
        ("s3://bucket/x", "url", "medium"),
        ({"driver": "ocdbt", "base": "gs://bucket/x/"}, "url", "medium"),
        ({"driver": "ocdbt", "base": {"driver": "file", "path": "../x"}}, "parent", "high"),
    ],
)
def test_a_place_outside_is_judged(store, how, severity):
    content = make.text({"driver": "zarr", "kvstore": store})
    assert how in [one[2] for one in places(content)]
    assert judged(content, "spec.json") == {RULE: severity}


def test_memory_is_no_place_outside():
    assert [one[2] for one in places(make.text({"driver": "zarr", "kvstore": "memory://x"}))] == [""]


def test_one_place_is_told_once():
    document = [json.loads(make.spec("../x"))] * 5
    (fact,) = of(read(make.text(document)), "StorePlace")
    assert fact.places == 5


def test_specifications_in_a_flax_checkpoint_are_read():
    def word(value):
        return bytes((0xA0 | len(value),)) + value.encode()

    def checkpoint(path, driver="gfile"):
        store = longtail.flax(driver=word(driver), path=word(path))
        return longtail.flax(target=longtail.flax(w=longtail.flax(driver=word("zarr"), kvstore=store)))

    assert flax.FORMAT.claims(checkpoint("w"), "checkpoint")
    assert judged(checkpoint("target.w"), "checkpoint") == {}
    assert judged(checkpoint("../../x"), "checkpoint") == {RULE: "high"}
    address = longtail.flax(target=longtail.flax(kvstore=word("s3://b/x")))
    assert judged(address, "checkpoint") == {RULE: "medium"}


def test_other_json_is_not_claimed():
    heads = (b"", b"{}", b'{"driver": 1}', b'"kvstore" "driver"')
    assert not any(FORMAT.claims(head, "x.json") for head in heads)


def test_a_specification_cut_anywhere_is_malformed():
    for end in range(len(SMALLEST)):
        with pytest.raises(MalformedError):
            read(SMALLEST[:end])


def test_a_nest_too_deep_is_malformed():
    with pytest.raises(MalformedError):
        read(b'{"kvstore":' + b"[" * 200_000)


@pytest.mark.parametrize("store", [3, None, "x", "://", {}, {"driver": 3}, {"driver": "file"}, {"path": "x"}])
def test_what_is_no_store_is_left_out(store):
    assert places(make.text({"driver": "zarr", "kvstore": store})) == []


def test_bounds_are_told():
    assert of(read(SMALLEST, Limits(header_nbytes=9)), "LimitReached")[0].limit == "header"
    many = make.text([json.loads(make.spec(str(number))) for number in range(1001)])
    assert of(read(many), "LimitReached")[0].limit == "places"


@given(st.binary(max_size=60), st.integers(0, 100))
def test_only_malformed_leaves_the_reader(junk, at):
    with contextlib.suppress(MalformedError):
        read(SMALLEST[:at] + junk + SMALLEST[at + len(junk) :])
