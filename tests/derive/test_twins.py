"""The same model in several formats: what differs, and what only looks so."""

import pytest

from scanner.derive.tensor.twins import derive
from tests.builders.weights import checkpoint, listed, stored


def found(*facts):
    return [(one.right, one.how, one.tensor, one.tensors, one.compared, one.exact) for one in derive(facts)]


def model(path="model.safetensors", form="safetensors", **samples):
    return listed(path, form, *((name, "float32", "2x2", sample) for name, sample in samples.items()))


def test_equal_twins_are_silent():
    assert found(model(a="1", b="2"), model("pytorch_model.bin", "torch", a="1", b="2")) == []


def test_one_file_alone_has_no_twin():
    assert found(model(a="1")) == []


def test_other_data_are_stated_with_their_share():
    (one,) = derive([model(a="1", b="2"), model("pytorch_model.bin", "torch", a="1", b="3")])
    assert (one.left, one.right, one.formats) == ("model.safetensors", "pytorch_model.bin", ("safetensors", "torch"))
    assert (one.how, one.tensor, one.tensors, one.compared, one.share, one.exact) == ("content", "b", 1, 2, 0.5, True)
    assert one.where.path == "pytorch_model.bin"


def test_data_of_a_torch_zip_are_compared_through_its_storages():
    pickle = listed("pytorch_model.bin!a/data.pkl", "torch", ("w", "float32", "2x2", "", "0"))
    zipped = (pickle, checkpoint("pytorch_model.bin"))
    left = model(w="5a")
    assert found(left, *zipped, stored("pytorch_model.bin", "0", "5a")) == []
    assert [one[1] for one in found(left, *zipped, stored("pytorch_model.bin", "0", "5b"))] == ["content"]


def test_a_mismatch_names_the_part_that_holds_the_tensor():
    parts = (model(f"model-0000{n}-of-00002.safetensors", **{name: "1"}) for n, name in ((1, "a"), (2, "b")))
    (one,) = derive([*parts, model("pytorch_model.bin", "torch", a="1", b="2")])
    assert one.left == "model-00002-of-00002.safetensors"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("w", "float32", "2x2", "1"), ("w", "float16", "2x2", "2")),
        (("w", "uint8", "2x1", "1"), ("w", "float16", "2x2", "2")),
        (("w", "float32", "2x2", "1"), ("w", "float32", "2x2", "")),
        (("h.inv_freq", "float32", "2", "1"), ("h.inv_freq", "float32", "2", "2")),
        (("h.attn.bias", "bool", "2x2", "1"), ("h.attn.bias", "bool", "2x2", "2")),
    ],
)
def test_converted_packed_and_computed_tensors_are_no_difference(left, right):
    assert found(listed("model.safetensors", "safetensors", left), listed("pytorch_model.bin", "torch", right)) == []


def test_another_shape_is_stated():
    left = listed("model.safetensors", "safetensors", ("w", "float32", "3x2"), ("v", "float32", "3"))
    right = listed("pytorch_model.bin", "torch", ("w", "float32", "4x2"), ("v", "float32", "3"))
    assert found(left, right) == [("pytorch_model.bin", "shape", "w", 1, 2, True)]


def test_tensors_of_one_file_alone_are_stated_unless_they_are_copies():
    left = model(embed="1", a="2")
    right = model("pytorch_model.bin", "torch", embed="1", a="2", lm_head="1", position_ids="9")
    assert found(left, right) == []
    right = model("pytorch_model.bin", "torch", embed="1", a="2", head="3")
    assert found(left, right) == [("pytorch_model.bin", "names", "head", 1, 3, True)]


def test_a_model_saved_from_inside_another_is_compared_without_the_word_for_it():
    left = model(**{"encoder.a": "1", "encoder.b": "2"})
    right = model("pytorch_model.bin", "torch", **{"bert.encoder.a": "1", "bert.encoder.b": "3"})
    assert found(left, right) == [("pytorch_model.bin", "content", "encoder.b", 1, 2, True)]
    assert [one[1:3] for one in found(model("pytorch_model.bin", "torch", **{"encoder.a": "1"}), model(**{"bert.encoder.a": "9"}))] == [("content", "bert.encoder.a")]  # fmt: skip # noqa: E501


@pytest.mark.parametrize(
    ("path", "form", "name"),
    [
        ("tf_model.h5", "hdf5", "/bert/embeddings/word_embeddings/weight:0"),
        ("flax_model.msgpack", "flax", "params.embeddings.word_embeddings.embedding"),
        ("llama-f32.gguf", "gguf", "token_embd.weight"),
        ("consolidated.safetensors", "safetensors", "tok_embeddings.weight"),
    ],
)
def test_formats_that_name_tensors_differently_are_compared_by_the_embedding(path, form, name):
    left = model(**{"embeddings.word_embeddings.weight": "1", "encoder.layer.0.w": "2"})
    assert found(left, model(path, form, **{name: "1", "x": "9"})) == []
    assert found(left, model(path, form, **{name: "8"})) in (
        [(path, "content", "embeddings.word_embeddings.weight", 1, 1, False)],
        [("model.safetensors", "content", name, 1, 1, False)],
    )


def test_of_embeddings_in_other_formats_rows_may_be_padded():
    left = listed("model.safetensors", "safetensors", ("wte.weight", "float32", "100x8"))
    assert found(left, listed("a.gguf", "gguf", ("token_embd.weight", "float32", "128x8"))) == []
    assert [one[1] for one in found(left, listed("a.gguf", "gguf", ("token_embd.weight", "float32", "100x4")))] == [
        "shape"
    ]


def test_a_graph_beside_keeps_what_it_names_alike():
    right = model("onnx/model.onnx", "onnx", a="1", b="2", **{"onnx::MatMul_7": "5"})
    assert found(model(a="1", b="2", c="3"), right) == []
    assert [one[:2] for one in found(model(a="1", b="4"), right)] == [("onnx/model.onnx", "content")]


def test_tensors_sliced_over_files_are_not_compared():
    slices = [listed(f"consolidated.0{n}.pth", "torch", ("tok_embeddings.weight", "float32", "4x1")) for n in range(2)]
    assert found(listed("model.safetensors", "safetensors", ("embed_tokens.weight", "float32", "4x2")), *slices) == []


def test_other_names_and_other_folders_are_no_twins():
    assert found(model(a="1"), model("m/pytorch_model.bin", "torch", a="2")) == []
    assert found(model(a="1"), model("model.fp16.safetensors", a="2"), model("ema.safetensors", a="3")) == []
    assert found(model("a.gguf", "gguf", a="1"), model("b.gguf", "gguf", a="2")) == []


def test_what_two_readers_see_in_one_file_is_no_twin():
    assert found(model("model.bin", "safetensors", a="1"), model("model.bin", "torch", a="2")) == []
