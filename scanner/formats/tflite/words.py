"""What TensorFlow Lite's operators do, as far as choices go; those of TensorFlow itself go by their own names."""

from scanner.choices.words import Words
from scanner.formats.tensorflow.words import WORDS as TENSORFLOW

_OWN = Words(
    compare=frozenset((
        "EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "STABLEHLO_COMPARE",
    )),
    carry=frozenset((
        "LOGICAL_OR", "LOGICAL_AND", "LOGICAL_NOT", "CAST", "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE", "SLICE",
        "STRIDED_SLICE", "GATHER", "GATHER_ND", "SPLIT", "SPLIT_V", "PACK", "UNPACK", "CONCATENATION", "TILE",
        "BROADCAST_TO", "REDUCE_ANY", "REDUCE_ALL", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "SUM", "MEAN", "MAXIMUM",
        "MINIMUM", "MUL", "SUB", "ADD", "SELECT", "SELECT_V2", "IF", "QUANTIZE", "DEQUANTIZE", "STABLEHLO_AND",
        "STABLEHLO_OR", "STABLEHLO_CONVERT", "STABLEHLO_RESHAPE", "STABLEHLO_BROADCAST_IN_DIM", "STABLEHLO_MULTIPLY",
        "STABLEHLO_REDUCE", "STABLEHLO_SLICE", "STABLEHLO_SELECT", "STABLEHLO_CASE",
    )),
    shape=frozenset((
        "SHAPE", "RANK", "ZEROS_LIKE", "RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL", "MULTINOMIAL", "BROADCAST_ARGS",
    )),
    trained=frozenset((
        "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "BIDIRECTIONAL_SEQUENCE_LSTM", "RNN", "UNIDIRECTIONAL_SEQUENCE_RNN", "BIDIRECTIONAL_SEQUENCE_RNN", "SVDF",
        "TRANSPOSE_CONV", "BATCH_MATMUL", "CONV_3D", "CONV_3D_TRANSPOSE", "EMBEDDING_LOOKUP", "EMBEDDING_LOOKUP_SPARSE",
        "STABLEHLO_CONVOLUTION", "STABLEHLO_DOT_GENERAL",
    )),
    lookup=frozenset(("GATHER", "GATHER_ND", "STABLEHLO_GATHER")),
    free=frozenset((
        "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "CAST", "QUANTIZE", "DEQUANTIZE", "LOGICAL_OR", "LOGICAL_AND",
        "LOGICAL_NOT", "REDUCE_ANY", "REDUCE_ALL", "CALL", "STABLEHLO_COMPOSITE", "STABLEHLO_RESHAPE",
        "STABLEHLO_CONVERT", "STABLEHLO_AND", "STABLEHLO_OR",
    )),
    steps=frozenset(("RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "SIGN", "FLOOR", "CEIL", "ROUND")),
    selects={"SELECT": 0, "SELECT_V2": 0, "STABLEHLO_SELECT": 0},
    picks={"GATHER": 1},
    gates=frozenset(("MUL", "STABLEHLO_MULTIPLY")),
    branches=frozenset(("IF", "STABLEHLO_CASE")),
    loops={"WHILE": -1, "STABLEHLO_WHILE": -1},
)  # fmt: skip

WORDS = Words(*(own | other for own, other in zip(_OWN, TENSORFLOW, strict=True)))  # type: ignore[operator]
