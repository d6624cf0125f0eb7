"""PaddlePaddle programs: operators that leave the graph."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import paddle as subject
from scanner.limits import Limits
from tests.builders import longtail as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "inference.pdmodel", limits or Limits())[0]


def test_a_program_is_summed_up_and_not_judged():
    content = make.paddle(b"conv2d", b"relu", b"relu")
    (fact,) = of(read(content), "GraphSummary")
    assert (fact.format, fact.graphs, fact.nodes, fact.version) == ("paddle", 1, 3, 1)
    assert fact.operators == ("relu", "conv2d")
    assert FORMAT.claims(content, "x")
    assert judged(content, "inference.pdmodel") == {}


@pytest.mark.parametrize(("operator", "severity"), [(b"py_func", "high"), (b"save_combine", "medium")])
def test_an_operator_that_leaves_the_graph_is_judged(operator, severity):
    assert judged(make.paddle(b"relu", operator), "m.pdmodel") == {"paddle-operator-leaves-graph": severity}


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.pdmodel") for head in (b"", b"\x0a\x02\x08\0", b"{}"))


def test_a_program_cut_anywhere_is_malformed_or_ends_between_fields():
    content = make.paddle(b"py_func")
    whole = content.index(b"\x22\x02\x08\x01")
    for end in range(1, len(content)):
        if end != whole:
            with pytest.raises(MalformedError):
                read(content[:end])
    assert of(read(b""), "GraphSummary")[0].nodes == 0


def test_a_lying_length_is_malformed():
    with pytest.raises(MalformedError):
        read(b"\x0a\x7f" + make.paddle(b"relu")[2:])


def test_many_operators_have_a_bound():
    assert of(read(make.paddle(*[b"a"] * 9), Limits(entries=5)), "LimitReached")[0].limit == "entries"


def test_groups_inside_groups_have_a_bound():
    with pytest.raises(MalformedError, match="deeper"):
        read(b"\x0b" * 300)


@given(st.binary(max_size=80))
def test_only_malformed_leaves_the_reader(tail):
    with contextlib.suppress(MalformedError):
        read(make.paddle(b"a")[:20] + tail)
