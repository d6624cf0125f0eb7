"""Files to models: parts to one, names of tensors to what they are."""

import pytest

from scanner.weights import HEADS, Place, Tensor, embeddings, layers, models, words
from tests.builders.weights import checkpoint, listed, stored


def places(*facts):
    found = models(facts)
    return {place: [(one.format, one.files) for one in forms] for place, forms in found.items()}


@pytest.mark.parametrize(
    ("path", "form", "place"),
    [
        ("m/model.safetensors", "safetensors", ("m/", "model")),
        ("pytorch_model.bin", "torch", ("", "model")),
        ("m/pytorch_model.fp16.bin", "torch", ("m/", "model.fp16")),
        ("m/tf_model.h5", "hdf5", ("m/", "model")),
        ("m/flax_model.msgpack", "flax", ("m/", "model")),
        ("m/consolidated.00.pth", "torch", ("m/", "model")),
        ("m/adapter_model.bin", "torch", ("m/", "adapter_model")),
        ("m/onnx/model.onnx", "onnx", ("m/", "model")),
        ("onnx/model.onnx", "onnx", ("", "model")),
        ("m/onnx/model_quantized.onnx", "onnx", ("m/", "model_quantized")),
        ("m.zip!m/model.safetensors", "safetensors", ("m.zip!m/", "model")),
        ("v1.5-pruned.ckpt", "torch", ("", "v1.5-pruned")),
    ],
)
def test_a_file_has_a_place_whatever_its_format(path, form, place):
    assert places(listed(path, form, ("w",))) == {Place(*place): [(form, [path])]}


def test_parts_make_one_model():
    one, two = (f"m/model-0000{number}-of-00002.safetensors" for number in (1, 2))
    (weights,) = models([listed(two, "safetensors", ("b",)), listed(one, "safetensors", ("a",))])[Place("m/", "model")]
    assert (weights.files, sorted(weights.tensors), weights.whole) == ([one, two], ["a", "b"], True)
    assert weights.tensors["b"].file == two
    (weights,) = models([listed(one, "safetensors", ("a",))])[Place("m/", "model")]
    assert not weights.whole


def test_a_sketch_that_leaves_tensors_out_makes_no_whole_model():
    ((weights,),) = models([listed("m", "gguf", ("a",), complete=False)]).values()
    assert not weights.whole


@pytest.mark.parametrize(
    "other",
    ["model-00001-of-00001.safetensors", "model-00001-of-00002.safetensors", "model.bin", "consolidated.safetensors"],
)
def test_one_file_and_another_beside_it_are_two_forms(other):
    facts = [listed(path, "safetensors", ("a",)) for path in ("model.safetensors", other)]
    assert [one.split for one in models(facts)[Place("", "model")]] == [set(), set()]


def test_tensors_sliced_over_files_are_known_as_such():
    facts = [listed(f"consolidated.0{number}.pth", "torch", ("w",)) for number in range(2)]
    ((weights,),) = models(facts).values()
    assert weights.split == {"w"}


def test_a_storage_of_a_zip_lends_its_sample_to_the_tensor_that_fills_it():
    sketch = listed("m.bin!a/data.pkl", "torch", ("w", "float32", "2x2", "", "0"), ("v", "float32", "2", "", ""))
    ((weights,),) = models([sketch, checkpoint("m.bin"), stored("m.bin", "0", "5a")]).values()
    assert weights.files == ["m.bin"]
    assert {name: one.sample for name, one in weights.tensors.items()} == {"w": "5a", "v": ""}


def test_a_storage_of_an_old_file_lies_in_the_file_of_its_pickle():
    sketch = listed("m.bin", "torch", ("w", "float32", "2x2", "", "0"))
    ((weights,),) = models([sketch, checkpoint("m.bin"), stored("m.bin", "0", "5a", folder="")]).values()
    assert weights.tensors["w"].sample == "5a"


def test_data_of_the_other_byte_order_are_not_compared():
    sketch = listed("m.bin!a/data.pkl", "torch", ("w", "float32", "2x2", "", "0"))
    ((weights,),) = models([sketch, checkpoint("m.bin", "big"), stored("m.bin", "0", "5a")]).values()
    assert weights.tensors["w"].sample == ""


@pytest.mark.parametrize("name", ["base_model.model.h.0.lora_A.weight", "prompt_embeddings", "h.0.lora_B.weight"])
def test_an_adapter_is_known_by_its_names(name):
    ((weights,),) = models([listed("m", "torch", (name,))]).values()
    assert weights.is_adapter


def test_a_shape_that_is_none_has_no_elements():
    ((weights,),) = models([listed("m", "torch", ("w", "float32", "2x-3"), ("v", "float32", ""))]).values()
    assert (weights.tensors["w"].elements, weights.tensors["v"].elements) == (0, 1)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("model.embed_tokens.weight", "embed_tokens"),
        ("bert/embeddings/word_embeddings/weight:0", "word_embeddings"),
        ("params.transformer.wte.embedding", "wte"),
        ("shared/shared/embeddings:0", "shared"),
        ("backbone.embeddings.weight", "embeddings"),
        ("token_embd.weight", "token_embd"),
        ("embeddings.position_embeddings.weight", "position_embeddings"),
        ("weight", "weight"),
        ("", ""),
    ],
)
def test_the_last_word_of_a_name_is_what_formats_share(name, last):
    assert words(name)[-1] == last


def tensors(**shapes: tuple[int, ...]):
    return {name.replace("__", "."): Tensor("float32", shape, "", "") for name, shape in shapes.items()}


def test_the_largest_embedding_comes_first_and_vectors_are_none():
    found = tensors(a__embed_tokens__weight=(8, 2), b__wte__weight=(9, 2), wte=(9,), lm_head__weight=(9, 2))
    assert embeddings(found) == ["b.wte.weight", "a.embed_tokens.weight"]
    assert embeddings(found, HEADS) == ["lm_head.weight"]


@pytest.mark.parametrize(
    ("names", "count"),
    [
        ({"model__layers__0__w": (2, 2), "model__layers__11__w": (2, 2)}, 12),
        ({"h__3__w": (2,), "visual__blocks__30__w": (1,)}, 4),
        ({"layers__1__block__7__w": (2,)}, 2),
        ({"albert_layer_groups__0__w": (2,)}, 0),
        ({"layers__x__w": (2,), "layers": (1,), "layers__999999__w": (1,)}, 0),
        ({}, 0),
    ],
)
def test_layers_are_counted_in_the_largest_stack(names, count):
    assert layers(tensors(**names))[0] == count
