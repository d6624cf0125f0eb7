"""A pattern that is compiled later is the pattern."""

import re

import pytest

from scanner.pattern import pattern


def test_it_finds_what_the_pattern_finds():
    later = pattern(rb"a(b+)", re.IGNORECASE)
    assert later.search(b"xABB")[1] == b"BB"
    assert later.match(b"xab") is None
    assert later.sub(b"-", b"ab ab") == b"- -"
    assert later.pattern == rb"a(b+)"


def test_it_is_compiled_at_its_first_use_and_once(monkeypatch):
    asked = []
    compiled = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: asked.append(given) or compiled(*given))
    later = pattern("never compiled before")
    assert asked == []
    assert [later.search(text) for text in ("a", "b")] == [None, None]
    assert len(asked) == 1


def test_a_wrong_pattern_is_told_at_its_first_use():
    later = pattern("(")
    with pytest.raises(re.error):
        later.search("x")
