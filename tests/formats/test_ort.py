"""ORT format: the facts of ONNX from ONNX Runtime's own FlatBuffer."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import ort as subject
from scanner.formats.ort.graphs import DEPTH
from scanner.limits import Limits
from tests.builders import longtail_flat as make
from tests.builders import tflite
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "model.ort", limits or Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


def test_a_model_is_summed_up_and_not_judged():
    content = make.ort()
    assert FORMAT.claims(content, "x")
    summary, table = one(content, "GraphSummary"), one(content, "TensorTable")
    assert (summary.format, summary.producer, summary.version, summary.nodes) == ("ort", "test", 8, 1)
    assert (summary.inputs, summary.outputs, summary.operators) == (("x",), ("y",), ("Relu",))
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (1, 2, 8, ("FLOAT",))
    assert judged(content, "model.ort") == {}


@pytest.mark.parametrize(
    ("operator", "domain", "found"),
    [
        ("PyOp", "ai.onnx.contrib", {"graph-calls-python": "high"}),
        ("Run", "acme.ops", {"graph-needs-foreign-operator": "medium"}),
        ("FusedConv", "com.microsoft", {}),
    ],
)
def test_operators_are_judged_as_in_onnx(operator, domain, found):
    content = make.ort(make.ort_graph(make.ort_node(operator, domain)))
    fact = one(content, "GraphOperator")
    assert (fact.format, fact.operator, fact.domain, fact.nodes, fact.version) == ("ort", operator, domain, 1, 1)
    assert judged(content, "model.ort") == found


@pytest.mark.parametrize("kind", ["_7", "_12"])
def test_graphs_in_attributes_are_read(kind):
    inner = make.ort_graph(make.ort_node("PyOp", "ai.onnx.contrib"))
    held = make.ort_attribute("body", **{kind: tflite.listed(inner) if kind == "_12" else inner})
    content = make.ort(make.ort_graph(make.ort_node("Loop", "", [held])))
    assert one(content, "GraphSummary").graphs == 2
    assert judged(content, "model.ort") == {"graph-calls-python": "high"}


def test_a_compiled_part_outside_the_folder_is_judged():
    def context(location, mode):
        held = [
            make.ort_attribute("ep_cache_context", _5=tflite.text(location)),
            make.ort_attribute("embed_mode", _4=tflite.u64(mode)),
        ]
        return make.ort(make.ort_graph(make.ort_node("EPContext", "com.microsoft", held)))

    assert judged(context("../../x.bin", 0), "model.ort") == {
        "graph-takes-data-from-elsewhere": "high",
        "graph-loads-compiled-part": "info",
    }
    assert not of(read(context("inside", 1))[0], "ExternalData")


def test_texts_are_judged_wherever_they_stand():
    code = "os.system('echo hi')"
    for content in (
        make.ort(pairs=[("note", code)]),
        make.ort(note=code),
        make.ort(make.ort_graph(make.ort_node(note=code))),
        make.ort(make.ort_graph(make.ort_node("Relu", "", [make.ort_attribute("a", _5=tflite.text(code))]))),
        make.ort(
            make.ort_graph(make.ort_node("Relu", "", [make.ort_attribute("a", _10=tflite.listed(tflite.text(code)))]))
        ),
        make.ort(make.ort_graph(tensors=[make.ort_tensor(code=8, words=["a", code])])),
    ):
        assert judged(content, "model.ort") == {"metadata-carries-code": "medium"}


@pytest.mark.parametrize(
    ("tensor", "how"),
    [
        (make.ort_tensor(shape=(3,), raw=bytes(8)), "size"),
        (make.ort_tensor(shape=(1 << 40, 1 << 40), raw=bytes(8)), "size"),
        (make.ort_tensor(shape=(2, -1), raw=bytes(8)), "negative-dimension"),
    ],
)
def test_a_tensor_that_does_not_fit_is_told(tensor, how):
    assert one(make.ort(make.ort_graph(tensors=[tensor])), "TensorMismatch").how == how
    held = make.ort_attribute("value", _6=tensor)
    assert one(make.ort(make.ort_graph(make.ort_node("Constant", "", [held]))), "TensorMismatch").how == how


def test_a_tensor_that_is_a_pickle_is_handed_on():
    raw = system().ljust(200, b"\0")
    content = make.ort(make.ort_graph(tensors=[make.ort_tensor(shape=(50,), raw=raw)]))
    assert read(content)[1] == [("w", raw)]
    assert "pickle-starts-process" in judged(content, "model.ort")


def test_more_nodes_than_fit_are_judged():
    assert judged(make.ort(make.ort_graph(make.ort_node(), most=1 << 31)), "m.ort") == {"count-exceeds-file": "high"}


def test_a_nest_too_deep_is_malformed():
    graph = make.ort_graph()
    for _ in range(DEPTH + 1):
        graph = make.ort_graph(make.ort_node("If", "", [make.ort_attribute("then_branch", _7=graph)]))
    with pytest.raises(MalformedError, match="deeper"):
        read(make.ort(graph))


def test_many_entries_have_a_bound():
    content = make.ort(make.ort_graph(*[make.ort_node()] * 9))
    assert of(read(content, Limits(entries=4))[0], "LimitReached")[0].limit == "entries"


def test_a_file_without_a_graph_is_malformed():
    with pytest.raises(MalformedError, match="no graph"):
        read(make.flat(b"ORTM", tflite.table(_0=tflite.text("6"))))


def test_a_model_cut_anywhere_is_malformed():
    content = make.ort(pairs=[("a", "b")])
    for end in range(len(content) - 4):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.ort") for head in (b"", b"ORTM", b"\x1c\0\0\0TFL3"))


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(make.ort(make.ort_graph(make.ort_node("PyOp", "a"), tensors=[make.ort_tensor()]), [("a", "b")]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"\x10\0\0\0ORTM" + raw)
