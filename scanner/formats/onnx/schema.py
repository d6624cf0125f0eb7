"""Field numbers of onnx.proto, with the wire types that a parser takes for them."""

from scanner.protobuf import BYTES, FIXED32, FIXED64, VARINT

Fields = dict[int, tuple[int, ...]]

# https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; a number with another wire type is an unknown field.
_V, _B, _F = (VARINT,), (BYTES,), (FIXED32, BYTES)
_VB, _D = (VARINT, BYTES), (FIXED64, BYTES)

MODEL: Fields = {1: _V, 2: _B, 3: _B, 4: _B, 5: _V, 6: _B, 7: _B, 8: _B, 14: _B, 20: _B, 25: _B, 26: _B}
GRAPH: Fields = {1: _B, 2: _B, 5: _B, 10: _B, 11: _B, 12: _B, 13: _B, 14: _B, 15: _B, 16: _B}
FUNCTION: Fields = {1: _B, 4: _B, 5: _B, 6: _B, 7: _B, 8: _B, 9: _B, 10: _B, 11: _B, 12: _B, 13: _B, 14: _B}
NODE: Fields = {1: _B, 2: _B, 3: _B, 4: _B, 5: _B, 6: _B, 7: _B, 8: _B, 9: _B, 10: _B}
ATTRIBUTE: Fields = {
    1: _B, 2: (FIXED32,), 3: _V, 4: _B, 5: _B, 6: _B, 7: _F, 8: _VB, 9: _B, 10: _B, 11: _B, 13: _B, 14: _B, 15: _B,
    20: _V, 21: _B, 22: _B, 23: _B,
}  # fmt: skip
TENSOR: Fields = {
    1: _VB, 2: _V, 3: _B, 4: _F, 5: _VB, 6: _B, 7: _VB, 8: _B, 9: _B, 10: _D, 11: _VB, 12: _B, 13: _B, 14: _V, 16: _B,
}  # fmt: skip
SPARSE: Fields = {1: _B, 2: _B, 3: _VB}
ENTRY: Fields = {1: _B, 2: _B}
OPSET: Fields = {1: _B, 2: _V}
TRAINING: Fields = {1: _B, 2: _B, 3: _B, 4: _B}

BITS = {
    1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128, 16: 16,
    17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2,
}  # fmt: skip
"""Bits of one element in `raw_data` by `TensorProto.DataType`."""

DTYPES = (
    "UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL", "FLOAT16", "DOUBLE",
    "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2",
    "FLOAT8E5M2FNUZ", "UINT4", "INT4", "FLOAT4E2M1", "FLOAT8E8M0", "UINT2", "INT2", "FLOAT6E2M3", "FLOAT6E3M2",
)  # fmt: skip

STRING = 8
EXTERNAL = 1
"""`TensorProto.DataLocation.EXTERNAL`."""

OWN_DOMAINS = frozenset(
    ("", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training")
)
"""Operator sets that the specification defines."""
