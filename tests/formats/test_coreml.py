"""Core ML: classes and files that a model needs, at any depth, and bytes that are no specification."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import coreml as subject
from scanner.limits import Limits
from tests.builders import coreml as make
from tests.builders import onnx
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "m.mlmodel", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_a_model_is_summed_up_and_not_judged():
    fact = one(read(make.model()), "CoremlModel")
    assert (fact.version, fact.kinds, fact.layers) == (7, ("neuralNetwork",), 1)
    assert judged(make.model(), "m.mlmodel") == {}
    assert judged(make.model(make.program("@model_path/weights/weight.bin")), "m.mlmodel") == {}


CASES = {
    "layer": (make.custom_layer(), "coreml-needs-custom-class", "low"),
    "model": (make.custom_model(), "coreml-needs-custom-class", "low"),
    "operator": (make.program("@model_path/w", "custom_layer"), "coreml-needs-custom-class", "low"),
    "link": (make.linked("other.mlmodelc"), "coreml-links-another-model", "low"),
    "link outside": (make.linked("../../other.mlmodelc"), "coreml-path-leaves-folder", "high"),
    "weights outside": (make.program("@model_path/../../secret"), "coreml-path-leaves-folder", "high"),
    "weights absolute": (make.program("/etc/passwd"), "coreml-path-leaves-folder", "high"),
}


@pytest.mark.parametrize(("kind", "rule", "severity"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("nested", [False, True])
def test_what_a_model_needs_is_judged(kind, rule, severity, nested):
    content = make.model(make.pipeline(make.model(), make.model(kind))) if nested else make.model(kind)
    assert judged(content, "m.bin") == {rule: severity}


def test_one_place_that_many_constants_read_is_judged():
    few, many = make.model(make.fan_out(16)), make.model(make.fan_out(1000))
    assert one(read(few), "CoremlPath").reads == 16
    assert judged(few, "m.mlmodel") == {}
    assert judged(many, "m.mlmodel") == {"coreml-reads-weights-many-times": "medium"}


def test_metadata_is_judged():
    content = make.model(metadata=onnx.block(1, "import os") + onnx.entry(100, "u", "https://a.example/x"))
    assert judged(content, "m.mlmodel") == {"metadata-carries-code": "medium", "metadata-holds-address": "info"}


def with_parameter(key, value):
    parameter = onnx.block(30, onnx.block(1, key) + onnx.block(2, value))
    return make.model(
        onnx.block(500, onnx.block(1, onnx.block(1, "l") + onnx.block(500, onnx.block(10, "C") + parameter)))
    )


@pytest.mark.parametrize(
    "value",
    [onnx.number(30, 256), onnx.number(40, (1 << 64) - 1), b"\x51" + b"\xf8" * 8, onnx.number(50, 1), b""],
    ids=["int", "long", "double", "bool", "nothing"],
)
def test_numbers_of_a_custom_layer_are_no_text(value):
    content = with_parameter("n", value)
    assert not of(read(content), "MetadataEntry")
    assert judged(content, "m.mlmodel") == {"coreml-needs-custom-class": "low"}


@pytest.mark.parametrize("in_key", [True, False])
def test_texts_of_a_custom_layer_are_judged(in_key):
    content = with_parameter("import os", b"") if in_key else with_parameter("n", onnx.block(20, "import os"))
    assert judged(content, "m.mlmodel")["metadata-carries-code"] == "medium"


@pytest.mark.parametrize(("path", "how"), [("com.apple.CoreML/a", ""), ("../a", "parent"), ("/a/b", "absolute")])
def test_a_manifest_says_where_its_items_lie(path, how):
    facts, _ = read_as(FORMAT, make.manifest(path), "p.mlpackage/Manifest.json")
    assert one(facts, "CoremlPath").how == how


def test_a_manifest_beyond_the_limit_is_told():
    assert one(read(make.manifest("a"), Limits(text_nbytes=9)), "LimitReached").limit == "manifest"


def test_more_messages_than_the_limit_are_told():
    assert one(read(make.model(), Limits(entries=3)), "LimitReached").limit == "entries"


def test_a_nest_deeper_than_the_limit_is_malformed():
    content = make.model()
    for _ in range(60):
        content = make.model(make.pipeline(content))
    with pytest.raises(MalformedError, match="deeper"):
        read(content)


def test_a_length_that_lies_is_malformed():
    with pytest.raises(MalformedError):
        read(make.model() + b"\xa2\x1f\xff\x7f")


def test_an_empty_file_is_malformed():
    with pytest.raises(MalformedError):
        read(b"")


def test_a_model_cut_anywhere_is_malformed_or_shorter():
    content = make.model(make.program("@model_path/w"))
    for end in range(len(content)):
        with contextlib.suppress(MalformedError):
            read(content[:end])


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (make.model(), "x.bin", True),
        (make.model(make.pipeline(make.model())), "x", True),
        (make.manifest("a"), "Manifest.json", True),
        (b"\x08\x07\x12\x07pytorch\x1a\x052.1.0", "x.onnx", False),
        (b"\x08\x07text", "x.mlmodel", True),
        (system(), "x.mlmodel", False),
        (b"BZh91AY", "x.mlmodel", False),
        (b"", "x.bin", False),
        (b'{"items": 1}', "Manifest.json", False),
    ],
)
def test_it_claims_specifications(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    for start in (b"", make.model()):
        with contextlib.suppress(MalformedError):
            read(start + raw)


@given(st.binary(max_size=60))
def test_any_manifest_leaves_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b'{"itemInfoEntries":' + raw)
