"""What ONNX's operators do, as far as choices go (https://github.com/onnx/onnx/blob/main/docs/Operators.md)."""

from scanner.choices.words import Words

WORDS = Words(
    compare=frozenset(("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "IsNaN", "IsInf")),
    carry=frozenset((
        "Not", "And", "Or", "Xor", "Cast", "CastLike", "Identity", "Squeeze", "Unsqueeze", "Reshape", "Flatten",
        "Expand", "Tile", "Transpose", "Slice", "Gather", "Split", "Concat", "ReduceMax", "ReduceMin", "ReduceSum",
        "ReduceProd", "ReduceMean", "Clip", "Max", "Min", "Mul", "Sub", "Where", "If", "QuantizeLinear",
        "DequantizeLinear",
    )),
    shape=frozenset(("Shape", "Size", "EyeLike", "RandomNormalLike", "RandomUniformLike")),
    trained=frozenset((
        "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv", "MatMul", "MatMulInteger", "QLinearMatMul",
        "Gemm", "LSTM", "GRU", "RNN", "Einsum", "LayerNormalization", "BatchNormalization", "MatMulNBits", "Attention",
        "TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble", "FusedConv", "FusedMatMul", "FusedGemm",
        "QGemm", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "NhwcConv", "QAttention", "EmbedLayerNormalization",
        "SVMClassifier", "SVMRegressor", "LinearClassifier", "LinearRegressor",
    )),
    lookup=frozenset(("Gather", "GatherND", "GatherElements")),
    free=frozenset((
        "Identity", "Cast", "CastLike", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "QuantizeLinear",
        "DequantizeLinear", "Dropout", "Not", "And", "Or", "Xor",
    )),
    steps=frozenset(("Relu", "Sign", "Floor", "Ceil", "Round", "HardSigmoid", "ThresholdedRelu", "Clip")),
    selects={"Where": 0},
    picks={"Gather": 1},
    gates=frozenset(("Mul",)),
    branches=frozenset(("If",)),
    loops={"Loop": 1},
)  # fmt: skip
