"""ExecuTorch: indices that lead nowhere, backends that bring libraries, operators of others, bundled programs."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import executorch as subject
from scanner.limits import Limits
from tests.builders import longtail_flat as make
from tests.builders import programs, tflite
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "model.pte", limits or Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


def test_a_program_is_summed_up_and_not_judged():
    content = make.executorch(
        make.method(delegates=[make.delegate("XnnpackBackend")]), inline=[b"block"], blocks=[bytes(64)], offsets=(0, 16)
    )
    assert FORMAT.claims(content, "x")
    summary, program = one(content, "GraphSummary"), one(content, "ExecutorchProgram")
    assert (summary.format, summary.graphs, summary.nodes, summary.operators) == ("executorch", 1, 1, ("aten::add",))
    assert (program.methods, program.segments, program.external) == (("forward",), 1, 0)
    delegate = one(content, "ExecutorchDelegate")
    assert (delegate.backend, delegate.parts, delegate.size) == ("XnnpackBackend", 1, 5)
    assert judged(content, "model.pte") == {}


WRONG = {
    "operator": {"calls": [make.call(7)]},
    "delegate": {"calls": [make.call(0, kind=2)]},
    "value": {"calls": [make.call(0, (0, 1 << 20))]},
    "instruction": {"calls": [make.call(0, (99,), kind=4)]},
    "delegate-data": {"delegates": [make.delegate("XnnpackBackend", 5)]},
}
VALUES = {
    "an input": {"ends": (-4,)},
    "a moved value": {"calls": [make.call(0, (77,), kind=3)]},
    "a freed value": {"calls": [make.call(-9, (), kind=5)]},
    "a list": {"values": [make.value(10, _0=tflite.numbers(1 << 16))]},
}


@pytest.mark.parametrize("what", WRONG)
def test_an_index_that_leads_nowhere_is_judged(what):
    content = make.executorch(make.method(**WRONG[what]))
    fact = one(content, "ExecutorchReference")
    assert (fact.what, fact.name) == (what, "forward")
    assert judged(content, "model.pte") == {"executorch-refers-to-nothing": "high"}


@pytest.mark.parametrize("where", VALUES)
def test_a_value_that_is_not_there_is_told_wherever_it_stands(where):
    assert one(make.executorch(make.method(**VALUES[where])), "ExecutorchReference").what == "value"


@pytest.mark.parametrize(
    ("parts", "what", "severity"),
    [
        ({"segments": [(0, 1 << 40)]}, "segment-range", "medium"),
        ({"segments": [((1 << 64) - 1, 8)]}, "segment-range", "medium"),
        ({"named": [("weights", 3)]}, "segment", "high"),
        ({"blocks": [bytes(64)], "offsets": (0, 65)}, "data-offset", "high"),
        ({"offsets": (0, 16)}, "segment", "high"),
    ],
)
def test_segments_are_compared_with_the_file(parts, what, severity):
    content = make.executorch(**parts)
    assert one(content, "ExecutorchReference").what == what
    assert judged(content, "model.pte") == {"executorch-refers-to-nothing": severity}


def test_operators_of_other_namespaces_are_judged():
    content = make.executorch(make.method(operators=("aten::add", "acme::run", "executorch_prim::et_copy_index")))
    fact = one(content, "GraphOperator")
    assert (fact.format, fact.domain, fact.operator, fact.nodes) == ("executorch", "acme", "run", 0)
    assert judged(content, "model.pte") == {"graph-needs-foreign-operator": "medium"}
    known = make.executorch(make.method(operators=("quantized_decomposed::add", "llama::custom_sdpa")))
    assert judged(known, "model.pte") == {}


@pytest.mark.parametrize(
    ("backend", "rule", "severity"),
    [
        ("CudaBackend", "executorch-delegate-is-library", "high"),
        ("AcmeBackend", "executorch-needs-unknown-backend", "low"),
    ],
)
def test_backends_are_judged_by_their_name(backend, rule, severity):
    delegate = make.delegate(backend, segment=True)
    content = make.executorch(make.method(delegates=[delegate]), blocks=[bytes(20)])
    assert one(content, "ExecutorchDelegate").size == 20
    assert judged(content, "model.pte") == {rule: severity}


def test_blocks_that_are_loadable_are_handed_on():
    content = make.executorch(blocks=[programs.elf(), system()], named=[("forward_so_blob", 0)], inline=[system()])
    names = [name for name, _ in read(content)[1]]
    assert names == ["delegate data 0", "forward_so_blob", "segment 1"]
    found = judged(content, "model.pte")
    assert found["tensor-data-is-loadable-file"] == "high"
    assert "pickle-starts-process" in found


def test_a_bundled_program_is_read():
    content = make.bundle(make.executorch(make.method(operators=("acme::run",))))
    assert FORMAT.claims(content, "x")
    assert of(read_deep(content, "x.bpte"), "GraphOperator")[0].where.path == "x.bpte!program"
    assert read(make.flat(b"BP08", tflite.table(_0=tflite.u32(0)))) == ([], [])


def test_tensors_of_another_file_are_counted():
    extra = tflite.table(_1=tflite.text("w"), _2=b"\x01")
    content = make.executorch(make.method(values=[make.value(5, _2=tflite.numbers(2), _10=extra)]))
    assert one(content, "ExecutorchProgram").external == 1


def test_a_program_without_a_header_has_its_segments_at_the_start():
    content = make.flat(b"ET12", tflite.table(_0=tflite.u32(3), _1=tflite.listed(make.method())))
    assert one(content, "GraphSummary").version == 3


def test_a_short_header_is_malformed():
    content = bytearray(make.executorch())
    content[12:16] = b"\x08\0\0\0"
    with pytest.raises(MalformedError, match="header of 8"):
        read(bytes(content))


def test_many_entries_have_a_bound():
    content = make.executorch(make.method(values=[make.value()] * 50))
    assert of(read(content, Limits(entries=9))[0], "LimitReached")[0].limit == "entries"


def test_a_program_cut_anywhere_is_malformed_or_refers_to_nothing():
    content = make.executorch(make.method(operators=("acme::run",)), blocks=[bytes(32)], offsets=(0, 16))
    for end in range(len(content)):
        try:
            facts, _ = read(content[:end])
        except MalformedError:
            continue
        assert of(facts, "ExecutorchReference")


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.pte") for head in (b"", b"\x1c\0\0\0TFL3", b"\x1c\0\0\0ETxx", b"ET12"))


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(
        make.executorch(
            make.method(operators=("acme::run",), delegates=[make.delegate("A")]), inline=[b"x"], blocks=[bytes(32)],
            offsets=(0, 16), named=[("w", 0)],
        )
    )  # fmt: skip
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"\x10\0\0\0ET12" + raw)
