"""Configurations against tensors: what does not fit, and the many ways in which honest models fit."""

from dataclasses import replace

import pytest

from scanner.derive.model_config.shapes import derive
from scanner.examples import build
from scanner.facts.model_config import ModelConfig
from tests.builders.weights import listed

EMBEDDING = ("model.embed_tokens.weight", "float32", "1000x64")
LAST = ("model.layers.11.mlp.weight", "float32", "64x64")


def config(path="m/config.json", pointer="", **said):
    given = {
        "format": "json", "vocab_size": 1000, "hidden_size": 64, "layers": 12, "extra_layers": -1, "tied": False,
        "vocabularies": (1000,), "widths": (64,), "depths": (12,),
    }  # fmt: skip
    return build(ModelConfig, {"path": path, "pointer": pointer, **given, **said})


def weights(*tensors, path="m/model.safetensors", form="safetensors", complete=True):
    return listed(path, form, *(tensors or (EMBEDDING, LAST)), complete=complete)


def found(*facts):
    return [(one.what, one.how, one.expected, one.found) for one in derive(facts)]


def rows(count: int, width: int = 64, dtype: str = "float32"):
    return weights(("model.embed_tokens.weight", dtype, f"{count}x{width}"), LAST)


def test_a_configuration_that_fits_is_silent():
    assert found(config(), weights()) == []


@pytest.mark.parametrize("count", [1000, 1001, 1024, 1127])
def test_rows_may_be_padded(count):
    assert found(config(), rows(count)) == []


@pytest.mark.parametrize(("count", "how"), [(999, "fewer"), (1128, "more"), (64, "fewer")])
def test_another_number_of_rows_is_stated(count, how):
    assert found(config(), rows(count)) == [("vocabulary", how, "1000", str(count))]


def test_between_several_vocabularies_every_number_of_rows_is_right():
    said = config(vocabularies=(500, 2000))
    assert found(said, rows(1400)) == []
    assert found(said, rows(400)) == [("vocabulary", "fewer", "500", "400")]


def test_a_mismatch_names_the_file_and_the_tensor():
    (one,) = derive([config(), rows(900)])
    assert (one.where.path, one.weights, one.tensor) == ("m/config.json", "m/model.safetensors", EMBEDDING[0])


def test_another_width_is_stated_and_a_factorised_one_is_not():
    assert found(config(), rows(1000, 32)) == [("width", "other", "64", "32")]
    assert found(config(widths=(32, 64)), rows(1000, 32)) == []


def test_packed_columns_are_no_width():
    assert found(config(), rows(1000, 8, "uint32")) == []


@pytest.mark.parametrize(
    ("said", "last", "expected"),
    [
        ({}, 12, [("layers", "more", "12", "13")]),
        ({}, 10, [("layers", "fewer", "12", "11")]),
        ({"extra_layers": 1}, 12, []),
        ({"extra_layers": 1}, 11, []),
        ({"extra_layers": 1}, 13, [("layers", "more", "12", "14")]),
        ({"depths": (6, 12)}, 5, []),
        ({"layers": 24, "depths": (24,)}, 11, []),
        ({"layers": -1, "depths": ()}, 3, []),
    ],
)
def test_layers_are_counted_with_those_that_predict_and_those_that_repeat(said, last, expected):
    assert found(config(**said), weights(EMBEDDING, (f"model.layers.{last}.w", "float32", "64x64"))) == expected


def test_that_layers_are_missing_shows_only_in_a_whole_model():
    part = "m/model-00001-of-00002.safetensors"
    layer = ("model.layers.4.w", "float32", "64x64")
    assert found(config(), weights(EMBEDDING, layer, path=part)) == []
    assert found(config(), weights(EMBEDDING, layer, complete=False)) == []


def test_the_part_that_speaks_counts_layers():
    parts = (
        config(vocab_size=-1, layers=-1, vocabularies=(), widths=(), depths=()),
        config(pointer="/text_config"),
        config(pointer="/vision_config", vocab_size=-1, layers=27, vocabularies=(), widths=(32,), depths=(27,)),
    )
    tower = ("visual.blocks.26.w", "float32", "8x8")
    assert found(*parts, weights(EMBEDDING, LAST, tower)) == []
    assert found(*parts, weights(EMBEDDING, ("model.layers.12.w", "float32", "64x64"), tower)) == [
        ("layers", "more", "12", "13")
    ]


HEAD = ("lm_head.weight", "float32", "1000x64", "2")


