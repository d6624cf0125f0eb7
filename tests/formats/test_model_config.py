"""Configurations of models: which objects describe one, and what they say under the names of many families."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats.model_config import FORMAT
from scanner.limits import Limits
from tests.builders.reading import of, read_as

SMALLEST = b'{"model_type":"x"}'
LLAMA = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 32000, "hidden_size": 4096,
    "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 11008,
    "tie_word_embeddings": False, "torch_dtype": "bfloat16",
}  # fmt: skip


def configs(document: object, path: str = "m/config.json"):
    facts, members = read_as(FORMAT, json.dumps(document).encode(), path)
    assert members == []
    return of(facts, "ModelConfig")


def test_a_configuration_is_told_in_its_numbers():
    (found,) = configs(LLAMA)
    assert (found.format, found.model_type, found.architectures) == ("json", "llama", ("LlamaForCausalLM",))
    assert (found.vocab_size, found.hidden_size, found.layers, found.extra_layers) == (32000, 4096, 32, -1)
    assert (found.heads, found.kv_heads, found.head_dim, found.intermediate_size) == (32, 8, -1, 11008)
    assert (found.tied, found.dtype, found.quantization, found.experts) == (False, "bfloat16", "", -1)
    assert (found.vocabularies, found.widths, found.depths) == ((32000,), (4096,), (32,))
    assert found.where.pointer == ""


@pytest.mark.parametrize(
    ("document", "field", "value"),
    [
        ({"n_layer": 12, "n_embd": 768}, "layers", 12),
        ({"n_layer": 12, "n_embd": 768}, "hidden_size", 768),
        ({"dim": 4096, "n_layers": 32, "vocab_size": -1}, "vocab_size", -1),
        ({"d_model": 512, "num_layers": 6, "num_decoder_layers": 8}, "depths", (6, 8)),
        ({"model_type": "opt", "hidden_size": 1024, "word_embed_proj_dim": 512}, "widths", (512, 1024)),
        ({"model_type": "albert", "embedding_size": 128, "hidden_size": 768}, "widths", (128, 768)),
        ({"model_type": "bert", "vocab_size": 9, "type_vocab_size": 2}, "vocabularies", (9,)),
        ({"model_type": "mamba", "vocab_size": 9, "pad_vocab_size_multiple": 8}, "vocabularies", (9,)),
        ({"model_type": "a", "vocab_size": 9, "audio_pad_token_id": 20}, "vocabularies", (9, 21)),
        ({"model_type": "a", "vocab_size": 9, "eos_token_id": 8}, "vocabularies", (9,)),
        ({"model_type": "qwen2", "num_hidden_layers": 24, "max_window_layers": 28}, "depths", (24,)),
        ({"model_type": "d", "num_nextn_predict_layers": 1}, "extra_layers", 1),
        ({"model_type": "a", "dtype": "float16"}, "dtype", "float16"),
        ({"model_type": "a", "quantization_config": {"quant_method": "gptq"}}, "quantization", "gptq"),
        ({"model_type": "a", "quantization": {"bits": 4}}, "quantization", "unnamed"),
        ({"model_type": "a", "tie_word_embeddings": True}, "tied", True),
        ({"model_type": "a", "tie_word_embeddings": "true"}, "tied", None),
        ({"model_type": "a", "vocab_size": "9"}, "vocab_size", -1),
        ({"model_type": "a", "vocab_size": True}, "vocab_size", -1),
        ({"model_type": "a", "vocab_size": 1e3}, "vocab_size", -1),
        ({"model_type": "a", "vocab_size": 1 << 80}, "vocab_size", -1),
        ({"architectures": ["A", 1, None]}, "architectures", ("A",)),
    ],
)
def test_a_number_is_found_under_each_of_its_names(document, field, value):
    (found,) = configs(document)
    assert getattr(found, field) == value


def test_each_part_of_a_model_is_told_with_its_pointer():
    parts = configs(
        {"model_type": "llava", "text_config": LLAMA, "vision_config": {"model_type": "clip"}, "x": [LLAMA]}
    )
    assert [part.where.pointer for part in parts] == ["", "/text_config", "/vision_config", "/x/0"]


def test_parts_beyond_the_bound_are_counted_as_one_limit():
    facts, _ = read_as(FORMAT, json.dumps({"a": [{"model_type": "x"}] * 70}).encode(), "config.json")
    assert len(of(facts, "ModelConfig")) == 64
    assert [fact.bound for fact in of(facts, "LimitReached")] == [64]


def test_keys_given_twice_are_stated_at_each_level():
    content = b'{"model_type":"a","vocab_size":1,"vocab_size":2,"text_config":{"n_layer":1,"n_layer":1,"n_embd":2}}'
    found = of(read_as(FORMAT, content)[0], "RepeatedKey")
    assert [(one.where.pointer, one.place, one.key, one.identical) for one in found] == [
        ("", "config", "vocab_size", False),
        ("/text_config", "config", "n_layer", True),
    ]


def test_keys_given_twice_without_end_are_cut():
    content = b'{"model_type":"a",' + b",".join(b'"k%d":1,"k%d":2' % (n, n) for n in range(1100)) + b"}"
    facts = read_as(FORMAT, content)[0]
    assert len(of(facts, "RepeatedKey")) == 1000
    assert of(facts, "LimitReached")


@pytest.mark.parametrize("number", [b"Infinity", b"NaN", b"-Infinity"])
def test_infinity_is_a_number_to_the_loaders_and_so_to_us(number):
    content = b'{"model_type":"mamba2","vocab_size":5,"hidden_size":' + number + b',"time_step_limit":[0.0,Infinity]}'
    (found,) = of(read_as(FORMAT, content)[0], "ModelConfig")
    assert (found.vocab_size, found.hidden_size) == (5, -1)


@pytest.mark.parametrize("size", range(1, len(SMALLEST)))
def test_a_cut_configuration_is_malformed(size):
    with pytest.raises(MalformedError):
        read_as(FORMAT, SMALLEST[:size], "config.json")


@pytest.mark.parametrize("content", [b"", b'{"a":' * 99_999, b'{"model_type": "\xff"}', b"{} x"])
def test_what_is_no_json_is_malformed_under_a_name_of_ours(content):
    with pytest.raises(MalformedError):
        read_as(FORMAT, content, "m.zip!params.json")


@pytest.mark.parametrize(
    "content", [b'{"model_type":"a"}\n{"model_type":"b"}', b"{'model_type': 1}", b'{"a":1}', b"[1]"]
)
def test_what_only_looks_like_a_configuration_is_not_recognised(content):
    facts, _ = read_as(FORMAT, content, "rows.jsonl")
    assert [type(fact).__name__ for fact in facts] == ["Unrecognised"]
    assert facts[0].suffix == ".jsonl"


def test_a_document_beyond_the_limit_is_not_read():
    facts, _ = read_as(FORMAT, SMALLEST, limits=Limits(header_nbytes=5))
    assert [type(fact).__name__ for fact in facts] == ["LimitReached"]


@pytest.mark.parametrize(
    ("content", "path", "claimed"),
    [
        (SMALLEST, "x.json", True),
        (b' \n{"architectures": ["A"]}', "x", True),
        (b'\xef\xbb\xbf{"model_type" : "a"}', "x", True),
        (b'{"hidden_size": 1, "vocab_size": 2, "num_layers": 3}', "x", True),
        (b'{"hidden_size": 1, "hidden_size": 1, "num_layers": 3}', "x", False),
        (b'{"a": 1}', "m/config.json", True),
        (b'{"a": 1}', "m.zip!params.json", True),
        (b'{"a": 1}', "tokenizer_config.json", False),
        (b'"model_type": "a"', "config.json", False),
        (b"", "config.json", False),
    ],
)
def test_content_decides_and_the_usual_names_add(content, path, claimed):
    assert FORMAT.claims(content, path) is claimed


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["model_type", "vocab_size", "architectures", "layers", "a"]), inner)
        ),
    ).map(json.dumps)
)
def test_only_malformed_leaves_the_reader(noise):
    content = noise.encode() if isinstance(noise, str) else noise
    for changed in (content, b'{"model_type":"a","quantization_config":' + content + b"}"):
        with suppress(MalformedError):
            read_as(FORMAT, changed, "config.json")
