"""What an adapter changes in its base."""

import pytest

from scanner.derive.document.adapter import derive
from tests.builders.settings import settings

LORA = {"peft_type": "LORA", "base_model_name_or_path": "meta-llama/Llama-3.1-8B", "r": 16, "lora_alpha": 32}


def one(value, *more):
    (fact,) = derive([settings("a/adapter_config.json", {**LORA, **value}), *more])
    return fact


def card(base):
    return settings("a/README.md", {"base_model": base}, "yaml")


def test_an_ordinary_adapter_is_told():
    fact = one({"modules_to_save": None, "rank_pattern": {}, "init_lora_weights": True})
    assert (fact.method, fact.rank, fact.alpha, fact.scale, fact.highest_rank) == ("LORA", 16.0, 32.0, 2.0, 16.0)
    assert (fact.saves, fact.vocabulary, fact.tokens, fact.repeated, fact.start) == ((), False, 0, 0, "true")
    assert (fact.near, fact.card, fact.agrees) == ("", (), None)


def test_matrices_of_the_vocabulary_are_told():
    assert one({"modules_to_save": ["model.embed_tokens"]}).vocabulary
    assert not one({"modules_to_save": ["score"]}).vocabulary
    assert one({"trainable_token_indices": [1, 2, 3]}).tokens == 3
    assert one({"trainable_token_indices": {"embed_tokens": [7]}}).tokens == 1


def test_patterns_and_repeated_layers_are_told():
    fact = one(
        {"rank_pattern": {"q_proj": 512}, "alpha_pattern": {"q_proj": 9000}, "layer_replication": [[0, 16], [8, 32]]}
    )
    assert (fact.highest_rank, fact.highest_alpha, fact.repeated, fact.replicated) == (512.0, 9000.0, 2, 40)


@pytest.mark.parametrize(
    ("base", "near", "how"),
    [
        ("meta-llama/x", "", ""),
        ("meta-1lama/x", "meta-llama", "glyph"),
        ("metallama/x", "meta-llama", "separator"),
        ("qwenn/x", "qwen", ""),
        ("mistralia/x", "mistralai", "swap"),
        ("/home/user/metallama", "", ""),
        ("", "", ""),
    ],
)
def test_a_publisher_that_looks_like_another_is_told(base, near, how):
    fact = one({"base_model_name_or_path": base})
    assert (fact.near, fact.how) == ((near, how) if how else ("", ""))


@pytest.mark.parametrize(
    ("base", "card_base", "agrees"),
    [
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B", True),
        ("unsloth/meta-llama-3.1-8b-bnb-4bit", ["meta-llama/Llama-3.1-8B"], True),
        ("/mnt/models/base", "meta-llama/Llama-3.1-8B", True),
        ("someone/other", ["meta-llama/Llama-3.1-8B"], False),
        ("", "meta-llama/Llama-3.1-8B", None),
    ],
)
def test_the_card_s_base_is_compared(base, card_base, agrees):
    assert one({"base_model_name_or_path": base}, card(card_base)).agrees is agrees


def test_values_of_other_types_count_as_not_given():
    fact = one({"r": "x", "lora_alpha": None, "layer_replication": [[1], "a", [1, 2, 3]], "rank_pattern": {"a": "b"}})
    assert (fact.rank, fact.alpha, fact.scale, fact.repeated) == (-1.0, -1.0, -1.0, 0)


def test_other_documents_are_no_adapters():
    assert list(derive([settings("adapter_config.json", {"r": 1})])) == []
