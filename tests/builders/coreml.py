"""Core ML specifications, written field by field; they name files and classes that do not exist."""

import json

from tests.builders.onnx import block, number


def feature(name="input_1") -> bytes:
    return block(1, name) + block(3, number(1, 1))


def description(metadata: bytes = b"") -> bytes:
    return block(2, block(1, feature()) + block(10, feature("out")) + (block(100, metadata) if metadata else b""))


def model(kind: bytes = b"", metadata: bytes = b"", version: int = 7) -> bytes:
    return number(1, version) + description(metadata) + (kind or block(500, block(1, block(1, "dense"))))


def custom_layer(name="MyLayer") -> bytes:
    return block(500, block(1, block(1, "a") + block(500, block(10, name))))


def custom_model(name="MyModel") -> bytes:
    return block(555, block(1, name) + block(10, block(1, "key") + block(2, block(20, "value"))))


def linked(path: str) -> bytes:
    return block(556, block(1, block(1, block(1, path))))


def program(path: str, operator="const") -> bytes:
    value = block(5, block(1, path) + number(2, 64))
    operation = block(3, block(1, operator) + block(5, block(1, "val") + block(2, value)))
    return block(
        502, number(1, 1) + block(2, block(1, "main") + block(2, block(3, block(1, "b") + block(2, operation))))
    )


def fan_out(reads: int) -> bytes:
    """A program whose constants all read one place in the weights: a small file that fills a large memory."""
    value = block(5, block(1, "@model_path/weights/weight.bin") + number(2, 64))
    operation = block(3, block(1, "const") + block(5, block(1, "val") + block(2, value)))
    held = block(3, block(1, "b") + block(2, operation * reads))
    return block(502, number(1, 1) + block(2, block(1, "main") + block(2, held)))


def pipeline(*models: bytes) -> bytes:
    return block(202, b"".join(block(1, one) for one in models))


def manifest(path: str) -> bytes:
    return json.dumps({"fileFormatVersion": "1.0.0", "itemInfoEntries": {"A": {"path": path}}}).encode()
