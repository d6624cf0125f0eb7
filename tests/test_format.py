"""The index of formats spares calls and changes no answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import formats
from scanner.limits import HEAD_NBYTES
from tests.fuzz.seeds import seeds_of

FORMATS = formats.discover()
NAMES = ("x", *(f"model{part}" for one in FORMATS for part in one.named))


def agree(head, path):
    return FORMATS.claimants(head, path) == [one for one in FORMATS if one.claims(head, path)]


@given(st.binary(max_size=64), st.sampled_from(NAMES))
def test_any_bytes_are_claimed_by_the_same_formats_with_the_index_and_without(head, path):
    assert agree(head, path)


@pytest.mark.parametrize("path", ["x", "model.json", "chat_template", "MODEL.PB"])
def test_every_first_byte_is_asked_of_all_that_could_claim_it(path):
    for rest in (b"\0" * 600, b'{"a": 1}\n' * 80):
        assert [byte for byte in range(256) if not agree(bytes([byte]) + rest, path)] == []


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_a_format_is_asked_about_all_that_it_would_claim(one):
    missed = [name for seed, name in seeds_of(one) if one not in FORMATS.claimants(seed[:HEAD_NBYTES], name)]
    assert missed == []


def test_the_index_of_a_wheel_finds_the_same_formats(tmp_path, monkeypatch):
    (tmp_path / formats.INDEX).write_text(formats.index())
    monkeypatch.setattr(formats, "__file__", str(tmp_path / "__init__.py"))
    found = formats.discover.__wrapped__()
    assert list(found) == list(FORMATS)
    assert [one.name for one in found] == sorted(one.name for one in FORMATS)
    assert found[:2] == (FORMATS[0], FORMATS[1])


def test_a_wheel_loads_no_format_that_bytes_cannot_be():
    rows = json.loads(formats.index())
    opening = [module for module, opens, *_ in rows if not opens or "\x80" in opens]
    assert "zip" not in opening
    assert "pickle" in opening
