"""XGBoost: every index of every tree, in JSON and UBJSON; lengths that lie; texts."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import xgboost as subject
from scanner.formats.xgboost.ubjson import parse
from scanner.limits import Limits
from tests.builders import boosters as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
WAYS = pytest.mark.parametrize("write", [make.text, make.ubjson], ids=["json", "ubjson"])


def read(content, limits=None):
    return read_as(FORMAT, content, "m.model", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


@WAYS
def test_a_model_is_summed_up_and_not_judged(write):
    content = write(make.xgboost(make.tree(), make.tree()))
    fact = one(read(content), "TreeModel")
    assert (fact.version, fact.objective, fact.trees, fact.nodes) == ("3.2.0", "binary:logistic", 2, 6)
    assert FORMAT.claims(content, "m.model")
    assert judged(content, "m.model") == {}


BROKEN = {
    "child": make.tree(left_children=[9, -1, -1]),
    "child in the right": make.tree(right_children=[3, -1, -1]),
    "shape": make.tree(right_children=[1, -1, -1]),
    "shape of a root": make.tree(right_children=[0, -1, -1]),
    "parent": make.tree(parents=[2147483647, 0, 7]),
    "feature": make.tree(split_indices=[4, 0, 0]),
    "length": make.tree(default_left=[0]),
    "length of a count": make.tree(tree_param={"num_nodes": "1000000000"}),
    "categories": make.tree(categories_segments=[0], categories_sizes=[5], categories_nodes=[0]),
    "categories of no node": make.tree(categories_nodes=[7]),
}


@WAYS
@pytest.mark.parametrize(("what", "tree"), BROKEN.items(), ids=BROKEN)
def test_an_index_that_leads_nowhere_is_told_and_judged(write, what, tree):
    content = write(make.xgboost(make.tree(), tree))
    fact = one(read(content), "TreeReference")
    assert (fact.what, fact.tree) == (what.split()[0], 1)
    severity = "medium" if fact.what == "feature" else "high"
    assert judged(content, "m.model") == {"tree-refers-to-nothing": severity}


def test_a_feature_of_a_leaf_does_not_count():
    assert not of(read(make.text(make.xgboost(make.tree(split_indices=[0, 99, 99])))), "TreeReference")


def test_another_number_of_trees_is_told():
    assert one(read(make.text(make.xgboost(declared="9"))), "TreeReference").what == "trees"


def test_a_dart_booster_is_read_as_well():
    document = make.xgboost(make.tree(left_children=[9, -1, -1]))
    inner = document["learner"]["gradient_booster"]
    document["learner"]["gradient_booster"] = {"gbtree": inner, "name": "dart"}
    assert one(read(make.text(document)), "TreeReference").what == "child"


@WAYS
def test_texts_are_judged(write):
    content = write(make.xgboost(attributes={"note": "import os; os.system('echo hi')", "u": "https://a.example/x"}))
    assert judged(content, "m.model") == {"metadata-carries-code": "medium", "metadata-holds-address": "info"}


def test_the_binary_form_is_recognised():
    fact = one(read(make.binary()), "TreeModel")
    assert (fact.encoding, fact.version, fact.objective, fact.features) == ("binary", "1.7", "binary:logistic", 4)


def test_the_binary_form_cut_or_lying_is_malformed():
    for end in range(4, 4 + 136 + 8 + 15 + 8 + 6):
        with pytest.raises(MalformedError):
            read(make.binary()[:end])
    with pytest.raises(MalformedError):
        read(make.binary("x" * 300))


@WAYS
def test_a_model_cut_anywhere_is_malformed(write):
    content = write(make.xgboost())
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


@pytest.mark.parametrize(
    "raw",
    [
        b"[$l#L" + struct.pack(">q", 1 << 40),
        b"[#L" + struct.pack(">q", 1 << 40),
        b"[#L" + struct.pack(">q", -1),
        b"[$Z#L" + struct.pack(">q", 4) + bytes(9),
        b"[$l]",
        b"{i\x7fx",
        b"SL" + struct.pack(">q", -5) + b"abc",
        b"{q",
        b"[" * 100,
        b"ZZ",
        b"Sd\0\0\0\0",
    ],
)
def test_a_length_that_lies_is_malformed(raw):
    with pytest.raises(MalformedError):
        parse(raw)


def test_every_marker_is_read():
    raw = b"[ZTFi\xffU\xffI\x01\x00C" + b"xHU\x031e5D" + struct.pack(">d", 0.5) + b"]"
    assert parse(raw) == [None, True, False, -1, 255, 256, "x", "1e5", 0.5]


def test_a_nest_too_deep_is_malformed():
    for raw in (b'{"learner":' * 100_000, b"{U\x07learner" * 200):
        with pytest.raises(MalformedError):
            read(raw)


def test_a_model_beyond_the_limit_is_told():
    assert one(read(make.text(make.xgboost()), Limits(header_nbytes=9)), "LimitReached").limit == "header"


@pytest.mark.parametrize("head", [b"", b"{}", b'{"learner": 1}', b'{"version": "1", "name": "package"}', b"binary"])
def test_it_leaves_other_files(head):
    assert not FORMAT.claims(head, "m.json")


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    for start in (b"", b"{", b"binf", b'{"'):
        with contextlib.suppress(MalformedError):
            read(start + raw)


VALUES = st.none() | st.integers() | st.floats() | st.text(max_size=4) | st.lists(st.integers(-3, 5), max_size=4)


@given(st.dictionaries(st.sampled_from(sorted(make.tree())), VALUES))
def test_any_tree_is_read_without_an_error_of_ours(changes):
    read(make.text(make.xgboost(make.tree(**changes))))