@pytest.mark.parametrize(
    ("parts", "embedding", "head", "expected"),
    [
        ([config(tied=True)], (*EMBEDDING, "1"), HEAD, [("tied", "other", "true", "differ")]),
        ([config(tied=True)], (*EMBEDDING, "2"), HEAD, []),
        ([config(tied=True)], (*EMBEDDING, ""), HEAD, []),
        ([config(tied=True)], (*EMBEDDING, "1"), (*HEAD[:3], ""), []),
        ([config(tied=True)], (*EMBEDDING[:1], "float16", "1000x64", "1"), HEAD, []),
        ([config(tied=False)], (*EMBEDDING, "1"), HEAD, []),
        ([replace(config(), tied=None)], (*EMBEDDING, "1"), HEAD, []),
        ([config(tied=True), config(pointer="/text_config")], (*EMBEDDING, "1"), HEAD, []),
    ],
)
def test_a_tied_head_with_other_data_is_stated(parts, embedding, head, expected):
    assert found(*parts, weights(embedding, head, LAST)) == expected


@pytest.mark.parametrize(
    ("said", "dtype", "expected"),
    [
        ({"dtype": "bfloat16"}, "float32", [("dtype", "other", "bfloat16", "float32")]),
        ({"dtype": "float32"}, "float32", []),
        ({"dtype": "auto"}, "float32", []),
        ({"dtype": ""}, "float32", []),
        ({"dtype": "float16"}, "int8", []),
        ({"dtype": "float16", "quantization": "gptq"}, "float32", []),
    ],
)
def test_another_type_of_most_bytes_is_stated(said, dtype, expected):
    norm = ("norm.weight", "float16", "64")
    embedding = ("model.embed_tokens.weight", dtype, "1000x64")
    assert found(config(**said), weights(embedding, norm, (*LAST[:1], dtype, LAST[2]))) == expected


def test_one_form_of_several_has_the_type_named():
    half = tuple((name, "float16", shape) for name, _, shape in (EMBEDDING, LAST))
    both = (weights(), weights(*half, path="m/model.fp16.safetensors"))
    assert found(config(dtype="float16"), *both) == []
    assert found(config(dtype="bfloat16"), *both) == [("dtype", "other", "bfloat16", "float16")]


@pytest.mark.parametrize(
    "facts",
    [
        (config("m/other_config.json"), rows(9)),
        (config("config.json"), rows(9)),
        (config(vocabularies=()), rows(9)),
        (config(), weights(("w", "float32", "9x9"))),
        (config(), weights(("a.lora_A.weight", "float32", "9x9"), ("model.embed_tokens.weight", "float32", "9x9"))),
        (config(), listed("m/model.onnx", "onnx", ("embed_tokens.weight", "float32", "9x9"))),
        (config(), listed("m/a.gguf", "gguf", ("token_embd.weight", "float32", "9x9"))),
        (config(), *(weights(EMBEDDING, path=f"m/consolidated.0{n}.pth", form="torch") for n in range(2))),
        (config(),),
        (rows(9),),
    ],
)
def test_what_a_configuration_does_not_describe_is_left_alone(facts):
    assert found(*facts) == []


def keys(path="m/a.gguf", **said):
    return config(path, format="gguf", **said)


def gguf(count=1000, width=64, last=11, path="m/a.gguf"):
    names = (("token_embd.weight", "q4_k", f"{count}x{width}"), (f"blk.{last}.ffn_up.weight", "q4_k", "64x64"))
    return listed(path, "gguf", *names)


@pytest.mark.parametrize(
    ("tensors", "expected"),
    [
        (gguf(), []),
        (gguf(1001), [("vocabulary", "more", "1000", "1001")]),
        (gguf(999), [("vocabulary", "fewer", "1000", "999")]),
        (gguf(width=32), [("width", "other", "64", "32")]),
        (gguf(last=12), [("layers", "more", "12", "13")]),
        (gguf(last=10), [("layers", "fewer", "12", "11")]),
        (gguf(9, path="m/b.gguf"), []),
        (listed("m/a.gguf", "gguf", ("v.blk.3.w", "f16", "2x2")), []),
        (listed("m/a.gguf", "gguf", ("token_embd.weight", "f16", "9")), []),
    ],
)
def test_keys_of_a_file_fit_its_own_tensors_exactly(tensors, expected):
    assert found(keys(), tensors) == expected


def test_keys_of_the_first_part_speak_of_all_parts():
    one, two = (f"m/a-0000{number}-of-00002.gguf" for number in (1, 2))
    facts = (keys(one), gguf(last=5, path=one), listed(two, "gguf", ("blk.11.w", "f16", "2x2")))
    assert found(*facts) == []
    assert found(keys(one), gguf(last=5, path=one)) == []
