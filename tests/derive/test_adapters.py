"""Tensors of adapters against each other, their settings and the base beside them."""

import json

import pytest

from scanner import reader as reading
from scanner.derive.tensor.adapters import derive
from scanner.formats.document import FORMAT
from scanner.limits import DEFAULT
from tests.builders.reading import artifact_of
from tests.builders.weights import listed

MODULE = "base_model.model.layers.0.q_proj"


def pair(a="8x64", b="96x8", module=MODULE):
    return (f"{module}.lora_A.weight", "float32", a), (f"{module}.lora_B.weight", "float32", b)


def settings(**keys):
    text = json.dumps({"peft_type": "LORA", "r": 8} | keys).encode()
    return list(reading.read(artifact_of(text, "a/adapter_config.json"), [FORMAT], DEFAULT))


def said(*tensors, base=(), **keys):
    facts = [listed("a/adapter_model.safetensors", "safetensors", *tensors), *settings(**keys)]
    facts += [listed("m/model.safetensors", "safetensors", *base)] if base else []
    return [(one.how, one.expected, one.found, one.tensors) for one in derive(facts)]


def test_a_pair_that_fits_says_nothing():
    assert said(*pair(), base=[("layers.0.q_proj.weight", "float32", "96x64")]) == []


@pytest.mark.parametrize(
    ("tensors", "keys", "expected"),
    [
        (pair()[:1], {}, ("half", "both sides", "A", 1)),
        (pair(b="96x4"), {}, ("rank", "8", "4", 1)),
        (pair("16x64", "96x16"), {}, ("settings-rank", "8", "16", 1)),
        ((*pair(), ("lm_head.weight", "float32", "99x64")), {}, ("undeclared-matrix", "no whole matrix", "99x64", 1)),
    ],
)
def test_what_does_not_fit_is_told(tensors, keys, expected):
    assert said(*tensors, **keys) == [expected]


def test_what_the_settings_declare_fits():
    assert said(*pair("16x64", "96x16"), rank_pattern={"q_proj": 16}) == []
    assert said(*pair(), ("lm_head.weight", "float32", "99x64"), modules_to_save=["lm_head"]) == []


@pytest.mark.parametrize(("shape", "count"), [("96x64", 0), ("64x96", 0), ("96x65", 1)])
def test_shapes_are_those_of_the_base_beside(shape, count):
    found = said(*pair(), base=[("layers.0.q_proj.weight", "float32", shape)])
    assert found == [("base-shape", shape, "96x64", 1)] * count


def test_a_base_of_other_names_is_another_model():
    assert said(*pair(), base=[("blk.0.attn_q.weight", "float32", "9x9")]) == []


def test_a_model_without_adapters_says_nothing():
    assert list(derive([listed("m/model.safetensors", "safetensors", ("w", "float32", "2x2"))])) == []
