"""What sentences say of terms of use."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.prose.terms import MOST, terms


def kinds(text):
    return [(one.kind, one.subject) for one in terms(text)]


@pytest.mark.parametrize(
    "text",
    [
        "This model is for non-commercial use only.",
        "The weights are licensed for noncommercial research purposes.",
        "Not for commercial use.",
        "It may not be used for any commercial purposes.",
        "Commercial use is strictly prohibited.",
        "Commercial use of the weights is not allowed.",
    ],
)
def test_a_sentence_that_closes_trade_is_told(text):
    assert kinds(text) == [("noncommercial", "model")]


@pytest.mark.parametrize(
    "text",
    [
        "Released for research use only.",
        "It may be used for research purposes only.",
        "Provided for academic research purposes only.",
    ],
)
def test_a_sentence_that_opens_research_alone_is_told(text):
    assert kinds(text) == [("research-only", "model")]


@pytest.mark.parametrize(
    "text",
    [
        "Free for both commercial and non-commercial use.",
        "If you need it for non-commercial use only, ask.",
        "Is it for non-commercial use only?",
        "Commercial use is allowed.",
        "We study non-commercial organisations.",
        "```\nThis model is for non-commercial use only.\n```",
        "Set `license: for non-commercial use only` there.",
        "",
    ],
)
def test_what_allows_asks_or_quotes_is_not(text):
    assert kinds(text) == []


def test_a_sentence_about_data_is_told_as_such():
    assert kinds("The dataset is for non-commercial use only. The model is free.") == [("noncommercial", "data")]


@pytest.mark.parametrize(
    "text",
    [
        "Built with Llama.",
        "Powered by Stability AI",
        "X is licensed under the X License.",
        "Licensed by NVIDIA Corporation",
    ],
)
def test_words_that_licences_make_people_say_are_told(text):
    assert [kind for kind, _ in kinds(text)][:1] == ["display"]


def test_a_sentence_that_breaks_over_lines_is_one():
    (one,) = terms("Hello.\nThis model is for non-commercial\nuse only, dear friend. Bye.")
    assert one.text == "This model is for non-commercial use only, dear friend"


def test_a_text_that_says_it_a_thousand_times_is_told_so_often_and_no_more():
    assert len(list(terms("For non-commercial use only. " * 1000))) == MOST


def test_a_megabyte_of_near_misses_is_read_in_a_second():
    start = time.process_time()
    assert list(terms("for a b non-commercial " * 20_000 + "is licensed " * 20_000 + "`" * 100_000)) == []
    assert time.process_time() - start < 1


@given(st.text(alphabet="for non-commercial use.\n`#?", max_size=300))
def test_no_text_breaks_it(text):
    assert all(0 <= one.at <= len(text) for one in terms(text))
