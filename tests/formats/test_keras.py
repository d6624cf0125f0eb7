"""Keras configurations: what loading would look up, run and open, by each published way round safe mode."""

import base64
import contextlib
import json
import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import keras as subject
from scanner.limits import Limits
from tests.builders import hdf5 as h5
from tests.builders import keras as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def read(document, path="x.keras!config.json"):
    return read_as(FORMAT, document if isinstance(document, bytes) else make.text(document), path)[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_a_plain_model_names_only_parts_of_keras():
    facts = read(make.model(make.layer(units=4, activation="relu"), make.layer("Dropout", rate=0.5)))
    targets = {fact.target for fact in of(facts, "KerasObject")}
    assert targets == {"keras.Sequential", "keras.layers.Dense", "keras.layers.Dropout", "relu"}
    assert one(facts, "KerasModel").objects == 4


def test_a_plain_model_in_a_keras_file_is_not_judged():
    document = make.model(make.layer(units=4, activation="relu"), compile_config={"loss": "mse", "optimizer": "adam"})
    assert judged(make.keras_zip(document), "m.keras") == {}


def test_a_pointer_leads_to_the_object():
    facts = read(make.model(make.layer(), make.lambda_v3()))
    assert one(facts, "KerasCode").where.pointer == "/config/layers/1/config/function"


@pytest.mark.parametrize("document", [make.lambda_v3(), make.lambda_v2()], ids=["v3", "v2"])
def test_bytecode_of_a_lambda_is_harvested(document):
    code = one(read(make.model(document)), "KerasCode")
    assert (code.form, code.complete) == ("bytecode", True)
    assert {"__import__", "system"} <= set(code.names)
    assert {"os", "echo hi"} <= set(code.strings)


def test_bytecode_written_as_text_is_harvested():
    raw = marshal.dumps(compile("x.system('echo hi')", "", "eval"), 2).decode("latin-1")
    document = {"class_name": "Lambda", "config": {"function": [raw, None, None], "function_type": "lambda"}}
    assert "system" in one(read(document), "KerasCode").names


def test_bytecode_in_a_tuple_of_saved_metadata_is_harvested():
    code = {"class_name": "__tuple__", "items": [make.code_of(), None, None]}
    facts = read({"class_name": "Lambda", "config": {"function": code, "function_type": "lambda"}})
    assert one(facts, "KerasCode").complete


def test_an_output_shape_that_is_code_counts_too():
    config = {
        "function": "f",
        "function_type": "function",
        "output_shape": [make.code_of()],
        "output_shape_type": "lambda",
    }
    facts = read({"class_name": "Lambda", "config": config})
    assert one(facts, "KerasCode").key == "output_shape"


CASES = {
    "CVE-2024-3660 lambda": (make.model(make.lambda_v3()), "keras-lambda-runs-bytecode", "critical"),
    "an ordinary lambda": (make.model(make.lambda_v3("lambda x: K.mean(x)")), "keras-lambda-runs-bytecode", "medium"),
    "an unknown name": (make.model(make.lambda_v3("lambda x: x.unheard_of()")), "keras-lambda-runs-bytecode", "high"),
    "CVE-2025-1550 os": (make.calls("system", "os", command="echo hi"), "keras-resolves-standard-library", "critical"),
    "CVE-2025-1550 class": (make.layer("Popen", "subprocess"), "keras-resolves-standard-library", "critical"),
    "builtins": (make.calls("eval", "builtins"), "keras-resolves-standard-library", "critical"),
    "a library's function": (make.calls("load", "numpy", file="x"), "keras-resolves-installed-package", "high"),
    "CVE-2025-8747 get_file": (
        make.calls("get_file", "keras.utils", origin="https://example.org/x"),
        "keras-resolves-reaching-function",
        "critical",
    ),
    "CVE-2025-8747 internal": (
        make.calls("get_file", "keras.src.utils.file_utils"),
        "keras-resolves-reaching-function",
        "critical",
    ),
    "CVE-2025-9906 safe mode": (
        make.calls("enable_unsafe_deserialization", "keras.config"),
        "keras-resolves-reaching-function",
        "critical",
    ),
    "another function": (make.calls("set_random_seed", "keras.utils"), "keras-resolves-unlisted-function", "high"),
    "CVE-2025-12058 path": (
        make.layer("StringLookup", vocabulary="/etc/passwd"),
        "keras-layer-opens-file",
        "high",
    ),
    "CVE-2025-12058 address": (
        make.layer("TextVectorization", vocabulary="http://169.254.169.254/x"),
        "keras-layer-opens-file",
        "high",
    ),
    "CVE-2026-1462 TFSMLayer": (make.layer("TFSMLayer", filepath="/tmp/m"), "keras-loads-another-model", "high"),
    "TFOpLambda": (
        {"class_name": "TFOpLambda", "config": {"function": "io.read_file"}},
        "keras-operator-reaches-outside",
        "critical",
    ),
    "TFOpLambda raw": (
        {"class_name": "TFOpLambda", "config": {"function": "raw_ops.WriteFile"}},
        "keras-operator-reaches-outside",
        "critical",
    ),
    "custom package": (make.layer("Block", "mine.layers", "Mine>Block"), "keras-resolves-unknown-package", "medium"),
    "custom class": ({"class_name": "MyLayer", "config": {}}, "keras-needs-custom-object", "low"),
    "custom loss": (make.model(compile_config={"loss": "my_loss"}), "keras-needs-custom-object", "low"),
    "source": (
        {"class_name": "Lambda", "config": {"function": "lambda x: eval('1')"}},
        "keras-holds-python-source",
        "high",
    ),
}


@pytest.mark.parametrize(("document", "rule", "severity"), CASES.values(), ids=CASES)
def test_the_rule_speaks_in_a_keras_file(document, rule, severity):
    assert judged(make.keras_zip(document), "m.keras").get(rule) == severity


@pytest.mark.parametrize(("document", "rule", "severity"), CASES.values(), ids=CASES)
def test_the_rule_speaks_in_an_h5_file(document, rule, severity):
    """CVE-2025-9905: safe mode means nothing there."""
    content = h5.file(attributes={"model_config": make.text(document)})
    assert judged(content, "m.h5").get(rule) == severity


def test_a_wrapped_module_is_read_as_a_pickle():
    """CVE-2025-49655."""
    config = {"name": "t", "module": base64.b64encode(system()).decode()}
    document = {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": config, "registered_name": None}
    content = make.keras_zip(document)
    found = judged(content, "m.keras")
    assert found["keras-wraps-pickled-module"] == "high"
    assert found["pickle-starts-process"] == "critical"


def test_utf_16_is_read_as_json_reads_it():
    raw = json.dumps(make.model(make.lambda_v3())).encode("utf-16")
    assert one(read(raw), "KerasCode").form == "bytecode"


def test_a_key_given_twice_is_told():
    facts = read(b'{"class_name": "Dense", "config": {}, "class_name": "Lambda"}')
    assert one(facts, "RepeatedKey").key == "class_name"
    assert one(facts, "KerasObject").name == "Lambda"


def test_an_object_is_found_at_any_depth():
    document = make.lambda_v3()
    for _ in range(200):
        document = {"build_config": [document]}
    assert of(read(document), "KerasCode")


def test_a_nest_deeper_than_the_parser_goes_is_malformed():
    with pytest.raises(MalformedError):
        read(b"[" * 100_000)


def test_a_configuration_larger_than_the_limit_is_not_read():
    facts, _ = read_as(FORMAT, make.text(make.model()), "x.keras!config.json", Limits(header_nbytes=10))
    assert one(facts, "LimitReached").limit == "header"


def test_more_names_than_the_limit_are_told():
    layers = [make.layer(f"L{number}") for number in range(5100)]
    assert one(read(make.model(*layers)), "LimitReached").limit == "names"


def test_a_flood_of_objects_in_a_deep_nest_is_linear():
    inner = [{"class_name": "Dense", "config": {}}] * 20_000
    document = inner
    for _ in range(900):
        document = [document]
    assert (
        of(read_as(FORMAT, json.dumps(document).encode(), "x.keras!config.json")[0], "KerasModel")[0].objects == 20_000
    )


def test_a_typespec_is_no_class():
    document = {
        "class_name": "__typespec__",
        "spec_name": "TensorSpec",
        "module": "tensorflow.python.framework.tensor",
        "config": [],
        "registered_name": None,
    }
    assert one(read(document), "KerasObject").kind == "typespec"


def test_an_empty_configuration_holds_nothing():
    assert read(b"") == []


def test_a_configuration_cut_anywhere_is_malformed_or_empty():
    raw = make.text(make.model(make.lambda_v3()))
    for end in range(1, len(raw)):
        with pytest.raises(MalformedError):
            read(raw[:end])


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b'{"class_name": "Dense", "config": {}}', "config.json", True),
        (b'{"model_type": "bert", "hidden_size": 768}', "config.json", False),
        (b'{"model_type": "bert"}', "m.keras!config.json", True),
        (b"class_name config", "notes.txt", False),
        (b"", "x.h5!@model_config", True),
    ],
)
def test_it_claims_what_has_a_class_and_a_configuration(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Lambda", "function", "os", "__lambda__"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["class_name", "config", "module", "function", "function_type", "code", "arguments", "loss", "a"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_read_without_an_error_of_ours(document):
    read(make.text(document))


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)


def test_what_is_read_twice_is_equal():
    content = make.keras_zip(make.model(make.lambda_v3()))
    assert read_deep(content, "m.keras") == read_deep(content, "m.keras")
