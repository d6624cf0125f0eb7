"""What TensorFlow's operators do, as far as choices go (tensorflow/core/ops)."""

from scanner.choices.words import Words

CALLS = frozenset((
        "PartitionedCall", "StatefulPartitionedCall", "TPUPartitionedCall", "If", "StatelessIf", "Case",
        "StatelessCase", "While", "StatelessWhile",
    ))  # fmt: skip
"""Operators that name functions in their attributes."""

WORDS = Words(
    compare=frozenset((
        "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "ApproximateEqual", "IsNan", "IsInf",
        "IsFinite", "InTopK", "InTopKV2", "RegexFullMatch", "StaticRegexFullMatch",
    )),
    carry=frozenset((
        "LogicalNot", "LogicalAnd", "LogicalOr", "All", "Any", "Cast", "Identity", "IdentityN", "StopGradient",
        "Snapshot", "Squeeze", "ExpandDims", "Reshape", "BroadcastTo", "Tile", "Transpose", "StridedSlice", "Slice",
        "GatherV2", "GatherNd", "Split", "SplitV", "Unpack", "Pack", "ConcatV2", "Concat", "Max", "Min", "Sum",
        "Prod", "Mean", "Maximum", "Minimum", "Mul", "MulNoNan", "Sub", "Select", "SelectV2", "If", "StatelessIf",
        "Enter", "Exit", "EnsureShape", "Merge", "Switch", "ClipByValue", "AddV2", "Add", "AddN", "TensorListGetItem",
        "TensorListSetItem", "TensorListStack", "TensorListFromTensor", "TensorListReserve",
    )),
    shape=frozenset((
        "Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike", "RandomUniform", "RandomStandardNormal",
        "TensorArraySizeV3", "TensorListLength", "LoopCond",
    )),
    trained=frozenset((
        "Conv2D", "Conv3D", "DepthwiseConv2dNative", "Conv2DBackpropInput", "Conv3DBackpropInputV2", "MatMul",
        "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "FusedBatchNorm", "FusedBatchNormV2",
        "FusedBatchNormV3", "LSTMBlockCell", "BlockLSTM", "BlockLSTMV2", "GRUBlockCell", "CudnnRNN", "CudnnRNNV2",
        "CudnnRNNV3", "SparseTensorDenseMatMul", "SparseMatMul", "_FusedConv2D", "_FusedMatMul", "QuantizedConv2D",
        "QuantizedMatMul", "BoostedTreesPredict", "SimpleMLInferenceOp", "SimpleMLInferenceOpWithHandle",
        "XlaCallModule", "SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN",
    )),
    lookup=frozenset(("Gather", "GatherV2", "GatherNd", "ResourceGather", "ResourceGatherNd")),
    free=frozenset((
        "Identity", "IdentityN", "StopGradient", "Snapshot", "PreventGradient", "RefIdentity", "Cast", "Reshape",
        "Squeeze", "ExpandDims", "EnsureShape", "PlaceholderWithDefault", "CheckNumerics", "PartitionedCall",
        "StatefulPartitionedCall", "TPUPartitionedCall", "LogicalNot", "LogicalAnd", "LogicalOr", "All", "Any",
        "Enter", "Exit", "NextIteration", "TensorListGetItem", "TensorListStack", "TensorListFromTensor", "Tile",
        "BroadcastTo", "Merge", "Switch", "_SwitchN",
    )),
    steps=frozenset(("Relu", "Relu6", "Sign", "Floor", "Ceil", "Round", "Rint", "ClipByValue")),
    selects={"Select": 0, "SelectV2": 0},
    picks={"Gather": 1, "GatherV2": 1},
    gates=frozenset(("Mul", "MulNoNan")),
    branches=frozenset(("If", "StatelessIf", "Case", "StatelessCase")),
    loops={"While": -1, "StatelessWhile": -1},
    switches=frozenset(("Switch", "RefSwitch", "_SwitchN")),
    merges=frozenset(("Merge", "RefMerge")),
)  # fmt: skip
