"""TensorFlow Lite: every index and range of a model that can lead nowhere, and what its operators reach."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import tflite as subject
from tests.builders import tflite as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def read(content, path="m.tflite"):
    return read_as(FORMAT, content, path)


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_an_ordinary_model_is_summed_up_and_not_judged():
    facts, members = read(make.model())
    summary, table = one(facts, "GraphSummary"), one(facts, "TensorTable")
    assert (summary.inputs, summary.outputs, summary.operators, summary.version) == (("x",), ("y",), ("ADD",), 3)
    assert (table.tensors, table.parameters, table.nbytes, members) == (1, 4, 16, [])
    assert not of(facts, "TfliteReference")
    assert judged(make.model(), "m.tflite") == {}


@pytest.mark.parametrize(
    ("custom", "kind", "operator", "rule", "severity"),
    [
        ("FlexReadFile", "flex", "ReadFile", "tflite-operator-reaches-outside", "critical"),
        ("FlexEagerPyFunc", "flex", "EagerPyFunc", "tflite-operator-reaches-outside", "critical"),
        ("FlexErf", "flex", "Erf", "tflite-needs-select-operators", "info"),
        ("FlexMyOwn", "flex", "MyOwn", "tflite-needs-select-operators", "medium"),
        ("MyOwn", "custom", "MyOwn", "tflite-needs-custom-operator", "medium"),
        (
            "TFLite_Detection_PostProcess",
            "custom",
            "TFLite_Detection_PostProcess",
            "tflite-needs-custom-operator",
            "info",
        ),
    ],
)
def test_operators_of_others_are_told(custom, kind, operator, rule, severity):
    content = make.model(codes=[make.code(custom=custom)])
    fact = one(read(content)[0], "TfliteOperator")
    assert (fact.kind, fact.operator, fact.nodes) == (kind, operator, 1)
    assert judged(content, "m.tflite")[rule] == severity


def test_an_operator_beyond_the_known_ones_is_told():
    fact = one(read(make.model(codes=[make.code(900)]))[0], "TfliteOperator")
    assert (fact.kind, fact.operator) == ("unknown", "900")


def metadata(index: int):
    return make.listed(make.table(_0=make.text("TFLITE_METADATA"), _1=make.u32(index)))


BROKEN = {
    "tensor-buffer": {
        "graphs": [make.graph(tensors=[make.tensor("x", buffer=900), make.tensor("y")], nodes=[make.node()])]
    },
    "operator-code": {"graphs": [make.graph(nodes=[make.node(index=77)])]},
    "operator-tensor": {"graphs": [make.graph(nodes=[make.node((1 << 20,))])]},
    "graph-input": {"graphs": [make.graph(inputs=(-5,))]},
    "graph-output": {"graphs": [make.graph(outputs=(40,))]},
    "metadata-buffer": {"_6": metadata(4096)},
    "signature-tensor": {
        "_7": make.listed(make.table(_0=make.listed(make.table(_0=make.text("a"), _1=make.u32(99))), _2=make.text("s")))
    },
    "signature-graph": {"_7": make.listed(make.table(_2=make.text("s"), _4=make.u32(9)))},
    "buffer-range": {"buffers": [make.table(), make.table(_1=make.u64(1 << 40), _2=make.u64(16))]},
    "options-range": {"graphs": [make.graph(nodes=[make.node(_9=make.u64(1 << 40), _10=make.u64(8))])]},
    "shape": {"graphs": [make.graph(tensors=[make.tensor("x", (-2, 2)), make.tensor("y")], nodes=[make.node()])]},
    "tensor-range": {
        "graphs": [make.graph(tensors=[make.tensor("x", (1 << 20,), 1), make.tensor("y")], nodes=[make.node()])]
    },
}


@pytest.mark.parametrize(("what", "parts"), BROKEN.items(), ids=BROKEN)
def test_an_index_that_leads_nowhere_is_told_and_judged(what, parts):
    content = make.model(**parts)
    assert one(read(content)[0], "TfliteReference").what == what
    grave = what not in ("tensor-range", "shape", "signature-tensor", "signature-graph")
    assert judged(content, "m.tflite")["tflite-refers-to-nothing"] == ("high" if grave else "medium")


def test_an_input_left_out_is_no_broken_index():
    assert not of(read(make.model(graphs=[make.graph(nodes=[make.node((0, -1))])]))[0], "TfliteReference")


def test_a_sparse_tensor_may_hold_less_than_its_shape():
    sparse = make.tensor("x", (1 << 20,), 1, _6=make.table())
    content = make.model(graphs=[make.graph(tensors=[sparse, make.tensor("y")], nodes=[make.node()])])
    assert not of(read(content)[0], "TfliteReference")


def test_a_buffer_outside_the_flatbuffer_is_found():
    content = make.model(buffers=[make.table(), make.table(_1=make.u64(4096), _2=make.u64(16))])
    content += bytes(4096 - len(content)) + bytes(16)
    facts, _ = read(content)
    assert one(facts, "TfliteModel").extent == len(content)
    assert not of(facts, "TfliteReference")


def test_a_pickle_in_a_buffer_is_handed_on():
    content = make.model(buffers=[make.table(), make.table(_0=make.raw(system()))])
    assert judged(content, "m.tflite").get("pickle-starts-process") == "critical"


def test_associated_files_behind_the_model_are_no_finding():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("labels.txt", "cat\ndog\n")
    found = judged(make.model() + out.getvalue(), "m.tflite")
    assert {rule: severity for rule, severity in found.items() if severity in ("high", "critical")} == {}


def test_weights_in_another_file_are_told():
    facts, _ = read(make.model(_8=make.listed(make.table(_0=make.text("../../weights.bin")))))
    assert (one(facts, "ExternalData").location, one(facts, "ExternalData").how) == ("../../weights.bin", "parent")


def test_code_in_metadata_is_told():
    buffers = [make.table(), make.table(_0=make.raw(b"import os; os.system('echo hi')"))]
    entries = of(read(make.model(buffers=buffers, _6=metadata(1)))[0], "MetadataEntry")
    assert [entry.marks for entry in entries if entry.place == "metadata"] == [("code",)]


def test_the_name_counts_where_the_identifier_is_missing():
    content = make.model()
    assert FORMAT.claims(content, "x.bin")
    bare = content[:4] + bytes(4) + content[8:]
    assert FORMAT.claims(bare, "m.tflite")
    assert not FORMAT.claims(bare, "x.bin")
    assert one(read(bare)[0], "GraphSummary").nodes == 1


def test_tables_that_overlap_do_not_multiply():
    """One graph, written once and referred to a hundred thousand times."""
    written = []

    def shared(writer):
        written[:] = written or [make.graph(tensors=[make.tensor("x")] * 500, nodes=[])(writer)]
        return written[0]

    with pytest.raises(MalformedError, match="overlap"):
        read(make.model(graphs=[shared] * 100_000))


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0TFL3", b"\xff\xff\xff\xffTFL3" + bytes(40)])
def test_a_file_without_a_table_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_a_model_cut_anywhere_is_malformed_or_refers_to_nothing():
    content = make.model()
    for end in range(len(content) - 1):
        try:
            facts, _ = read(content[:end])
        except MalformedError:
            continue
        assert of(facts, "TfliteReference") or end >= len(content) - 8


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(make.model(codes=[make.code(custom="FlexReadFile")], _6=metadata(1)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"\x10\0\0\0TFL3" + raw)


def test_what_is_read_twice_is_equal():
    assert read_deep(make.model(), "m.tflite") == read_deep(make.model(), "m.tflite")
