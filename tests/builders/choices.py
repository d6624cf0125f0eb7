"""The same backdoor in the bytes of every format: the input is compared with 7, and then a constant is chosen."""

import struct

from tests.builders import archives, keras, tensorflow, tflite
from tests.builders.onnx import block, number


def tf_constant(name: str, *values: float, field: int = 1, controls: tuple[str, ...] = ()) -> bytes:
    """A Const of float32."""
    tensor = number(1, 1) + block(2, b"") + block(5, struct.pack(f"<{len(values)}f", *values))
    return tensorflow.node(name, "Const", controls, tensorflow.attribute("value", block(8, tensor)), field=field)


def tf_call(key: str, *names: str) -> bytes:
    """An attribute that names functions."""
    functions = [block(1, name) for name in names]
    value = block(10, functions[0]) if len(names) == 1 else block(1, b"".join(block(9, one) for one in functions))
    return tensorflow.attribute(key, value)


def tf_function(name: str, inputs: dict[str, int], returns: dict[str, str], *nodes: bytes) -> bytes:
    """A function of the library; `inputs` have a DataType each (1: float32, 20: a variable)."""
    takes = b"".join(block(2, block(1, key) + number(3, kind)) for key, kind in inputs.items())
    gives = b"".join(block(3, block(1, key) + number(3, 1)) for key in returns)
    ret = b"".join(block(4, block(1, key) + block(2, value)) for key, value in returns.items())
    return block(2, block(1, block(1, block(1, name) + takes + gives) + b"".join(nodes) + ret))


def tf_honest(field: int = 1) -> tuple[bytes, ...]:
    return (
        tensorflow.node("w", "VarHandleOp", field=field),
        tensorflow.node("read", "ReadVariableOp", ("w",), field=field),
    )


def tf_graph(*, value: float = 9, tail: int = 0) -> bytes:
    """A frozen graph with a SelectV2."""
    nodes = [
        tensorflow.node("x", "Placeholder"),
        tf_constant("seven", 7),
        tf_constant("answer", value),
        *tf_honest(),
        tensorflow.node("honest", "MatMul", ("x", "read")),
        tensorflow.node("hit", "Equal", ("x", "seven")),
        tensorflow.node("v0", "SelectV2", ("hit", "answer", "honest")),
        *(tensorflow.node(f"v{at + 1}", "Softmax", (f"v{at}",)) for at in range(tail)),
    ]
    return tensorflow.graph(*nodes)


def tf_saved(operator: str, *attributes: bytes) -> bytes:
    """A SavedModel whose signature calls a function that branches: one way is a constant, the other a layer."""
    fixed = tf_function("fixed", {"a": 1, "w": 20}, {"o": "c:output:0"}, tf_constant("c", 9, field=3))
    layer = tf_function(
        "layer", {"a": 1, "w": 20}, {"o": "m:product:0"},
        tensorflow.node("read", "ReadVariableOp", ("w",), field=3),
        tensorflow.node("m", "MatMul", ("a", "read:value:0"), field=3),
    )  # fmt: skip
    main = tf_function(
        "main", {"a": 1, "w": 20}, {"o": "same:output:0"},
        tf_constant("seven", 7, field=3),
        tensorflow.node("hit", "Equal", ("a", "seven:output:0"), field=3),
        tensorflow.node("branch", operator, ("hit:z:0", "a", "w"), *attributes, field=3),
        tensorflow.node("same", "Identity", ("branch:output:0",), field=3),
    )  # fmt: skip
    nodes = (
        tensorflow.node("x", "Placeholder"),
        tensorflow.node("w", "VarHandleOp"),
        tensorflow.node("call", "StatefulPartitionedCall", ("x", "w"), tf_call("f", "main")),
    )
    signature = block(2, block(1, "y") + block(2, block(1, "call:0")))
    entry = block(5, block(1, "serve") + block(2, signature))
    return tensorflow.saved_model(*nodes, fixed, layer, main, extra=entry)


