"""Tokens that generation may never make, or must begin with, read with the tokenizer beside."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.derive.document.generation import ROW, SHOWN, derive
from scanner.facts.tokenizer import SpecialToken
from tests.builders.settings import settings
from tests.derive.test_clashes import file, token

WORDS = ["<unk>", "</s>", "\u2581Sure", ",", "\u2581here", "\u2581is", "\u2581sorry", "\u2581I", "\u2581can", "'", "t"]


def found(value, *more, name="m/generation_config.json"):
    return list(derive([settings(name, value), *file(WORDS), *more]))


@pytest.mark.parametrize(
    "value",
    [
        {"eos_token_id": 1, "suppress_tokens": [1]},
        {"eos_token_id": [1, 8], "suppress_tokens": [5, 1]},
        {"suppress_tokens": [1, 3]},
        {"eos_token_id": 1, "bad_words_ids": [[1], [2, 3]]},
        {"eos_token_id": 1, "sequence_bias": [[[1], -100.0]]},
    ],
    ids=["one", "of several", "by its text", "in a list", "by bias"],
)
def test_a_stop_that_is_suppressed_is_shown(value):
    (stop,) = [fact for fact in found(value) if fact.stop]
    assert (stop.ids, stop.text, stop.start) == ((1,), "</s>", False)


def test_stops_that_are_not_suppressed_are_counted():
    (fact,) = [one for one in found({"eos_token_id": [1, 8], "suppress_tokens": [1]}) if one.stop]
    assert fact.spared == 1


def test_a_stop_of_another_file_of_the_folder_counts():
    eos = SpecialToken(where=Location(path="m/config.json"), source="config.json", role="eos", text="", id=3)
    (fact,) = [one for one in found({"suppress_tokens": [3]}, eos) if one.stop]
    assert fact.ids == (3,)


def test_suppressing_at_the_start_is_told_apart():
    (fact,) = found({"eos_token_id": 1, "begin_suppress_tokens": [1]})
    assert fact.start
    assert fact.stop


def test_a_bias_that_favours_or_hardly_hinders_is_none():
    assert found({"eos_token_id": 1, "sequence_bias": [[[1], 4.0], [[6], -0.5], [[6], "x"]]}) == []


def test_words_are_spelled_from_tokens():
    assert [(one.text, one.stop) for one in found({"bad_words_ids": [[6], [7, 8, 9, 10], [0], [3]]})] == [
        ("sorry", False),
        ("I can't", False),
        ("<unk>", False),
    ]


def test_an_added_token_stands_before_the_vocabulary():
    assert [one.text for one in found({"suppress_tokens": [6]}, token(6, "regret"))] == ["regret"]


def test_without_a_tokenizer_only_ids_are_compared():
    config = settings("m/generation_config.json", {"eos_token_id": 2, "suppress_tokens": [2, 6]})
    assert [(one.ids, one.text) for one in derive([config])] == [((2,), "")]
    assert [one.text for one in derive([config, *file(WORDS, "n/tokenizer.json")])] == [""]


def test_many_words_are_counted_and_some_told():
    told = found({"bad_words_ids": [[6, number] for number in range(100)]})
    assert len(told) == SHOWN
    assert told[0].listed == 100


@pytest.mark.parametrize(
    ("value", "tokens", "text", "words"),
    [
        ({"forced_decoder_ids": [[1, 2], [2, 3], [3, 4], [4, 5]]}, 4, "Sure, here is", 3),
        ({"forced_decoder_ids": [[1, 20], [2, 21]]}, 2, "", 0),
        ({"forced_bos_token_id": 22}, 1, "", 0),
        ({"forced_bos_token_id": 23}, 1, "", 0),
        ({"forced_eos_token_id": [1, 2]}, 2, "Sure", 1),
    ],
    ids=["a sentence", "languages", "a language of mBART", "a language of NLLB", "two ends"],
)
def test_forced_tokens_are_spelled_without_markup(value, tokens, text, words):
    beside = [token(20, "<|en|>"), token(21, "<|transcribe|>"), token(22, "ru_RU"), token(23, "eng_Latn")]
    (fact,) = found(value, *beside)
    assert (fact.tokens, fact.text, fact.words) == (tokens, text, words)
    assert fact.told == tokens


def test_documents_without_such_keys_say_nothing():
    assert found({"max_length": 20, "eos_token_id": 1, "suppress_tokens": None, "bad_words_ids": []}) == []


@given(
    st.dictionaries(
        st.sampled_from(["suppress_tokens", "bad_words_ids", "sequence_bias", "forced_decoder_ids", "eos_token_id"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=3) | st.floats() | st.booleans(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
            max_leaves=8,
        ),
    )
)
def test_any_value_is_read(value):
    for fact in found(value):
        assert fact.key in value


def test_a_stop_that_only_the_tokenizer_names_counts():
    eos = SpecialToken(where=Location(path="m/t.json"), source="tokenizer_config.json", role="eos", text="here", id=-1)
    assert [one.stop for one in found({"suppress_tokens": [4, 6]}, eos)] == [True, False]


@pytest.mark.parametrize("part", ["generation_config", "text_config", "decoder"])
def test_settings_of_a_part_count(part):
    (fact,) = found({part: {"eos_token_id": 1, "suppress_tokens": [1]}}, name="m/config.json")
    assert fact.stop
    assert fact.where.pointer == f"/{part}/suppress_tokens/0"


def test_a_key_given_twice_hides_nothing():
    first = settings("m/generation_config.json", {"eos_token_id": 1, "suppress_tokens": []})
    again = settings("m/generation_config.json", {"suppress_tokens": [1]})
    both = dataclasses.replace(
        first,
        pointers=first.pointers + again.pointers,
        kinds=first.kinds + again.kinds,
        values=first.values + again.values,
    )
    assert [one.stop for one in derive([both])] == [True]


def test_a_list_that_is_longer_than_what_is_stated_is_told():
    (fact,) = found({"suppress_tokens": list(range(1000, 1000 + ROW))})
    assert (fact.ids, fact.listed) == ((), ROW)
    assert found({"suppress_tokens": list(range(1000, 999 + ROW))}) == []
