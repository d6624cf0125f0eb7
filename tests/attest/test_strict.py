"""Strict JSON: one meaning for each text, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest.errors import AttestError, Code
from scanner.attest.strict import loads
from scanner.limits import SIGNED_DEPTH, SIGNED_VALUES

BAD = {
    b'{"a":1,"a":1}': Code.JSON_REPEATED_KEY,
    b'{"b":{"a":1,"\\u0061":2}}': Code.JSON_REPEATED_KEY,
    b"NaN": Code.JSON_INVALID,
    b"[-Infinity]": Code.JSON_INVALID,
    b'"\\ud800"': Code.JSON_INVALID,
    b"\xef\xbb\xbf{}": Code.JSON_INVALID,
    b"\xff\xfe{\x00}\x00": Code.JSON_INVALID,
    b'"\xff"': Code.JSON_INVALID,
    b"{} {}": Code.JSON_INVALID,
    b"": Code.JSON_INVALID,
    b"1" * 5000: Code.JSON_INVALID,
    b"[" + b"[]," * (SIGNED_VALUES + 1) + b"[]]": Code.BUNDLE_TOO_LARGE,
    b"[" * 100_000: Code.JSON_TOO_DEEP,
    b"[" * (SIGNED_DEPTH + 1) + b"]" * (SIGNED_DEPTH + 1): Code.JSON_TOO_DEEP,
}


@pytest.mark.parametrize(("raw", "code"), BAD.items(), ids=lambda value: str(value)[:30])
def test_what_two_readers_can_read_differently_is_refused(raw, code):
    with pytest.raises(AttestError) as caught:
        loads(raw, "text")
    assert caught.value.code == code


def test_a_nest_at_the_bound_is_read():
    assert loads(b"[" * SIGNED_DEPTH + b"]" * SIGNED_DEPTH, "text")


def test_a_whole_pair_of_surrogates_in_escapes_is_read():
    assert loads(b'"\\ud83d\\ude00"', "text") == "\U0001f600"


@given(st.binary(max_size=200))
def test_nothing_but_an_attest_error_leaves_the_reader(raw):
    try:
        loads(raw, "text")
    except AttestError:
        return
