"""CatBoost: the frame and the texts of a model."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import catboost as subject
from scanner.limits import Limits
from tests.builders import boosters as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "m.cbm", limits or Limits())[0]


def test_a_model_is_recognised_and_not_judged():
    (fact,) = of(read(make.catboost()), "TreeModel")
    assert (fact.version, fact.encoding) == ("FlabuffersModel_v1", "flatbuffer")
    assert judged(make.catboost(), "m.cbm") == {}


@pytest.mark.parametrize("after", [False, True])
def test_texts_are_judged(after):
    text = b'\0{"a": "import os; os.system(1)"}\0'
    content = make.catboost(after=text) if after else make.catboost(b"FlabuffersModel_v1" + text)
    assert judged(content, "m.cbm") == {"metadata-carries-code": "medium"}


def test_a_length_that_lies_is_malformed():
    with pytest.raises(MalformedError):
        read(make.catboost(size=0xFFFFFFFF))


def test_a_model_cut_anywhere_is_malformed():
    content = make.catboost()
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_a_model_beyond_the_limit_is_told():
    assert of(read(make.catboost(), Limits(header_nbytes=9)), "LimitReached")


def test_it_claims_its_magic():
    assert FORMAT.claims(b"CBM1", "x")
    assert not FORMAT.claims(b"CBM", "x.cbm")
    assert not FORMAT.claims(b"", "x.cbm")


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"CBM1" + raw)
