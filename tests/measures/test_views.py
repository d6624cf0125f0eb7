"""Tensors as numbers, whatever the format and the type."""

import io
import struct
import zipfile

import numpy as np
import pytest

from scanner.facts.weights import NumbersNotFinite, WeightsMeasured
from scanner.measures.numbers import floats
from scanner.measures.roles import role_of
from scanner.measures.views import format_of
from tests.builders.carriers import gaussian, measured, of, safetensors

BLOCK = np.arange(-16, 16)


def half(value):
    return struct.pack("<e", value)


def nibbles(codes):
    return bytes(int(low) | int(high) << 4 for low, high in zip(codes[:16], codes[16:], strict=True))


def fifths(codes):
    return sum(int(code >> 4) << number for number, code in enumerate(codes)).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("dtype", "block", "expected"),
    [
        ("Q8_0", half(0.5) + BLOCK.astype(np.int8).tobytes(), BLOCK * 0.5),
        ("Q4_0", half(2) + nibbles(BLOCK & 15), ((BLOCK & 15) - 8) * 2),
        ("Q4_1", half(2) + half(-1) + nibbles(BLOCK & 15), (BLOCK & 15) * 2 - 1),
        ("Q5_0", half(0.25) + fifths(BLOCK + 16) + nibbles(BLOCK + 16 & 15), BLOCK * 0.25),
        ("Q5_1", half(1) + half(3) + fifths(BLOCK + 16) + nibbles(BLOCK + 16 & 15), BLOCK + 16 + 3),
        ("float16", np.array([1.5, -2], np.float16).tobytes(), [1.5, -2]),
        ("bfloat16", b"\xc0\x3f\x00\xc0", [1.5, -2]),
        ("float64", np.array([1.5, 1e300]).tobytes(), [1.5, np.inf]),
        ("float8_e5m2", b"\x3e\xc0\x7c", [1.5, -2, np.inf]),
        ("float8_e4m3fn", b"\x3c\xc0\x01\x7e", [1.5, -2, 2**-9, 448]),
    ],
)
def test_numbers_are_what_their_type_says(dtype, block, expected):
    found = floats(dtype, np.frombuffer(block * 2, np.uint8))
    assert found.dtype == np.float32
    assert found.tolist() == [*np.asarray(expected, np.float32).tolist()] * 2


def test_integers_are_no_floats():
    assert floats("int32", np.zeros(8, np.uint8)) is None


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("model.layers.0.self_attn.q_proj.weight", "q"),
        ("model.layers.0.self_attn.o_proj.weight", "o"),
        ("model.layers.0.mlp.down_proj.weight", "down"),
        ("model.layers.0.mlp.experts.3.foo.weight", "expert"),
        ("model.embed_tokens.weight", "embedding"),
        ("lm_head.weight", "head"),
        ("blk.3.attn_output.weight", "o"),
        ("blk.3.ffn_gate.weight", "gate"),
        ("token_embd.weight", "embedding"),
        ("output.weight", "head"),
        ("bert.encoder.layer.0.attention.output.dense.weight", "o"),
        ("bert.encoder.layer.0.intermediate.dense.weight", "up"),
        ("bert.encoder.layer.0.output.dense.weight", "down"),
        ("bert.encoder.layer.0.output.LayerNorm.weight", "norm"),
        ("bert.encoder.layer.0.output.LayerNorm.bias", "norm-bias"),
        ("transformer.h.0.attn.c_proj.weight", "o"),
        ("transformer.h.0.mlp.c_proj.weight", "down"),
        ("base_model.model.layers.0.q_proj.lora_A.weight", "adapter"),
        ("conv1.weight", ""),
        ("", ""),
    ],
)
def test_names_of_families_give_roles(name, role):
    assert role_of(name, (4, 4)) == role


@pytest.mark.parametrize(
    ("head", "path", "form"),
    [
        (b"GGUF\3\0\0\0", "x", "gguf"),
        (b"\x93NUMPY\1\0", "x", "numpy"),
        (b"\x40\0\0\0\0\0\0\0{}", "x", "safetensors"),
        (b"\x40\0\0\0\1\0\0\0{}", "x", ""),
        (b"PK\3\4" + b"archive/data.pkl", "x", "torch"),
        (b"", "x", ""),
    ],
)
def test_formats_are_told_by_content(head, path, form):
    assert format_of(head, path) == form


def test_a_checkpoint_of_torch_is_read_without_running_it():
    data = archive(np.r_[gaussian(99), np.nan].astype(np.float32))
    facts = measured(data, path="model.pt")
    assert [(one.tensor, one.numbers, one.first) for one in of(NumbersNotFinite, facts)] == [("w", 1, 99)]
    assert of(WeightsMeasured, facts)[0].format == "torch"


def test_storages_that_a_pickle_only_names_have_its_type():
    data = archive(np.r_[np.nan, gaussian(99)].astype(np.float32), rebuild=b"c__torch__\nModule\n")
    (fact,) = of(NumbersNotFinite, measured(data, path="model.pt"))
    assert (fact.tensor, fact.dtype, fact.first) == ("0", "float32", 0)


def test_every_cut_of_a_checkpoint_raises_nothing():
    data = archive(gaussian(8))
    for end in range(len(data)):
        measured(data[:end], "full", path="model.pt")


def archive(array, rebuild=b"ctorch._utils\n_rebuild_tensor_v2\n"):
    """A zip as torch.save writes it, of one tensor named w."""
    storage = b"((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI%d\ntQ" % len(array)
    pickle = b"(dS'w'\n" + rebuild + storage + b"I0\n(I%d\nt(I1\ntI00\nNtRs." % len(array)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("archive/data.pkl", b"\x80\x02" + pickle)
        made.writestr("archive/data/0", array.tobytes())
    return out.getvalue()


def test_quantised_blocks_tell_by_their_scales():
    block = half(0.5) + bytes(range(32))
    (fact,) = of(NumbersNotFinite, measured(gguf_of("Q8_0", block + half(np.inf) + block[2:]), path="m.gguf"))
    assert (fact.numbers, fact.first, fact.dtype) == (1, 32, "Q8_0")


def gguf_of(dtype, data):
    """A GGUF file of one row of blocks."""
    code = {"Q8_0": 8}[dtype]
    count = len(data) // 34 * 32
    text = b"blk.0.ffn_up.weight"
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 0)
    info = struct.pack("<Q", len(text)) + text + struct.pack("<IQIQ", 1, count, code, 0)
    return (head + info).ljust(-(-len(head + info) // 32) * 32, b"\0") + data


def test_a_file_without_tensors_says_nothing():
    assert measured(safetensors()) == []
