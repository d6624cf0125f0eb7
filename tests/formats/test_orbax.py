"""Orbax: names of a tree, handlers, and names that lead out of the checkpoint."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import orbax as subject
from scanner.limits import Limits
from tests.builders import checkpoints as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = make.orbax(("params", "w"), ("step",))


def read(content, path="_METADATA", limits=None):
    return read_as(FORMAT, content, path, limits or Limits())[0]


def test_a_tree_is_counted_and_not_judged():
    (tree,) = of(read(SMALLEST), "StoreTree")
    assert (tree.kind, tree.entries) == ("tree", 2)
    assert FORMAT.claims(SMALLEST, "renamed")
    assert judged(make.orbax(("w:0",), ("a/~/b", "..c")), "c/_METADATA") == {}


@pytest.mark.parametrize(
    ("document", "kind", "entries", "handlers"),
    [
        ({"item_handlers": {"state": "orbax.X", "meta": "orbax.Y"}}, "checkpoint", 2, ("orbax.X", "orbax.Y")),
        ({"item_handlers": "orbax.X", "metrics": {}}, "checkpoint", 1, ("orbax.X",)),
        ({"array_metadatas": [{}, {}]}, "arrays", 2, ()),
        ({"cGFyYW1z": '{"sharding_type": "SingleDeviceSharding"}'}, "sharding", 1, ()),
    ],
)
def test_the_other_files_are_known_by_their_fields(document, kind, entries, handlers):
    content = make.text(document)
    assert FORMAT.claims(content, "x")
    (tree,) = of(read(content), "StoreTree")
    assert (tree.kind, tree.entries, tree.handlers) == (kind, entries, handlers)


@pytest.mark.parametrize(
    ("name", "how", "severity"),
    [
        ("../../home/me/.bashrc", "parent", "high"),
        ("..", "parent", "high"),
        ("..\\x", "backslash", "high"),
        ("/etc/cron.d/x", "absolute", "medium"),
    ],
)
def test_a_name_that_leads_out_is_judged(name, how, severity):
    content = make.orbax(("assets", name))
    (fact,) = of(read(content), "StoreName")
    assert (fact.name, fact.how) == (name, how)
    assert judged(content, "c/_METADATA") == {"store-name-leads-out": severity}


def test_an_item_that_leads_out_is_told():
    assert of(read(make.text({"item_handlers": {"../x": "h"}})), "StoreName")


def test_other_json_is_not_claimed():
    assert not any(FORMAT.claims(head, "_METADATA") for head in (b"", b"{}", b'["tree_metadata"]', b'{"a": 1}'))


def test_metadata_cut_anywhere_is_malformed():
    for end in range(len(SMALLEST)):
        with pytest.raises(MalformedError):
            read(SMALLEST[:end])


def test_a_list_and_a_nest_too_deep_are_malformed():
    for content in (b"[]", b'{"tree_metadata":' + b"[" * 200_000):
        with pytest.raises(MalformedError):
            read(content)


def test_odd_values_are_no_names():
    held = {"a": 1, "b": {"key_metadata": 3}, "c": {"key_metadata": [1, {"key": 7}]}}
    assert not of(read(make.text({"tree_metadata": held})), "StoreName")


def test_bounds_are_told():
    assert of(read(SMALLEST, limits=Limits(header_nbytes=9)), "LimitReached")[0].limit == "header"
    many = make.orbax(*(("..", str(number)) for number in range(1001)))
    assert of(read(many), "LimitReached")[0].limit == "names"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_only_malformed_leaves_the_reader(junk, at):
    with contextlib.suppress(MalformedError):
        read(SMALLEST[:at] + junk + SMALLEST[at + len(junk) :])
