"""Ids of a tokenizer against the rows of the embedding."""

import pytest

from scanner.artifact import Location
from scanner.derive.tokenizer.embedding import derive
from scanner.facts.model_config import ModelConfig
from scanner.facts.tensor import TensorSketch
from tests.derive.test_clashes import file, token

WORDS = [f"w{number}" for number in range(100)]


def config(size, path="m/config.json", more=()):
    return ModelConfig(
        where=Location(path=path), format="json", model_type="llama", architectures=(), vocab_size=size, hidden_size=8,
        layers=2, extra_layers=-1, heads=2, kv_heads=-1, head_dim=-1, intermediate_size=-1, experts=-1, tied=None,
        dtype="", quantization="", vocabularies=(size, *more), widths=(8,), depths=(2,),
    )  # fmt: skip


def weights(rows, path="m/model.safetensors"):
    return TensorSketch(
        where=Location(path=path), format="safetensors", tensors=("model.embed_tokens.weight",), dtypes=("float32",),
        shapes=(f"{rows}x8",), samples=("",), storages=("",), complete=True,
    )  # fmt: skip


def found(*facts):
    return [(one.bound, one.rows, one.highest, one.text, one.special) for one in derive(facts)]


@pytest.mark.parametrize("name", ["m/tokenizer.json", "m/vocab.json", "m/vocab.txt"])
def test_a_word_behind_the_last_row_is_shown(name):
    assert found(*file(WORDS, name), config(99)) == [("config", 99, 99, "w99", False)]
    assert found(*file(WORDS, name), weights(80)) == [("tensor", 80, 99, "w99", False)]


@pytest.mark.parametrize("size", [100, 128])
def test_an_embedding_may_have_more_rows(size):
    assert found(*file(WORDS), config(size)) == []
    assert found(*file(WORDS), weights(size)) == []


def test_an_added_token_outside_is_special():
    assert found(*file(WORDS), token(100, "<image>"), config(100)) == [("config", 100, 100, "<image>", True)]


def test_added_tokens_that_are_listed_with_the_vocabulary_are_special():
    facts = [*file([*WORDS, "<image>"], "m/vocab.json"), token(100, "<image>"), config(100)]
    assert [one[4] for one in found(*facts)] == [True]


def test_the_larger_of_two_bounds_counts():
    assert found(*file(WORDS), config(99), weights(100)) == []
    assert found(*file(WORDS), config(100), weights(90)) == []
    assert found(*file(WORDS), config(90, more=(100,))) == []


@pytest.mark.parametrize("path", ["n/config.json", "m/adapter_config.json"])
def test_another_configuration_is_no_bound(path):
    assert found(*file(WORDS), config(10, path)) == []


def test_without_a_bound_nothing_is_outside():
    assert found(*file(WORDS), config(-1)) == []


@pytest.mark.parametrize(("name", "source"), [("m/a.gguf", "gguf"), ("m/spiece.model", "sentencepiece")])
def test_files_that_count_for_themselves_are_not_compared(name, source):
    assert found(*file(WORDS, name, source), config(10)) == []
