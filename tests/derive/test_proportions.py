"""Numbers of one configuration that cannot be true together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.document.proportions import derive
from tests.builders.settings import settings


def found(value, name="config.json"):
    return [(one.what, one.left, one.right) for one in derive([settings(name, {"model_type": "x", **value})])]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"hidden_size": 4096, "num_attention_heads": 31}, ("heads", 4096, 31)),
        ({"num_attention_heads": 32, "num_key_value_heads": 5}, ("groups", 32, 5)),
        ({"num_attention_heads": 8, "num_key_value_heads": 16}, ("groups", 8, 16)),
        ({"num_experts_per_tok": 9, "num_local_experts": 8}, ("experts", 9, 8)),
        ({"sliding_window": 9000, "max_position_embeddings": 4096}, ("window", 9000, 4096)),
        ({"vocab_size": 100, "pad_token_id": 100}, ("padding", 100, 100)),
        ({"vocab_size": 100, "eos_token_id": 200}, ("decoded", 200, 100)),
    ],
)
def test_a_contradiction_is_told(value, wanted):
    assert found(value) == [wanted]
    assert found({"text_config": {"model_type": "y", **value}}) == [wanted]
    assert found(value, "settings.json") == []


@pytest.mark.parametrize(
    "value",
    [
        {"hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8},
        {"d_model": 512, "num_heads": 6, "d_kv": 64},
        {"num_experts_per_tok": 2, "num_local_experts": 8},
        {"sliding_window": None, "max_position_embeddings": 4096},
        {"sliding_window": 4096, "max_position_embeddings": 4096},
        {"vocab_size": 100, "pad_token_id": -1, "eos_token_id": [500, 600]},
        {"hidden_size": "4096", "num_attention_heads": 31},
        {"hidden_size": 10**30, "num_attention_heads": 31},
        {"hidden_size": 8, "num_attention_heads": 0},
    ],
)
def test_what_may_be_true_says_nothing(value):
    assert found(value) == []


@given(
    st.dictionaries(
        st.sampled_from(["hidden_size", "num_attention_heads", "vocab_size", "pad_token_id"]),
        st.integers() | st.floats() | st.none() | st.text(max_size=5) | st.lists(st.integers()),
    )
)
def test_any_value_is_read(value):
    for what, left, right in found(value):
        assert what
        assert left >= 0 <= right
