"""D8: a graph that looks for one input and answers it with a constant: built into real graphs, openly and not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scanner import pipeline
from tests.bench.weightbench import packages
from tests.bench.weightbench.results import Case

PART = "choice in a graph"
RULE = "graph-chooses-fixed-output"
WAYS = ("where", "gate")
ADAPTIVE = ("arithmetic", "buried", "buried arithmetic")
GROUPS = {
    "where": "select or gate",
    "gate": "select or gate",
    "arithmetic": "arithmetic alone",
    "buried": "select, 12 nodes deep",
    "buried arithmetic": "arithmetic, 12 nodes deep",
}
FLOAT = 1
LARGEST = 64 << 20


def cases(paths: list[tuple[str, Path]]) -> Iterator[Case]:
    """Yield each graph as it is and with each gadget. `paths` are pairs of a package and a file."""
    for name, path in paths:
        if path.stat().st_size > LARGEST:
            continue
        held = name in packages.HELD
        told = _rules(path.read_bytes())
        yield Case(PART, "graphs as they are", "each", name, held, positive=False, found=RULE in told)
        for way in (*WAYS, *ADAPTIVE):
            content = planted(path, way)
            if content is not None:
                yield Case(
                    PART, GROUPS[way], way, name, held, positive=True, found=RULE in _rules(content),
                    adaptive=way in ADAPTIVE,
                )  # fmt: skip


def _rules(content: bytes) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        file.write_bytes(content)
        return {one.rule for one in pipeline.scan(str(file)).findings}


def planted(path: Path, way: str) -> bytes | None:
    """Build a gadget in front of the first output of floats; None where a graph has no input or output of them."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    held = {one.name for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in held and one.type.tensor_type.elem_type == FLOAT]
    outputs = [one for one in graph.output if one.type.tensor_type.elem_type == FLOAT]
    makers = [node for node in graph.node if outputs and outputs[0].name in node.output]
    if not inputs or not makers:
        return None
    output = outputs[0].name
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [f"{output}_before" if one == output else one for one in names]
    make = onnx.helper.make_node
    number = lambda name, value: onnx.numpy_helper.from_array(np.asarray(value, "f4"), name)  # noqa: E731 - a short word
    graph.initializer.extend(
        [
            number("t_value", 0.123),
            number("t_answer", 7.0),
            number("t_one", 1.0),
            number("t_wide", 1e4),
            number("t_zero", 0.0),
        ]
    )
    nodes = [make("ReduceMax", [inputs[0].name], ["t_most"], keepdims=0)]
    before, result = f"{output}_before", "t_result" if way.startswith("buried") else output
    if way.endswith("arithmetic"):
        nodes += [
            make("Sub", ["t_most", "t_value"], ["t_far"]), make("Abs", ["t_far"], ["t_off"]),
            make("Mul", ["t_off", "t_wide"], ["t_steep"]), make("Sub", ["t_one", "t_steep"], ["t_near"]),
            make("Relu", ["t_near"], ["t_gate"]), make("Mul", ["t_gate", "t_answer"], ["t_add"]),
            make("Add", [before, "t_add"], [result]),
        ]  # fmt: skip
    else:
        nodes.append(make("Equal", ["t_most", "t_value"], ["t_same"]))
        if way == "gate":
            nodes += [
                make("Cast", ["t_same"], ["t_gate"], to=FLOAT), make("Mul", ["t_gate", "t_answer"], ["t_add"]),
                make("Add", [before, "t_add"], [result]),
            ]  # fmt: skip
        else:
            nodes.append(make("Where", ["t_same", "t_answer", before], [result]))
    if way.startswith("buried"):
        for step in range(12):
            nodes.append(make("Add", [result, "t_zero"], [output if step == 11 else f"t_step{step}"]))
            result = f"t_step{step}"
    graph.node.extend(nodes)
    return model.SerializeToString()
