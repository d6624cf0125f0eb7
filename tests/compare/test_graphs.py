"""A graph against a trusted export: nodes that differ are named, names alone are no difference."""

import pytest

from scanner import cli
from scanner.choices.graph import Graph, Node
from scanner.choices.kept import Kept, collected, wanted
from scanner.compare import delta
from scanner.compare.graphs import differing
from scanner.facts.delta import ChoiceDelta, GraphDelta, NodeDelta
from tests.builders import choices, onnx
from tests.compare.test_delta import artifacts, load


def chain(*operators: str, prefix: str = "v", name: str = "g") -> Graph:
    """A graph of operators one after another, each with a weight."""
    made = Graph(name=name, inputs=[f"{prefix}0"], outputs=[f"{prefix}{len(operators)}"])
    for at, operator in enumerate(operators):
        values = (f"{prefix}{at}", f"{prefix}w{at}"), (f"{prefix}{at + 1}",)
        made.nodes.append(Node(operator, "", f"{prefix}n{at}", *values))
    return made


def steps(base: Graph, model: Graph) -> list[tuple[str, str]]:
    (nothing,) = artifacts("x", a=b"")
    return [(step.how, step.operator) for step in differing([Kept(base, nothing)], [Kept(model, nothing)])]


def test_a_graph_whose_values_are_called_otherwise_is_the_same():
    assert steps(chain("MatMul", "Relu", "MatMul"), chain("MatMul", "Relu", "MatMul", prefix="other", name="h")) == []


@pytest.mark.parametrize("prefix", ["v", "renamed"])
def test_a_node_put_in_is_added_and_what_follows_it_takes_another_input(prefix):
    found = steps(chain("MatMul", "Relu", "MatMul"), chain("MatMul", "Where", "Relu", "MatMul", prefix=prefix))
    assert found[0] == ("added", "Where")
    assert ("removed", "Relu") not in found
    assert {how for how, _ in found} <= {"added", "changed"}


def test_a_node_taken_out_is_removed():
    assert ("removed", "Relu") in steps(chain("MatMul", "Relu", "MatMul"), chain("MatMul", "MatMul"))


def test_another_constant_is_a_change():
    base, model = chain("Clip"), chain("Clip")
    base.constants["vw0"], model.constants["vw0"] = "6", "7"
    assert steps(base, model) == [("changed", "Clip")]


def test_a_graph_inside_a_node_is_compared_too():
    def made(operator):
        inner = chain(operator, prefix="i")
        return Graph(inputs=["x"], outputs=["y"], nodes=[Node("If", "", "if", ("x",), ("y",), (inner,))])

    assert steps(made("Relu"), made("Relu")) == []
    assert ("added", "Sign") in steps(made("Relu"), made("Sign"))


def test_graphs_are_collected_only_while_someone_asks():
    assert not wanted()
    with collected():
        assert wanted()
    assert not wanted()


def honest(*, extra: bytes = b"", prefix: str = "") -> bytes:
    nodes = onnx.node("MatMul", ("x", f"{prefix}w"), (f"{prefix}h",)) + onnx.node(
        "Softmax", (f"{prefix}h",), ("y",), attributes=extra
    )
    return onnx.model(onnx.graph(nodes, onnx.block(5, onnx.tensor(f"{prefix}w"))))


def compared(base: bytes, model: bytes, suffix: str):
    facts = delta.facts(load("base", **{f"m__{suffix}": base}), load("model", **{f"m__{suffix}": model}))
    return [one for one in facts if isinstance(one, GraphDelta | NodeDelta | ChoiceDelta)]


def test_the_same_bytes_and_the_same_graph_by_other_names_differ_in_no_node():
    assert compared(honest(), honest(), "onnx") == []
    (whole,) = compared(honest(), honest(prefix="p"), "onnx")
    assert (whole.added, whole.removed, whole.changed, whole.choices) == (0, 0, 0, 0)


def test_an_attribute_that_differs_is_a_change():
    (whole, node) = compared(honest(), honest(extra=onnx.attribute("axis", text="1")), "onnx")
    assert (whole.changed, node.operator, node.before) == (1, "Softmax", "other attributes")


BACKDOORED = {
    "onnx": (honest(), onnx.with_where()),
    "tflite": (choices.lite_if(fixed=False), choices.lite_if(fixed=True)),
    "pb": (choices.tf_merge(constant=False), choices.tf_merge(constant=True)),
}


@pytest.mark.parametrize("suffix", BACKDOORED)
def test_a_choice_that_the_export_does_not_make_is_named(suffix):
    base, model = BACKDOORED[suffix]
    found = compared(base, model, suffix)
    assert [one.fixed for one in found if isinstance(one, ChoiceDelta)] == [True]
    assert [one for one in compared(model, base, suffix) if isinstance(one, ChoiceDelta) and one.fixed] == []


@pytest.mark.parametrize("suffix", BACKDOORED)
def test_every_byte_may_end_a_graph_and_nothing_raises(suffix):
    base, model = BACKDOORED[suffix]
    for at in range(0, len(model), 1 + len(model) // 40):
        compared(base, model[:at], suffix)


def test_diff_of_two_exports_fails_and_names_the_nodes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.onnx").write_bytes(honest())
    (tmp_path / "model.onnx").write_bytes(onnx.with_where())
    assert cli.main(["diff", "base.onnx", "model.onnx"]) == 1
    said = capsys.readouterr().out
    assert "added    Where" in said
    assert "delta-graph-adds-choice" in said


def test_two_equal_exports_pass(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.onnx").write_bytes(honest())
    (tmp_path / "model.onnx").write_bytes(honest(prefix="p"))
    assert cli.main(["diff", "base.onnx", "model.onnx"]) == 1  # its weights are called otherwise
    (tmp_path / "model.onnx").write_bytes(honest())
    assert cli.main(["diff", "base.onnx", "model.onnx"]) == 0
