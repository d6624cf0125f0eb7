"""OpenVINO: ranges of weights, native code it asks for, and XML that would grow or fetch."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import openvino as subject
from scanner.limits import Limits
from tests.builders import markup as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "m.xml", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_a_model_is_summed_up_and_not_judged():
    facts = read(make.openvino())
    summary, data, table = one(facts, "GraphSummary"), one(facts, "ExternalData"), one(facts, "TensorTable")
    assert (summary.version, summary.nodes, summary.inputs, summary.outputs) == (11, 3, ("x",), ("y",))
    assert (data.location, data.end, table.parameters, table.nbytes) == ("m.bin", 24, 6, 24)
    assert judged(make.openvino(), "m.xml") == {}


@pytest.mark.parametrize(
    ("constant", "how"),
    [
        (make.constant(size="20"), "size"),
        (make.constant(shape="-1, 3"), "size"),
        (make.constant(shape="4294967296,4294967296"), "size"),
        (make.constant(offset="-8"), "outside"),
        (make.constant(size="9" * 40), "outside"),
        (make.constant(offset="x"), "outside"),
    ],
)
def test_a_range_that_does_not_fit_is_told(constant, how):
    assert one(read(make.openvino(constant)), "TensorMismatch").how == how


@pytest.mark.parametrize(("dtype", "size"), [("u4", "3"), ("u1", "1"), ("bf16", "12"), ("string", "999")])
def test_packed_and_unknown_types_are_measured_as_they_lie(dtype, size):
    assert not of(read(make.openvino(make.constant(dtype=dtype, size=size))), "TensorMismatch")


def test_a_constant_without_a_shape_is_a_scalar_range():
    layer = '<layer id="1" name="w" type="Const"><data offset="4" size="4"/></layer>'
    assert one(read(make.openvino(layer)), "ExternalData").end == 8


@pytest.mark.parametrize(
    ("layer", "rule", "severity"),
    [
        ('<layer id="1" name="q" type="Mine" version="extension"/>', "openvino-needs-foreign-operator", "medium"),
        ('<layer id="1" type="Mine" version="opset1" library="../x.so"/>', "openvino-loads-native-library", "high"),
        ('<layer id="1" type="Mine" version="opset1" library="x.so"/>', "openvino-loads-native-library", "high"),
        (
            '<layer id="1" type="A" version="opset1"><data a="__import__(\'os\')"/></layer>',
            "metadata-carries-code",
            "medium",
        ),
    ],
)
def test_native_code_and_scripts_are_judged(layer, rule, severity):
    assert judged(make.openvino(layer), "m.xml")[rule] == severity


def test_a_list_of_custom_layers_names_kernels():
    content = b'<CustomLayer name="a" version="1"><Kernel><Source filename="../a.cl"/></Kernel></CustomLayer>'
    fact = one(read(content), "OpenvinoExtension")
    assert (fact.key, fact.value, fact.how) == ("kernel", "../a.cl", "parent")


@pytest.mark.parametrize("content", [make.laughs("net"), make.outside("net"), make.outside("net", "http://a.example/")])
def test_entities_end_the_reading_and_are_judged(content):
    facts = read(content)
    assert [fact.kind for fact in of(facts, "XmlDeclaration")] == ["doctype", "entity"]
    assert one(facts, "LimitReached").limit == "entities"
    assert judged(content, "m.xml")["xml-declares-entity"] == "high"


def test_utf_16_is_read_as_xml_reads_it():
    content = make.openvino().decode().replace('<?xml version="1.0"?>', "").encode("utf-16")
    assert FORMAT.claims(content[:8192], "m.xml")
    assert one(read(content), "GraphSummary").nodes == 3


def test_a_nest_deeper_than_the_limit_is_malformed():
    with pytest.raises(MalformedError, match="deeper"):
        read(b'<net version="11">' + b"<a>" * 600)


def test_a_document_beyond_the_limit_is_told():
    assert one(read(make.openvino(), Limits(header_nbytes=9)), "LimitReached").limit == "header"


def test_a_document_cut_anywhere_is_malformed():
    content = make.openvino()
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


@pytest.mark.parametrize("encoding", ["big5", "nonsense", "utf-7", "utf-32", "zip"])
def test_another_encoding_is_read_or_malformed(encoding):
    with contextlib.suppress(MalformedError):
        read(f'<?xml version="1.0" encoding="{encoding}"?><net version="11"/>'.encode())


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (b'<?xml version="1.0"?><net name="m" version="11">', True),
        (b'<net version="7">', True),
        (b"<!DOCTYPE net [", True),
        (b"<network version='1'>", False),
        (b"<html><body>the net version=2</body>", False),
        (b"text <net version=1>", False),
        (b"", False),
    ],
)
def test_it_claims_versioned_nets(head, claimed):
    assert FORMAT.claims(head, "m.xml") is claimed


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)


@given(st.lists(st.sampled_from(['offset="1"', 'size="x"', 'shape="1,,2"', 'element_type="f32"', "<", "&a;"])))
def test_any_attributes_leave_only_malformed(parts):
    layer = f'<layer id="1" type="Const"><data {" ".join(parts)}/></layer>'
    with contextlib.suppress(MalformedError):
        read(make.openvino(layer))
