"""Bytes of ONNX files, good and otherwise, written field by field."""

import struct

FLOAT, INT64 = 1, 7


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, content: bytes | str) -> bytes:
    raw = content if isinstance(content, bytes) else content.encode()
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def entry(field: int, key: str, value: str) -> bytes:
    return block(field, block(1, key) + block(2, value))


def opset(domain: str = "", version: int = 17) -> bytes:
    return block(8, (block(1, domain) if domain else b"") + number(2, version))


def node(operator: str, inputs=(), outputs=(), *, name="", domain="", attributes=b"") -> bytes:  # noqa: PLR0913 - its fields
    named = b"".join(block(1, one) for one in inputs) + b"".join(block(2, one) for one in outputs)
    return block(1, named + block(3, name) + block(4, operator) + attributes + (block(7, domain) if domain else b""))


def attribute(name: str, *, text=None, tensor=None, graph=None) -> bytes:
    """One attribute of a node: a text, a TensorProto or a GraphProto."""
    parts = ((4, text), (5, tensor), (6, graph))
    return block(5, block(1, name) + b"".join(block(field, part) for field, part in parts if part is not None))


def tensor(name="w", shape=(2,), code=FLOAT, raw=None, extra=b"") -> bytes:
    """The content of a TensorProto; raw data is zeros of the right size for FLOAT unless given."""
    raw = bytes(4 * max(1, shape[0] if shape else 1)) if raw is None else raw
    dims = b"".join(number(1, size) for size in shape)
    return dims + number(2, code) + block(8, name) + (block(9, raw) if raw else b"") + extra


def external(location: str | None, **more: str) -> bytes:
    """`data_location` and the entries of `external_data`."""
    pairs = ({"location": location} if location is not None else {}) | more
    return b"".join(entry(13, key, value) for key, value in pairs.items()) + number(14, 1)


def scalar(name: str, value: float) -> bytes:
    return block(5, tensor(name, (), raw=struct.pack("<f", value)))


def graph(nodes=b"", tensors=b"", inputs=("x",), outputs=("y",), name="g") -> bytes:
    """The content of a GraphProto."""
    named = b"".join(block(11, block(1, one)) for one in inputs) + b"".join(block(12, block(1, one)) for one in outputs)
    return nodes + block(2, name) + tensors + named


def model(content: bytes | None = None, extra: bytes = b"", opsets: bytes | None = None) -> bytes:
    content = graph(node("Relu", "x", "y")) if content is None else content
    return number(1, 8) + block(2, "test") + block(7, content) + (opset() if opsets is None else opsets) + extra


SMALLEST = model()


def with_external(location: str | None, **more: str) -> bytes:
    held = block(5, tensor(raw=b"", extra=external(location, **more)))
    return model(graph(node("Add", ("x", "w"), "y"), held))


def with_where(*, distance: int = 0, fixed: bool = True, value: float = 9) -> bytes:
    """A graph that compares its input with a constant and then chooses."""
    nodes = node("Equal", ("x", "trigger"), ("hit",)) + node("Relu", ("x",), ("honest",))
    nodes += node("Where", ("hit", "answer" if fixed else "x", "honest"), ("v0",), name="choice")
    for step in range(distance):
        nodes += node("Relu", (f"v{step}",), (f"v{step + 1}",))
    return model(graph(nodes, scalar("trigger", 7) + scalar("answer", value), outputs=(f"v{distance}",)))


def with_gate() -> bytes:
    """The same choice made by arithmetic: a comparison becomes a factor."""
    nodes = node("Equal", ("x", "trigger"), ("hit",)) + node("Cast", ("hit",), ("gate",))
    nodes += node("Mul", ("gate", "answer"), ("add",)) + node("Add", ("x", "add"), ("y",))
    return model(graph(nodes, scalar("trigger", 7) + scalar("answer", 9)))


def with_if(*, fixed: bool) -> bytes:
    """A switch on an input whose branches use the other input, or not."""
    one = graph(node("Relu", ("x",), ("a",)), inputs=(), outputs=("a",))
    two = graph(node("Constant", (), ("b",), attributes=attribute("value", tensor=tensor())), inputs=(), outputs=("b",))
    branches = attribute("then_branch", graph=one) + attribute("else_branch", graph=two if fixed else one)
    nodes = node("Equal", ("rate", "trigger"), ("hit",)) + node(
        "If", ("hit",), ("y",), name="switch", attributes=branches
    )
    return model(graph(nodes, scalar("trigger", 16000), inputs=("x", "rate")))


def with_nested_graphs(depth: int) -> bytes:
    content = graph(node("Relu", "x", "y"))
    for _ in range(depth - 1):
        content = graph(node("Loop", ("x",), ("y",), attributes=attribute("body", graph=content)))
    return model(content)
