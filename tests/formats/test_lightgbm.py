"""LightGBM: children, features and lengths of every tree, and the texts around them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import lightgbm as subject
from scanner.limits import Limits
from tests.builders import boosters as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "m.txt", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_a_model_is_summed_up_and_not_judged():
    fact = one(read(make.lightgbm()), "TreeModel")
    assert (fact.version, fact.objective, fact.trees, fact.nodes, fact.features) == ("v4", "binary", 1, 3, 4)
    assert judged(make.lightgbm(), "m.txt") == {}


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("child", {"left_child": "-1 9"}),
        ("child", {"left_child": "-1 -9"}),
        ("child", {"left_child": "-1 x"}),
        ("shape", {"right_child": "0 -3"}),
        ("shape", {"right_child": "1 -1"}),
        ("feature", {"split_feature": "0 4"}),
        ("length", {"threshold": "0.5"}),
        ("length", {"leaf_value": "1 2"}),
    ],
)
def test_an_index_that_leads_nowhere_is_told_and_judged(what, changes):
    content = make.lightgbm(**changes)
    assert one(read(content), "TreeReference").what == what
    assert judged(content, "m.txt") == {"tree-refers-to-nothing": "medium" if what == "feature" else "high"}


def test_a_tree_of_one_leaf_has_no_splits():
    content = make.lightgbm(
        num_leaves="1", split_feature="", threshold="", left_child="", right_child="", leaf_value="1"
    )
    assert not of(read(content), "TreeReference")


def test_another_number_of_trees_is_told():
    content = make.lightgbm().replace(b"tree_sizes=400", b"tree_sizes=400 400")
    assert one(read(content), "TreeReference").what == "trees"


def test_texts_are_judged():
    content = make.lightgbm("note=import os", "[data: https://a.example/x]\n")
    assert judged(content, "m.txt") == {"metadata-carries-code": "medium", "metadata-holds-address": "info"}


def test_a_model_cut_before_its_end_is_malformed():
    content = make.lightgbm()
    for end in range(content.index(b"end of trees") + 12):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_a_model_beyond_the_limit_is_told():
    assert one(read(make.lightgbm(), Limits(header_nbytes=9)), "LimitReached").limit == "header"


def test_a_flood_of_trees_is_read():
    content = make.lightgbm().replace(b"Tree=0\n", b"Tree=0\n" * 10_000)
    assert one(read(content), "TreeModel").trees == 10_000


@pytest.mark.parametrize("head", [b"", b"tree", b"tree\nhouse\n", b"a tree\nversion=v4"])
def test_it_leaves_other_files(head):
    assert not FORMAT.claims(head, "m.txt")


def test_it_claims_its_header():
    assert FORMAT.claims(make.lightgbm(), "anything")


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"tree\nversion=" + raw)


@given(
    st.dictionaries(
        st.sampled_from(["num_leaves", "left_child", "right_child", "split_feature", "leaf_value"]),
        st.text(alphabet="0123456789- x²\u0661", max_size=20),
    )
)
def test_any_tree_is_read_without_an_error_of_ours(changes):
    with contextlib.suppress(MalformedError):
        read(make.lightgbm(**changes))
