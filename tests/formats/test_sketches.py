"""Every reader of weights describes the same tensor equally, so that its files can be compared."""

import struct

import pytest

from scanner.formats import flax, gguf, hdf5, onnx, safetensors
from scanner.sketch import sample
from tests.builders import gguf as make_gguf
from tests.builders import hdf5 as make_hdf5
from tests.builders import longtail as make_flax
from tests.builders import onnx as make_onnx
from tests.builders import safetensors as make_safetensors
from tests.builders.reading import artifact_of, of, read_as

NUMBERS = struct.pack("<8f", *range(8))
BIG = struct.pack(">8f", *range(8))


def in_safetensors(data: bytes = NUMBERS) -> bytes:
    return make_safetensors.safetensors({"w": make_safetensors.entry("F32", (4, 2), (0, 32))}, data=data)


def in_gguf(data: bytes = NUMBERS, order: str = "<") -> bytes:
    return make_gguf.gguf(tensors=[{"name": "w", "shape": (2, 4)}], data=data, order=order)


def in_flax(data: bytes = NUMBERS) -> bytes:
    return make_flax.flax(w=make_flax.array((4, 2), b"float32", data))


def in_hdf5(data: bytes = NUMBERS, kind: bytes = make_hdf5.FLOAT32) -> bytes:
    image = make_hdf5.Image()
    return make_hdf5.file({}, make_hdf5.hard("w", make_hdf5.dataset(image, data, kind, (4, 2))), image=image)


def in_onnx(data: bytes = NUMBERS) -> bytes:
    return make_onnx.model(make_onnx.graph(tensors=make_onnx.block(5, make_onnx.tensor("w", (4, 2), raw=data))))


FORMATS = [
    (safetensors.FORMAT, in_safetensors),
    (gguf.FORMAT, in_gguf),
    (flax.FORMAT, in_flax),
    (hdf5.FORMAT, in_hdf5),
    (onnx.FORMAT, in_onnx),
]


def sketched(form, content: bytes):
    (found,) = of(read_as(form, content)[0], "TensorSketch")
    return found


@pytest.mark.parametrize(("form", "make"), FORMATS, ids=[form.name for form, _ in FORMATS])
def test_a_tensor_is_described_equally(form, make):
    found = sketched(form, make())
    assert (tuple(name.strip("/") for name in found.tensors), found.format) == (("w",), form.name)
    assert (found.dtypes, found.shapes, found.complete) == (("float32",), ("4x2",), True)
    assert found.samples == (sample(artifact_of(NUMBERS).open(), 0, 32),)


@pytest.mark.parametrize(("form", "make"), FORMATS, ids=[form.name for form, _ in FORMATS])
def test_other_numbers_have_another_sample(form, make):
    assert sketched(form, make()).samples != sketched(form, make(bytes(32))).samples


def test_data_of_the_other_byte_order_are_not_sampled():
    float32 = make_hdf5.FLOAT32
    big = float32[:1] + bytes([float32[1] | 1]) + float32[2:]
    assert sketched(hdf5.FORMAT, in_hdf5(BIG, big)).samples == ("",)
    assert sketched(gguf.FORMAT, in_gguf(BIG, ">")).samples == ("",)


def test_data_in_another_file_are_not_sampled():
    tensor = make_onnx.tensor("w", (4, 2), raw=b"", extra=make_onnx.external("w.bin"))
    content = make_onnx.model(make_onnx.graph(tensors=make_onnx.block(5, tensor)))
    assert sketched(onnx.FORMAT, content).samples == ("",)


def test_a_file_without_tensors_has_no_sketch():
    for form, content in ((safetensors.FORMAT, make_safetensors.SMALLEST), (gguf.FORMAT, make_gguf.SMALLEST)):
        assert of(read_as(form, content)[0], "TensorSketch") == []


TEXT, ARRAY, UINT32 = 8, 9, 4
KEYS = [
    ("general.architecture", TEXT, "llama"),
    ("llama.block_count", UINT32, 2),
    ("llama.embedding_length", UINT32, 8),
    ("llama.attention.head_count", UINT32, 4),
    ("llama.vocab_size", UINT32, 5),
]


def keys(*pairs):
    return of(read_as(gguf.FORMAT, make_gguf.gguf(pairs))[0], "ModelConfig")


def test_keys_of_a_gguf_file_are_a_configuration():
    (found,) = keys(*KEYS)
    assert (found.format, found.model_type, found.layers, found.hidden_size, found.heads) == ("gguf", "llama", 2, 8, 4)
    assert (found.vocab_size, found.vocabularies, found.widths, found.depths) == (5, (5,), (8,), (2,))
    assert (found.kv_heads, found.tied, found.dtype, found.quantization) == (-1, None, "", "")


def test_tokens_of_a_gguf_file_count_more_than_its_key():
    (found,) = keys(*KEYS, ("tokenizer.ggml.tokens", ARRAY, (TEXT, ["a", "b", "c"])))
    assert (found.vocab_size, found.vocabularies) == (3, (3, 5))


@pytest.mark.parametrize("pairs", [[], KEYS[:1], [("llama.block_count", UINT32, 2)], [KEYS[0], ("llama.x", UINT32, 1)]])
def test_a_gguf_file_without_numbers_has_no_configuration(pairs):
    assert keys(*pairs) == []


@pytest.mark.parametrize("value", [(5, -1), (TEXT, "2"), (6, 2.0), (ARRAY, (UINT32, [1, 2]))])
def test_a_number_of_another_kind_is_not_given(value):
    (found,) = keys(KEYS[0], KEYS[2], ("llama.block_count", *value))
    assert (found.layers, found.depths) == (-1, ())
