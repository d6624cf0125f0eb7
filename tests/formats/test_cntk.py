"""CNTK: functions that loading imports from modules and libraries."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import cntk as subject
from scanner.formats.cntk.reading import DEPTH
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "net.dnn", limits or Limits())[0]


def one(content, name):
    (fact,) = of(read(content), name)
    return fact


def test_a_model_is_summed_up_and_not_judged():
    content = make.cntk()
    fact = one(content, "GraphSummary")
    assert (fact.format, fact.version, fact.graphs, fact.nodes, fact.operators) == ("cntk", 3, 1, 1, ("Plus",))
    assert FORMAT.claims(content, "x")
    assert judged(content, "net.dnn") == {}


@pytest.mark.parametrize(
    ("function", "rule", "severity"),
    [
        (make.cntk_python("my.functions", "Clamp"), "cntk-imports-python", "medium"),
        (make.cntk_python("os", "system"), "cntk-imports-python", "critical"),
        (make.cntk_python("os import path\nprint('inert')#", "x"), "cntk-imports-python", "critical"),
        (make.cntk_python("my.functions", "Clamp;print('inert')"), "cntk-imports-python", "critical"),
        (make.cntk_native("mine", "create"), "cntk-loads-library", "high"),
        (make.cntk_native("../../tmp/mine.so", "create"), "cntk-loads-library", "critical"),
        (make.cntk_native("Cntk.ExtensibilityExamples-2.7", "create"), "cntk-loads-library", "low"),
    ],
)
def test_a_function_of_others_is_judged(function, rule, severity):
    content = make.cntk(function)
    fact = one(content, "CntkFunction")
    assert (fact.operator, fact.count) == ("mine", 1)
    assert judged(content, "net.dnn") == {rule: severity}


def test_functions_in_lists_and_blocks_are_found():
    inner = make.cntk_python("os", "system")
    for _ in range(20):
        inner = make.cntk_dictionary(block_function_composite=make.cntk(make.cntk_dictionary(nested=[[inner]])))
    assert "cntk-imports-python" in judged(make.cntk(inner), "net.dnn")


def test_equal_functions_are_one_fact():
    function = make.cntk_python("a", "B")
    assert one(make.cntk(function, function), "CntkFunction").count == 2


def test_a_nest_too_deep_is_malformed():
    inner = make.cntk_dictionary(x=1)
    for _ in range(DEPTH + 1):
        inner = make.cntk_dictionary(x=inner)
    with pytest.raises(MalformedError, match="deeper"):
        read(inner)


def test_a_lying_length_is_malformed():
    with pytest.raises(MalformedError):
        read(make.scalar(1, 1) + b"\x12\xff\xff\x7f\x0a")


def test_a_model_cut_anywhere_is_malformed_or_ends_between_entries():
    content = make.cntk(make.cntk_python("os", "system"))
    head = make.cntk_dictionary(version=3, uid="CompositeFunction9", type="CompositeFunction")
    ends = {len(make.cntk_dictionary())} | {
        len(make.cntk_dictionary(**dict(list({"version": 3, "uid": "CompositeFunction9"}.items())[:count])))
        for count in (1, 2)
    }
    for end in range(1, len(content)):
        if end not in ends | {len(head)}:
            with pytest.raises(MalformedError):
                read(content[:end])


def test_many_entries_have_a_bound():
    assert of(read(make.cntk(), Limits(entries=3)), "LimitReached")[0].limit == "entries"


def test_other_bytes_are_not_claimed():
    for head in (b"", b"\x08\x01\x12\x05\n\x03abc", b"\x08\x01\x12", bytes(40), b"\x08\x07\x12\x07pytorch"):
        assert not FORMAT.claims(head, "x.dnn")


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(make.cntk(make.cntk_python("os", "system")))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)
