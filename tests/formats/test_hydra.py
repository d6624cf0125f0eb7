"""Targets in JSON of any kind: found at any depth and in any encoding, without claiming the file."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import hydra as subject
from scanner.limits import Limits
from tests.builders import configs as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
CALL = {"_target_": "os.system", "command": "echo hi"}


def read(document, path="config.json", limits=None):
    raw = document if isinstance(document, bytes) else make.text(document)
    return read_as(FORMAT, raw, path, limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_a_target_is_told_and_judged():
    fact = one(read({"a": [CALL]}), "ConfigTarget")
    assert (fact.target, fact.where.pointer, fact.arguments) == ("os.system", "/a/0/_target_", "command=echo hi")
    assert judged(make.text({"a": [CALL]}), "config.json")["config-target-runs-code"] == "critical"


def test_honest_targets_are_not_judged():
    assert set(judged(make.text(make.HONEST), "config.json")) <= {"artifact-unrecognised"}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"\\u005ftarget_": "os.system"}',
        json.dumps(CALL).encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps(CALL).encode(),
        b'{"x": "os", "_target_": "${x}.system"}',
        b'{"class_path": "os.system"}',
    ],
)
def test_a_target_is_found_in_any_spelling(raw):
    assert one(read(raw), "ConfigTarget").target == "os.system"


def test_a_file_that_only_it_looks_into_is_not_recognised():
    facts = read_deep(b'{"a": ', "settings")
    assert "hydra" not in one(facts, "Examined").formats
    assert of(facts, "Unrecognised")


def test_the_last_of_two_keys_counts():
    assert one(read(b'{"_target_": "a.b", "_target_": "os.system"}'), "ConfigTarget").target == "os.system"


def test_a_large_number_beside_a_target_is_left_out():
    raw = b'{"_target_": "a.b", "n": ' + b"9" * 4000 + b"}"
    assert one(read(raw), "ConfigTarget").arguments == ""


def test_a_nest_too_deep_is_malformed():
    with pytest.raises(MalformedError):
        read(b'{"_target_":' * 100_000)


def test_what_is_no_json_is_left_to_others():
    raw = json.dumps({"a": CALL}).encode()
    for end in range(len(raw)):
        assert read(raw[:end]) == []


def test_limits_are_told():
    assert one(read({"a": CALL}, limits=Limits(header_nbytes=4)), "LimitReached").limit == "document"
    assert of(read([CALL] * 5001), "LimitReached")


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b'{"a": 1}', "a.json", True),
        (b" [", "x", True),
        (b"\xff\xfe{\0", "a.json", True),
        (b"text", "a.json", False),
        (b"", "a.json", False),
    ],
)
def test_it_looks_into_json(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9) | st.just("${a.b}"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["_target_", "target", "cls", "a", "b"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_without_an_error_of_ours(document):
    read(document)


@given(st.binary(max_size=100))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"{" + raw)