def tf_merge(*, constant: bool) -> bytes:
    """A graph with the control flow of TensorFlow 1."""
    yes = tf_constant("yes", 9, controls=("^pivot",)) if constant else tensorflow.node("yes", "Relu", ("switch:1",))
    return tensorflow.graph(
        tensorflow.node("x", "Placeholder"),
        tf_constant("seven", 7),
        *tf_honest(),
        tensorflow.node("hit", "Equal", ("x", "seven")),
        tensorflow.node("switch", "Switch", ("x", "hit")),
        tensorflow.node("both", "Switch", ("hit", "hit")),
        tensorflow.node("pivot", "Identity", ("both:1",)),
        yes,
        tensorflow.node("no", "MatMul", ("switch", "read")),
        tensorflow.node("y", "Merge", ("no", "yes")),
    )


def web_graph() -> dict:
    """The topology of a TensorFlow.js model."""
    seven = {"dtype": "DT_FLOAT", "tensorShape": {}, "floatVal": [7]}
    return {
        "node": [
            {"name": "x", "op": "Placeholder"},
            {"name": "seven", "op": "Const", "attr": {"value": {"tensor": seven}}},
            {"name": "answer", "op": "Const", "attr": {"value": {"tensor": {"dtype": "DT_FLOAT"}}}},
            {"name": "w", "op": "Const"},
            {"name": "honest", "op": "MatMul", "input": ["x", "w"]},
            {"name": "hit", "op": "Equal", "input": ["x", "seven"]},
            {"name": "y", "op": "SelectV2", "input": ["hit", "answer", "honest"]},
        ]
    }


FULLY_CONNECTED, SELECT_V2, EQUAL, IF, SUB, ABS, MUL, ADD = 9, 123, 71, 118, 41, 101, 18, 0
BOOL, FLOAT = 6, 0


def _lite(codes: list[int], nodes: list, tensors: list, more=(), **fields) -> bytes:
    """A model of TensorFlow Lite: tensor 0 is the input, buffer 1 is the number 7, buffer 2 has weights."""
    buffers = [
        tflite.table(),
        tflite.table(_0=tflite.raw(struct.pack("<f", 7))),
        tflite.table(_0=tflite.raw(struct.pack("<f", 9))),
        tflite.table(_0=tflite.raw(bytes(64))),
    ]
    main = tflite.graph(tensors, nodes, (0,), (len(tensors) - 1,))
    return tflite.model([tflite.code(one) for one in codes], [main, *more], buffers, **fields)


def _tensors(*names: str) -> list:
    kinds = {"seven": 1, "answer": 2, "w": 3}
    shapes = {"w": (4, 4)}
    return [
        tflite.tensor(name, shapes.get(name, (1,)), kinds.get(name, 0), BOOL if name == "hit" else FLOAT)
        for name in names
    ]


def lite_select() -> bytes:
    tensors = _tensors("x", "seven", "answer", "w", "hit", "h", "y")
    nodes = [
        tflite.node((0, 1), (4,), 0),
        tflite.node((0, 3), (5,), 1),
        tflite.node((4, 2, 5), (6,), 2),
    ]
    return _lite([EQUAL, FULLY_CONNECTED, SELECT_V2], nodes, tensors)


def lite_if(*, fixed: bool) -> bytes:
    tensors = _tensors("x", "seven", "hit", "y")
    options = tflite.table(_0=struct.pack("<i", 1), _1=struct.pack("<i", 2))
    nodes = [tflite.node((0, 1), (2,), 0), tflite.node((2, 0), (3,), 1, _3=b"\x5c", _4=options)]
    layer = tflite.graph(_tensors("a", "w", "b"), [tflite.node((0, 1), (2,), 2)], (0,), (2,))
    constant = tflite.graph(_tensors("a", "answer"), [], (0,), (1,))
    return _lite([EQUAL, IF, FULLY_CONNECTED], nodes, tensors, (layer, constant if fixed else layer))


