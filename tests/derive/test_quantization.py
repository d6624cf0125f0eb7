"""A quantization that is described, against tensors."""

from scanner.artifact import Location
from scanner.derive.document.quantization import derive
from scanner.facts.tensor import TensorSketch
from tests.builders.settings import settings


def sketch(tensors, path="m/model.safetensors"):
    names = sorted(tensors)
    return TensorSketch(
        where=Location(path=path),
        format="safetensors",
        tensors=tuple(names),
        dtypes=tuple(tensors[name] for name in names),
        shapes=("8x8",) * len(names),
        samples=("",) * len(names),
        storages=("",) * len(names),
        complete=True,
    )


PLAIN = sketch({"model.layers.0.mlp.up_proj.weight": "float16", "lm_head.weight": "float16"})
PACKED = sketch({"model.layers.0.mlp.up_proj.qweight": "int32", "lm_head.weight": "float16"})
NARROW = sketch({"model.layers.0.mlp.up_proj.weight": "uint8", "lm_head.weight": "float16"})


def found(value, *weights):
    config = settings("m/config.json", {"model_type": "llama", **value})
    return [(one.how, one.method, one.name) for one in derive([config, *weights])]


def described(method, **more):
    return {"quantization_config": {"quant_method": method, **more}}


def test_weights_as_described_say_nothing():
    assert found(described("gptq"), PACKED) == []
    assert found(described("bitsandbytes"), NARROW) == []
    assert found({}, PLAIN) == []
    assert found(described("gptq")) == []


def test_plain_weights_under_a_packed_description_are_told():
    assert found(described("gptq"), PLAIN) == [("plain", "gptq", "lm_head.weight")]


def test_one_of_several_forms_may_be_packed():
    assert found(described("gptq"), PLAIN, sketch({"a.qweight": "int32"}, "m/gptq.safetensors")) == []


def test_packed_weights_without_a_description_are_told():
    assert found({}, PACKED) == [("packed", "", "model.layers.0.mlp.up_proj.qweight")]


def test_an_unknown_method_is_told():
    assert found(described("mine")) == [("unknown", "mine", "")]


def test_modules_left_out_that_are_not_there_are_told():
    method = described("gptq", modules_to_not_convert=["lm_head", "lm_heed", "re:.*x"])
    assert found(method, PACKED) == [("skips-nothing", "gptq", "lm_heed")]


def test_adapters_and_other_folders_are_not_compared():
    assert found({}, sketch({"base_model.model.a.qweight": "int32"})) == []
    assert found({}, sketch({"a.qweight": "int32"}, "n/model.safetensors")) == []
    assert list(derive([settings("m/other.json", described("mine"))])) == []
