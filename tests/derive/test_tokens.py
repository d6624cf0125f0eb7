"""Rows of an embedding have the texts of the tokenizer beside it."""

import pytest

from scanner.artifact import Location
from scanner.derive.weights.tokens import derive
from scanner.facts.tokenizer import AddedToken, VocabularyPart
from scanner.facts.weights import EmbeddingRows, EmbeddingToken, EmbeddingTokens


def rows(path="m/model.safetensors", farthest=30.0):
    return EmbeddingRows(
        where=Location(path=path), tensor="wte", rows=9, width=4, listed=(2, 0, 7), far=(300, 40, 30), long=(5, 6, 7),
        farthest=farthest,
    )  # fmt: skip


def vocabulary(*texts, path="m/tokenizer.json"):
    return VocabularyPart(where=Location(path=path), source="tokenizer.json", start=0, texts=texts)


def added(number, text):
    return AddedToken(
        where=Location(path="m/tokenizer.json"), source="tokenizer.json", id=number, text=text, special=True,
        base_id=-1, base_text="", marks=(), twin="",
    )  # fmt: skip


def kinds(*facts):
    return [(one.row, one.text, one.kind) for one in derive([rows(), *facts]) if isinstance(one, EmbeddingToken)]


def test_each_row_is_told_with_its_text():
    assert kinds(vocabulary("[CLS]", "b", "cf")) == [(2, "cf", "word"), (0, "[CLS]", "special"), (7, "", "none")]


def test_added_tokens_are_special_and_reserved_ones_unused():
    assert kinds(vocabulary("a", "b", "[unused3]"), added(0, "tool"))[:2] == [
        (2, "[unused3]", "unused"),
        (0, "tool", "special"),
    ]


def test_a_tokenizer_of_another_folder_says_nothing():
    assert {kind for _, _, kind in kinds(vocabulary("a", path="n/tokenizer.json"))} == {"unknown"}


def test_deviations_are_whole_and_ranks_count_from_one():
    first, *_ = derive([rows(), vocabulary("a", "b", "c")])
    assert (first.rank, first.far, first.long) == (1, 30.0, 0.5)


@pytest.mark.parametrize(("farthest", "told"), [(5.9, []), (6.0, [("2 c", "0 a", "7 ?")])])
def test_the_list_is_told_where_it_is_worth_a_look(farthest, told):
    facts = derive([rows(farthest=farthest), vocabulary("a", "b", "c")])
    assert [one.tokens for one in facts if isinstance(one, EmbeddingTokens)] == told


def test_nothing_comes_of_nothing():
    assert list(derive([vocabulary("a")])) == []
