"""PaddlePaddle programs: operators that leave the graph."""

import contextlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import paddle as subject
from scanner.limits import Limits
from tests.builders import longtail as make
from tests.builders import longtail2 as more
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "inference.pdmodel", limits or Limits())[0]


def test_a_program_is_summed_up_and_not_judged():
    content = make.paddle(b"conv2d", b"relu", b"relu")
    (fact,) = of(read(content), "GraphSummary")
    assert (fact.format, fact.graphs, fact.nodes, fact.version) == ("paddle", 1, 3, 1)
    assert fact.operators == ("relu", "conv2d")
    assert FORMAT.claims(content, "x")
    assert judged(content, "inference.pdmodel") == {}


@pytest.mark.parametrize(("operator", "severity"), [(b"py_func", "high"), (b"save_combine", "medium")])
def test_an_operator_that_leaves_the_graph_is_judged(operator, severity):
    assert judged(make.paddle(b"relu", operator), "m.pdmodel") == {"paddle-operator-leaves-graph": severity}


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.pdmodel") for head in (b"", b"\x0a\x02\x08\0", b"{}"))


def test_a_program_cut_anywhere_is_malformed_or_ends_between_fields():
    content = make.paddle(b"py_func")
    whole = content.index(b"\x22\x02\x08\x01")
    for end in range(1, len(content)):
        if end != whole:
            with pytest.raises(MalformedError):
                read(content[:end])


def test_a_lying_length_is_malformed():
    with pytest.raises(MalformedError):
        read(b"\x0a\x7f" + make.paddle(b"relu")[2:])


def test_many_operators_have_a_bound():
    assert of(read(make.paddle(*[b"a"] * 9), Limits(entries=5)), "LimitReached")[0].limit == "entries"


def test_groups_inside_groups_have_a_bound():
    with pytest.raises(MalformedError, match="deeper"):
        read(b"\x0a\0" + b"\x0b" * 300)


@given(st.binary(max_size=80))
def test_only_malformed_leaves_the_reader(tail):
    with contextlib.suppress(MalformedError):
        read(make.paddle(b"a")[:20] + tail)


@pytest.mark.parametrize(
    ("operator", "path", "severity"),
    [
        ("save_combine", "/etc/cron.d/x", "critical"),
        ("load_combine", "../../secret", "high"),
        ("load", "beside", "medium"),
        ("tensorrt_engine", "", "medium"),
    ],
)
def test_files_of_operators_are_judged_in_both_forms(operator, path, severity):
    for content in (
        more.paddle_program(more.paddle_operator(operator, path)),
        more.paddle_json(more.paddle_node(f"1.{operator}_", path=path)),
    ):
        (fact,) = of(read(content), "PaddleOperator")
        assert (fact.operator, fact.target, fact.nodes) == (operator, path, 1)
        assert FORMAT.claims(content, "x")
        assert judged(content, "m") == {"paddle-operator-leaves-graph": severity}


def test_only_the_attribute_that_names_a_file_counts():
    content = more.paddle_program(more.paddle_operator("save", "/x", key="op_device"))
    assert of(read(content), "PaddleOperator")[0].target == ""


def test_a_program_in_json_is_summed_up_and_not_judged():
    content = more.paddle_json(more.paddle_node(), more.paddle_node("p"), more.paddle_node("2.yield"))
    (fact,) = of(read(content), "GraphSummary")
    assert (fact.version, fact.graphs, fact.nodes, fact.operators) == (4, 1, 3, ("relu", "parameter", "yield"))
    assert judged(content, "inference.json") == {}
    turned = json.dumps(dict(reversed(json.loads(content).items()))).encode()
    assert FORMAT.claims(turned, "x")


@pytest.mark.parametrize(
    ("name", "operator", "reaches"),
    [("3.mine", "custom_op.mine", "library"), ("py_func.f_0", "py_func", "python"), ("1.pylayer", "pylayer", "python")],
)
def test_operators_of_other_sets_are_told(name, operator, reaches):
    inner = more.paddle_region(more.paddle_node(name))
    content = more.paddle_json(more.paddle_node("1.if", regions=[inner]))
    (fact,) = of(read(content), "PaddleOperator")
    assert (fact.operator, fact.reaches) == (operator, reaches)


@pytest.mark.parametrize("content", [b"{", b'{"program": []}', b"[" * 100_000])
def test_what_is_no_program_in_json_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_a_program_in_json_has_bounds():
    content = more.paddle_json(*[more.paddle_node()] * 9)
    assert of(read(content, Limits(entries=3)), "LimitReached")[0].limit == "entries"
    assert of(read(content, Limits(header_nbytes=3)), "LimitReached")[0].limit == "program"
    odd = {"base_code": 3, "program": {"regions": [{"#": "a", "A": 3, "O": 3}, {"#": 3, "A": [], "O": []}]}}
    assert of(read(json.dumps(odd).encode()), "GraphSummary")[0].version == 0


def test_parameters_are_read_to_their_end():
    content = more.paddle_tensor() + more.paddle_tensor((4,), levels=[bytes(16)]) + more.paddle_tensor(())
    content += more.paddle_tensor((0,))
    assert FORMAT.claims(content, "x")
    (table,) = of(read(content + more.paddle_tensor()), "TensorTable")
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (5, 17, 68, ("float32",))
    assert judged(content, "inference.pdiparams") == {}


def test_parameters_that_are_a_pickle_are_handed_on():
    data = system().ljust(200, b"\0")
    content = more.paddle_tensor((50,), data=data)
    assert "pickle-starts-process" in judged(content, "inference.pdiparams")


@pytest.mark.parametrize(
    "content",
    [
        more.paddle_tensor((1 << 40, 1 << 40), data=b""),
        more.paddle_tensor((-1,), data=b""),
        more.paddle_tensor(code=99),
        more.paddle_tensor((1,) * 100),
        more.paddle_tensor(levels=[b""] * 100),
        struct.pack("<IQQ", 0, 1, 1 << 60),
        struct.pack("<IQIi", 0, 0, 0, -1),
        struct.pack("<IQI", 0, 0, 7),
    ],
)
def test_lying_numbers_of_parameters_are_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_parameters_cut_anywhere_are_malformed():
    content = more.paddle_tensor() + more.paddle_tensor()
    for end in range(1, len(content)):
        if end != len(content) // 2:
            with pytest.raises(MalformedError):
                read(content[:end])
    assert of(read(content, Limits(entries=1)), "LimitReached")[0].limit == "entries"


@given(st.data())
def test_any_changed_byte_of_parameters_leaves_only_malformed(data):
    content = bytearray(more.paddle_tensor() + more.paddle_tensor())
    content[data.draw(st.integers(1, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))
