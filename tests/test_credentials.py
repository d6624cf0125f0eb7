"""Tokens of access: found by their structure, left out of what is shown."""

import pytest

from scanner.commands.secrets import shape, token_kind
from scanner.credentials import concealed, credentials

# Put together here, so that no scanner of a forge takes this file for one that holds a token.
GITHUB = "gh" + "p_" + "aQ9rZ2kL7vB4nX8mC1dF6gH3jK5pW0tYsE2u"
HUB = "h" + "f_" + "QwRzTkLvBnXmCdFgHjKpWyYsEuAiOoPqLm"


def test_a_token_is_found_with_its_kind_and_place():
    assert list(credentials(f"a {GITHUB} b {HUB}")) == [("huggingface", 46 - 1), ("github", 2)]


def test_what_stands_for_a_token_is_none():
    assert list(credentials("h" + "f_" + "a" * 34)) == []
    assert list(credentials("AKIA" + "IOSFODNN7EXAMPLE")) == []


def test_a_token_is_not_shown():
    assert concealed(f"use {GITHUB} or {HUB}, twice {GITHUB}") == "use ghp_… or hf_…, twice ghp_…"
    assert concealed("nothing to hide") == "nothing to hide"


@pytest.mark.parametrize(
    ("name", "value", "held"),
    [
        ("X", HUB, ("token", "huggingface")),
        ("API_KEY", "q8Zr2Lw9Xv4Tn7Bc1Md6", ("random", "")),
        ("Authorization", "Bearer q8Zr2Lw9Xv4Tn7Bc1Md6", ("random", "")),
        ("DB_PASSWORD", "hunter22", ("word", "")),
        ("API_KEY", "my-service-key-2024-production", ("word", "")),
        ("AUTH", "basic", None),
        ("TOKEN", "${TOKEN}", None),
        ("TOKEN_FILE", "q8Zr2Lw9Xv4Tn7Bc1Md6", None),
        ("COLOR", "q8Zr2Lw9Xv4Tn7Bc1Md6", None),
    ],
)
def test_a_secret_is_told_by_its_structure_or_by_name_and_looks(name, value, held):
    assert shape(name, value) == held
    assert token_kind(name, value) == {None: "", "word": "", "random": "literal"}.get(
        held and held[0], held[1] if held else ""
    )
