"""TensorFlow.js: where a model.json has its model and its weights, whatever comes first in it."""

import json

import pytest

from scanner.formats import keras, tensorflow
from tests.builders import choices
from tests.builders import keras as make_keras
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = tensorflow.FORMAT
FILLER = {"userDefinedMetadata": "x" * 20_000}


def weight(name="w", shape=(2,), dtype="float32", **more):
    return {"name": name, "shape": list(shape), "dtype": dtype, **more}


def group(*weights, paths=("group1-shard1of1.bin",)):
    return {"paths": list(paths), "weights": list(weights)}


def text(document) -> bytes:
    return json.dumps(document).encode()


def one(content, name, path="model.json"):
    (fact,) = of(read_as(FORMAT, content, path)[0], name)
    return fact


@pytest.mark.parametrize(
    "content",
    [
        text({"modelTopology": {}}),
        text({"format": "layers-model", **FILLER, "modelTopology": {}}),
        text({"weightsManifest": [group(*(weight() for _ in range(500)))], "modelTopology": {}}),
        b"\n " + text([group(weight())]),
    ],
)
def test_a_model_is_told_by_its_head_however_late_its_parts_come(content):
    assert FORMAT.claims(content[:8192], "anything")


@pytest.mark.parametrize("content", [text({"a": 1}), text([1, 2]), b'["modelTopology"]', b'{"format": "other"}', b""])
def test_other_json_is_left_alone(content):
    assert not FORMAT.claims(content, "model.json")


def test_weights_add_up_to_the_bytes_of_their_files():
    quantized = weight("q", (3, 5), quantization={"dtype": "uint8", "scale": 1, "min": 0})
    half = weight("h", (4,), quantization={"dtype": "float16"})
    fact = one(text({"modelTopology": {}, "weightsManifest": [group(weight(), quantized, half)]}), "ShardGroup")
    assert (fact.nbytes, fact.shards) == (8 + 15 + 8, ("group1-shard1of1.bin",))
    table = one(text({"weightsManifest": [group(weight(), quantized)]}), "TensorTable")
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (2, 17, 23, ("float32", "uint8"))


@pytest.mark.parametrize(
    "part", [weight(dtype="string"), weight(dtype="new"), weight(shape=(-1,)), weight(shape=(None,))]
)
def test_weights_without_a_size_give_their_group_none(part):
    assert one(text({"weightsManifest": [group(weight(), part)]}), "ShardGroup").nbytes == -1


def test_a_shape_that_overflows_stays_presentable():
    fact = one(text({"weightsManifest": [group(weight(shape=(1 << 62,) * 60))]}), "ShardGroup")
    assert fact.nbytes == 1 << 127


@pytest.mark.parametrize("wrap", [lambda groups: {"weightsManifest": groups}, lambda groups: groups])
def test_weights_that_leave_the_folder_are_judged_in_a_manifest_alone_too(wrap):
    content = text(wrap([group(weight(), paths=["../../x.bin", "a.bin"])]))
    assert judged(content, "model.json")["shard-index-leads-out"] == "high"


def test_a_layers_model_behind_much_else_is_read_as_keras():
    topology = {"keras_version": "2.4.0", "model_config": make_keras.model(make_keras.lambda_v2())}
    content = text({"format": "layers-model", **FILLER, "modelTopology": topology})
    assert not keras.FORMAT.claims(content[:8192], "model.json")
    assert judged(content, "model.json")["keras-lambda-runs-bytecode"] == "critical"


def test_a_layers_model_in_front_is_read_once():
    topology = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    content = text({"modelTopology": topology})
    assert read_as(FORMAT, content, "model.json")[1] == []
    assert len(of(read_deep(content, "model.json"), "KerasModel")) == 1


def test_the_graph_that_fills_tables_is_read_as_well():
    content = text({
        "modelTopology": {"node": [{"name": "x", "op": "Placeholder"}]},
        "modelInitializer": {"node": [{"name": "r", "op": "ReadFile"}]},
    })  # fmt: skip
    assert "ReadFile" in {fact.operator for fact in of(read_as(FORMAT, content, "model.json")[0], "TensorflowOperator")}


def test_functions_of_a_graph_are_followed():
    topology = choices.web_graph()
    signature = {"name": "f", "inputArg": [{"name": "a", "type": "DT_FLOAT"}], "outputArg": [{"name": "o"}]}
    nodes = [
        {"name": "seven", "op": "Const", "attr": {"value": {"tensor": {"intVal": [7]}}}},
        {"name": "hit", "op": "Equal", "input": ["a", "seven:output:0"]},
        {"name": "s", "op": "SelectV2", "input": ["hit:z:0", "seven:output:0", "a"]},
    ]
    topology["library"] = {"function": [{"signature": signature, "nodeDef": nodes, "ret": {"o": "s:output:0"}}]}
    topology["node"][-1] = {
        "name": "y",
        "op": "PartitionedCall",
        "input": ["x"],
        "attr": {"f": {"func": {"name": "f"}}},
    }
    fact = one(text({"modelTopology": topology}), "GraphCondition")
    assert (fact.scope, fact.constants, fact.value, fact.fixed, fact.raw) == ("f", ("7",), "7", True, True)


@pytest.mark.parametrize(
    "document",
    [
        {"modelTopology": {"node": 1, "library": {"function": {}}}, "weightsManifest": {}},
        {"modelTopology": {"node": [1, {"op": 2, "attr": [], "input": {}}], "library": {"function": [1, {}]}}},
        {"weightsManifest": [1, {"paths": 1, "weights": 2}, {"paths": [1], "weights": [1, {"shape": {}}]}]},
        {
            "modelTopology": {"node": [{"op": "Equal"}, {"op": "Const", "attr": {"value": {"tensor": []}}}]},
            "signature": 1,
        },
        [[], 1],
    ],
)
def test_parts_of_the_wrong_kind_are_passed_over(document):
    read_as(FORMAT, text(document), "model.json")
