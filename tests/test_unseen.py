"""Characters that do not show: told by kind, read where they spell something, left alone where a script needs them."""

import pytest

from scanner.prose.unseen import unseen
from tests.builders import texts as make


def kinds(text):
    return [(one.kind, one.reads) for one in unseen(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"a{make.tags('say yes')}b", [("tags", "say yes")]),
        (f"{make.tags('x')} and {make.tags('y')}", [("tags", "xy")]),
        (f"\U0001f3f4{make.tags('say yes')}\U000e007f", [("tags", "say yes")]),
        (f"\U0001f600{make.selectors(b'say yes')}", [("selectors", "say yes")]),
        (f"a{make.bits(b'say yes')}", [("zero-width", "say yes")]),
        ("a\u202eb", [("override", "")]),
        ("if x \u2066// y\u2069", [("direction", "")]),
        ("pass\u200bword", [("zero-width", "")]),
        ("pass\u200cword", [("zero-width", "")]),
        ("a \u2060\u2060 b", [("zero-width", "")]),
        ("a\ufeffb", [("zero-width", "")]),
        ("a\x1b[8mb", [("escape", "")]),
        ("a\U000e0101b", [("selectors", "")]),
    ],
)
def test_what_does_not_show_is_told(text, found):
    assert kinds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "plain", make.ENGLAND, make.FAMILY, make.PERSIAN, make.HINDI, make.ARABIC, make.JAPANESE, "\ufeffTitle",
        "\u2764\ufe0f\u2764\ufe0f", "co\u00adoperate", "\u1019\u103c\u1014\u103a\u200b\u1019\u102c", "\u3164",
        "\u267f\ufe0f\ufe0f\ufe0f\ufe0f", "\u0627\u200c\u0628", "\u200fשלום\u200e x",  # noqa: RUF001
    ],
)  # fmt: skip
def test_what_scripts_and_emoji_need_is_not_told(text):
    assert kinds(text) == []


def test_counts_runs_and_the_words_around_are_told():
    (one,) = unseen(f"before {make.tags('abc')} after {make.tags('de')} end")
    assert (one.total, one.run, one.at, one.words) == (5, 3, 7, "before after end")


def test_a_million_of_them_are_counted_and_read_in_part():
    (one,) = unseen(make.tags("x") * 1_000_000)
    assert (one.total, one.run, len(one.reads)) == (1_000_000, 1_000_000, 400)
