"""MXNet: operators of a symbol that leave the graph, and arrays against the file."""

import contextlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import mxnet as subject
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "net-symbol.json", limits or Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


def test_a_symbol_is_summed_up_and_not_judged():
    content = make.mxnet_symbol()
    fact = one(content, "GraphSummary")
    assert (fact.format, fact.version, fact.nodes, fact.graphs) == ("mxnet", 10901, 1, 1)
    assert (fact.inputs, fact.outputs, fact.operators) == (("data",), ("Activation0",), ("Activation",))
    assert FORMAT.claims(content, "x")
    assert judged(content, "x.json") == {}


@pytest.mark.parametrize(
    ("operator", "key", "value", "rule", "severity"),
    [
        ("_Native", "info", "1094795585", "mxnet-follows-address", "critical"),
        ("_NDArray", "info", "1094795585", "mxnet-follows-address", "critical"),
        ("Custom", "op_type", "proposal", "mxnet-operator-leaves-graph", "medium"),
        ("TorchModule", "lua_string", "nn.Linear(2, 2)", "mxnet-operator-leaves-graph", "high"),
        ("_cvimread", "filename", "../../secret.png", "mxnet-operator-leaves-graph", "high"),
        ("_cvimread", "filename", "beside.png", "mxnet-operator-leaves-graph", "medium"),
        ("tvm_op", "func_name", "fused", "mxnet-operator-leaves-graph", "low"),
    ],
)
def test_an_operator_that_leaves_the_graph_is_judged(operator, key, value, rule, severity):
    content = make.mxnet_symbol(make.mxnet_node(operator, key, value))
    fact = one(content, "MxnetOperator")
    assert (fact.operator, fact.value, fact.where.pointer) == (operator, value, "/nodes/1")
    assert judged(content, "x.json") == {rule: severity}


@pytest.mark.parametrize("place", ["attrs", "attr", "param"])
def test_attributes_are_read_where_each_version_keeps_them(place):
    content = make.mxnet_symbol(make.mxnet_node("Custom", "op_type", "mine", place=place))
    assert one(content, "MxnetOperator").value == "mine"


def test_graphs_inside_graphs_are_read():
    inner = make.mxnet_graph(make.mxnet_node("_Native", "info", "1"))
    for _ in range(5):
        inner = make.mxnet_graph(make.mxnet_node("_foreach", subgraphs=[inner]))
    content = make.mxnet_symbol(make.mxnet_node("_while_loop", subgraphs=[inner]))
    assert one(content, "GraphSummary").graphs == 7
    assert "mxnet-follows-address" in judged(content, "x.json")


def test_equal_operators_are_one_fact():
    nodes = [make.mxnet_node("Custom", "op_type", name) for name in ("a", "b", "a")]
    assert [(fact.value, fact.nodes) for fact in of(read(make.mxnet_symbol(*nodes))[0], "MxnetOperator")] == [
        ("a", 2),
        ("b", 1),
    ]


def test_a_symbol_is_claimed_whatever_comes_first():
    graph = json.loads(make.mxnet_symbol(make.mxnet_node("_Native", "info", "1")))
    for key in graph:
        content = json.dumps({key: graph[key], **graph}).encode()
        assert FORMAT.claims(content, "x"), key


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"nodes": 3}', b'{"nodes": [', b"\xff", b"[" * 100_000])
def test_what_is_no_symbol_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


@pytest.mark.parametrize(
    "nodes", [[1], [{"op": 3, "inputs": []}], [{"op": "Custom", "inputs": [], "attrs": 3}], [{"op": "x", "inputs": 3}]]
)
def test_nodes_of_other_types_are_passed_over(nodes):
    content = json.dumps({"nodes": nodes, "arg_nodes": [9, "a", -1], "heads": 3, "attrs": []}).encode()
    assert one(content, "GraphSummary").version == -1


def test_a_large_symbol_is_told():
    assert of(read(make.mxnet_symbol(), Limits(header_nbytes=9))[0], "LimitReached")[0].limit == "symbol"


ARRAYS = {
    "dense": make.mxnet_array(),
    "old": make.mxnet_array(version=1),
    "oldest": make.mxnet_array(version=0),
    "newest": make.mxnet_array(version=3),
    "half": make.mxnet_array(code=2, width=2),
    "rows": make.mxnet_sparse(1),
    "compressed": make.mxnet_sparse(2),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_of_each_version_are_read(kind):
    content = make.mxnet_params(ARRAYS[kind])
    assert FORMAT.claims(content, "x")
    table = one(content, "TensorTable")
    assert table.tensors == 1
    assert judged(content, "x.params") == {}


def test_arrays_without_elements_are_read():
    none = struct.pack("<Iii", 0xF993FAC9, 0, 0)
    unknown = struct.pack("<Iii", 0xF993FACA, 0, -1)
    empty = make.mxnet_array((0, 3), version=3)
    content = make.mxnet_params(none, unknown, empty, make.mxnet_array((), version=3), names="abcd")
    table = one(content, "TensorTable")
    assert (table.tensors, table.parameters) == (2, 1)


def test_other_names_than_arrays_are_judged():
    content = make.mxnet_params(names=("a", "b"))
    assert judged(content, "x.params") == {"count-exceeds-file": "medium"}
    assert judged(make.mxnet_params(names=()), "x.params") == {}


def test_an_array_that_is_a_pickle_is_handed_on():
    data = system().ljust(200, b"\0")
    content = make.mxnet_params(make.mxnet_array((50,), data=data), names=("w",))
    assert read(content)[1] == [("w", data)]
    assert "pickle-starts-process" in judged(content, "x.params")


def test_what_follows_the_names_is_told():
    assert judged(make.mxnet_params() + b"text behind", "x.params") == {"archive-hides-bytes": "low"}


@pytest.mark.parametrize(
    "content",
    [
        make.mxnet_params(count=1 << 40),
        make.mxnet_params(make.mxnet_array((1 << 40, 1 << 40), data=b"")),
        make.mxnet_params(make.mxnet_array((-1,), data=b"")),
        make.mxnet_params(struct.pack("<Ii", 0xF993FAC9, 7)),
        make.mxnet_params(struct.pack("<Iii", 0xF993FAC9, 0, 9999)),
        make.mxnet_params(struct.pack("<I", 9999)),
    ],
)
def test_lying_numbers_are_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_an_unknown_type_is_judged():
    content = make.mxnet_params(make.mxnet_array(code=77))
    assert judged(content, "x.params") == {"tensor-type-unknown": "low", "artifact-malformed": "medium"}


def test_a_list_cut_anywhere_is_malformed():
    content = make.mxnet_params(*ARRAYS.values(), names="abcdefg")
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end] if end > 16 else make.mxnet_params()[:16] + content[16:end])


def test_many_arrays_have_a_bound():
    content = make.mxnet_params(*[make.mxnet_array()] * 4, names="abcd")
    assert of(read(content, Limits(entries=2))[0], "LimitReached")[0].limit == "entries"


def test_other_bytes_are_not_claimed():
    for head in (b"", b"{}", b'{"nodes": []}', bytes(40), b'{"nodes": [{"id": 1, "name": "a"}], "links": []}'):
        assert not FORMAT.claims(head, "x.json"), head


@given(st.data(), st.booleans())
def test_any_changed_byte_leaves_only_malformed(data, listed):
    content = bytearray(
        make.mxnet_params(*ARRAYS.values(), names="abcdefg")
        if listed
        else make.mxnet_symbol(make.mxnet_node("Custom", "op_type", "a"))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(16 if listed else 0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(make.mxnet_params()[:16] + raw)