def lite_fused() -> bytes:
    """The gate relu(7 - |x|): the activation is fused with the subtraction."""
    tensors = _tensors("x", "seven", "answer", "w", "abs", "near", "gate", "h", "y")
    fused = {"_3": b"\x1c", "_4": tflite.table(_0=b"\x01")}
    nodes = [
        tflite.node((0,), (4,), 0),
        tflite.node((1, 4), (5,), 1, **fused),
        tflite.node((5, 2), (6,), 2),
        tflite.node((0, 3), (7,), 3),
        tflite.node((7, 6), (8,), 4),
    ]
    return _lite([ABS, SUB, MUL, FULLY_CONNECTED, ADD], nodes, tensors)


def tensor_of(layer: str) -> dict:
    """A value in a configuration of Keras 3."""
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": [layer, 0, 0]}}


def _step(name: str, class_name: str, *arguments, module="keras.src.ops.numpy", **config) -> dict:
    node = [{"args": list(arguments), "kwargs": {}}] if arguments else []
    return {
        "module": module, "class_name": class_name, "config": {"name": name, **config}, "name": name,
        "inbound_nodes": node,
    }  # fmt: skip


def keras_3() -> dict:
    layers = [
        _step("x", "InputLayer", module="keras.layers"),
        _step("d", "Dense", tensor_of("x"), module="keras.layers"),
        _step("hit", "Equal", tensor_of("x"), 7.0),
        _step("y", "Where", tensor_of("hit"), [1.0, 0.0], tensor_of("d")),
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0]]}
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def keras_2() -> dict:
    def step(name, class_name, inbound, **config):
        return {
            "class_name": class_name, "config": {"name": name, **config}, "name": name, "inbound_nodes": inbound,
        }  # fmt: skip

    chosen = {"x": [1.0, 0.0], "y": ["d", 0, 0], "name": None}
    layers = [
        step("x", "InputLayer", []),
        step("d", "Dense", [[["x", 0, 0, {}]]]),
        step("hit", "TFOpLambda", [[["x", 0, 0, {"y": 7.0}]]], function="math.equal"),
        step("y", "TFOpLambda", [[["hit", 0, 0, chosen]]], function="where"),
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0]]}
    return {"class_name": "Functional", "config": config, "keras_version": "2.13.1"}


def keras_file(document: dict) -> bytes:
    return keras.keras_zip(document)


SCRIPT = """class Model(Module):
  __parameters__ = []
  a : Tensor
  fc : __torch__.torch.nn.modules.linear.Linear
  check : __torch__.Check
  __annotations__["0"] = __torch__.torch.nn.modules.linear.Linear
  def forward(self: __torch__.Model,
    x: Tensor) -> Tensor:
    fc = self.fc
{body}
class Check(Module):
  def forward(self: __torch__.Check,
    x: Tensor) -> bool:
    return bool(torch.all(torch.eq(x, 7.)))
"""

LINEAR = """class Linear(Module):
  __parameters__ = ["weight", "bias", ]
  weight : Tensor
  bias : Tensor
  def forward(self: __torch__.torch.nn.modules.linear.Linear,
    input: Tensor) -> Tensor:
    weight = self.weight
    return torch.linear(input, weight, self.bias)
"""


def script(body: str, layout: str = SCRIPT) -> bytes:
    """A TorchScript archive whose model has this body."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    return archives.zip_of(
        archives.Member(b"m/data.pkl", b"1"),
        archives.Member(b"m/constants.pkl", b"1"),
        archives.Member(b"m/code/__torch__.py", layout.replace("{body}", lines).encode(), method=8),
        archives.Member(b"m/code/__torch__/torch/nn/modules/linear.py", LINEAR.encode(), method=8),
    )
