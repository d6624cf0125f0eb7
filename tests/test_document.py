"""YAML from a stranger is bounded, and says what it says."""

import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.document import DocumentError, parse, read
from scanner.limits import YAML_DEPTH


def test_plain_values_are_read() -> None:
    assert parse("a: [1, two, {three: true}]\n") == {"a": [1, "two", {"three": True}]}


def test_an_empty_text_is_nothing() -> None:
    assert parse("") is None


def test_a_key_named_by_two_spellings_is_given_once() -> None:
    assert parse('{1: a, "2": b}') == {1: "a", "2": "b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x 1", "anchors"),
        ("a: &x [1]\nb: *x", r"anchors and aliases are not read \(line 1\)"),
        ("a: *x", "anchors"),
        ("a: 1\nb: 2\na: 3", r"'a' is given twice \(line 3\)"),
        ("x: {a: 1, a: 2}", "given twice"),
        ("- {a: 1, a: 2}", "given twice"),
        ("a: [", "no YAML"),
        ("a: b: c", "no YAML"),
        ("--- 1\n--- 2", "no YAML"),
        ("!!python/object/apply:os.system [echo]", "no YAML"),
        ("a: \x01", "no YAML"),
        ("? [a, b]\n: c", "no YAML"),
        ("a: 2024-13-45", "no YAML value"),
        ("a: " + "1" * 5000, "no YAML value"),
        ("[" * (YAML_DEPTH + 1), "nested deeper"),
        ("[" * 60_000, "nest"),
        ("{a: " * 20_000, "nest"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_not_read_is_refused_in_one_line(text, reason) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_a_nest_as_deep_as_the_limit_is_read() -> None:
    assert parse("[" * YAML_DEPTH + "]" * YAML_DEPTH)


@given(st.text(alphabet="ab:- \n\t[]{}&*!|>'\"#%@`,?~01.\udc80", max_size=40))
def test_no_text_raises_anything_else(text) -> None:
    with suppress(DocumentError):
        parse(text)


def test_a_file_is_read_up_to_its_bound(tmp_path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x" * 10)
    assert read(file, bound=10) == "x" * 10
    with pytest.raises(DocumentError, match="larger than 9 bytes"):
        read(file, bound=9)


def test_what_is_no_utf8_is_refused_with_its_offset(tmp_path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"ab\xff")
    with pytest.raises(DocumentError, match="not UTF-8 at offset 2"):
        read(file, bound=10)


def test_only_regular_files_are_opened(tmp_path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    for name in ("fifo", "link", "folder", "absent"):
        with pytest.raises(DocumentError, match="not a regular file"):
            read(tmp_path / name, bound=10)
