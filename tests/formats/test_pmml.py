"""PMML: functions outside the standard, extensions that hold code, and XML that would grow or fetch."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import pmml as subject
from scanner.limits import Limits
from tests.builders import markup as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "m.pmml", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_a_model_is_summed_up_and_not_judged():
    fact = one(read(make.pmml()), "PmmlModel")
    assert (fact.version, fact.application, fact.models, fact.extensions) == ("4.4", "JPMML", ("RegressionModel",), 0)
    assert judged(make.pmml(), "m.pmml") == {}


def test_a_prefix_is_left_out():
    content = make.pmml(root="p:PMML").replace(b"xmlns=", b"xmlns:p=")
    assert FORMAT.claims(content, "m.xml")
    assert one(read(content), "PmmlModel").version == "4.4"


@pytest.mark.parametrize(
    ("inner", "rule", "severity"),
    [
        ('<Apply function="java.lang.Runtime.exec"/>', "pmml-applies-foreign-function", "high"),
        ('<Apply function="mine"/>', "pmml-applies-foreign-function", "low"),
        ("<Extension>import os; os.system('echo hi')</Extension>", "metadata-carries-code", "medium"),
        ('<Extension value="&lt;script&gt;x&lt;/script&gt;"/>', "metadata-carries-code", "medium"),
        ('<Extension name="x" value="https://a.example/x"/>', "metadata-holds-address", "info"),
        ("<Extension>a&#x202e;b</Extension>", "metadata-hides-characters", "medium"),
    ],
)
def test_functions_and_extensions_are_judged(inner, rule, severity):
    assert judged(make.pmml(inner), "m.pmml") == {rule: severity}


def test_a_function_that_the_file_defines_is_not_told():
    inner = '<DefineFunction name="mine"/><Apply function="mine"/><Apply function="isMissing"/>'
    assert not of(read(make.pmml(inner)), "PmmlFunction")


@pytest.mark.parametrize("content", [make.laughs("PMML"), make.outside("PMML")])
def test_entities_end_the_reading_and_are_judged(content):
    assert one(read(content), "LimitReached").limit == "entities"
    assert judged(content, "m.pmml")["xml-declares-entity"] == "high"


def test_a_grammar_elsewhere_is_judged_and_not_fetched():
    content = make.pmml().replace(b"<PMML", b'<!DOCTYPE PMML SYSTEM "http://a.example/x.dtd"><PMML', 1)
    assert judged(content, "m.pmml") == {"xml-names-outside-grammar": "medium"}


def test_a_long_text_is_kept_in_part():
    assert read(make.pmml(f"<Extension>{'x ' * 100_000}</Extension>"))


def test_a_nest_deeper_than_the_limit_is_malformed():
    with pytest.raises(MalformedError, match="deeper"):
        read(b"<PMML>" + b"<Node>" * 600)


def test_a_document_beyond_the_limit_is_told():
    assert one(read(make.pmml(), Limits(header_nbytes=9)), "LimitReached").limit == "header"


def test_a_document_cut_anywhere_is_malformed():
    content = make.pmml()
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b'<PMML version="4.4">', "a.xml", True),
        (b'<?xml version="1.0"?>\n<!-- x -->', "a.pmml", True),
        (b"<pmml>", "a.xml", False),
        (b"about <PMML>".rjust(40), "a.txt", False),
        (b"", "a.pmml", False),
    ],
)
def test_it_claims_the_root_element(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)


@given(st.text(max_size=100))
def test_any_inner_text_leaves_only_malformed(text):
    with contextlib.suppress(MalformedError):
        read(make.pmml(text).decode("utf-8", "replace").encode() if text.isascii() else make.pmml("<a/>"))
