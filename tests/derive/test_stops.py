"""The end of text of a tokenizer against the ids at which generation stops."""

import pytest

from scanner.artifact import Location
from scanner.derive.tokenizer.stops import derive
from scanner.facts.tokenizer import SpecialToken
from tests.derive.test_clashes import file, token

WORDS = ["<s>", "</s>", "the", "<|im_end|>"]


def role(name, *, text="", number=-1, kind="eos"):
    return SpecialToken(where=Location(path=f"m/{name}"), source=name, role=kind, text=text, id=number)


def named(text):
    return role("tokenizer_config.json", text=text)


def stop(number, name="generation_config.json"):
    return role(name, number=number)


def test_a_stop_at_another_token_is_shown():
    (found,) = derive([*file(WORDS), named("the"), stop(1)])
    assert (found.text, found.id, found.stops, found.known) == ("the", 2, (1,), "</s>")
    assert found.where.path == "m/tokenizer_config.json"


@pytest.mark.parametrize(
    "stops",
    [[stop(3)], [stop(1), stop(3)], [stop(1), stop(3, "config.json")], []],
    ids=["the same", "one of several", "of another file", "none"],
)
def test_a_stop_that_is_the_end_is_no_mismatch(stops):
    assert list(derive([*file(WORDS), named("<|im_end|>"), *stops])) == []


def test_the_end_may_be_an_added_token():
    facts = [*file(WORDS), token(9, "<|eot|>"), named("<|eot|>")]
    assert [one.id for one in derive([*facts, stop(1)])] == [9]
    assert list(derive([*facts, stop(9)])) == []


def test_the_map_counts_where_the_configuration_is_silent():
    facts = [*file(WORDS), role("special_tokens_map.json", text="the"), stop(1)]
    assert [one.text for one in derive(facts)] == ["the"]
    assert list(derive([*facts, named("</s>")])) == []


def test_an_end_whose_id_no_file_tells_is_not_compared():
    assert list(derive([*file(WORDS), named("<|unknown|>"), stop(1)])) == []
    assert list(derive([*file(WORDS, "m/spiece.model", "sentencepiece"), named("the"), stop(1)])) == []


def test_other_roles_and_folders_are_not_compared():
    assert list(derive([*file(WORDS), role("tokenizer_config.json", text="the", kind="pad"), stop(1)])) == []
    assert list(derive([*file(WORDS, "n/tokenizer.json"), named("the"), stop(1)])) == []
