"""What the layers and operations of Keras do, as far as choices go.

Operations of Keras 3 go by their class (keras/src/ops), functions of TensorFlow in a TFOpLambda layer by the last part
of their name.
"""

from scanner.choices.words import Words

PLAIN = frozenset((
    "Activation", "ReLU", "Softmax", "LeakyReLU", "ELU", "ThresholdedReLU", "Dropout", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "Flatten", "Reshape",
    "Permute", "RepeatVector", "Lambda", "Masking", "Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D",
    "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "MaxPooling1D", "MaxPooling2D",
    "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "GlobalMaxPooling1D",
    "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D", "GlobalAveragePooling2D",
    "GlobalAveragePooling3D", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
    "Rescaling", "Resizing", "CenterCrop", "Normalization", "CategoryEncoding", "Discretization", "Hashing",
    "StringLookup", "IntegerLookup", "TextVectorization", "Identity", "InputLayer", "UnitNormalization",
    "ActivityRegularization", "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "TensorFlowOpLayer",
))  # fmt: skip
"""Layers without weights. Every other layer counts as trained."""


def _both(*names: str) -> frozenset[str]:
    """Name operations as Keras and as TensorFlow spell them: "LogicalAnd" and "logical_and"."""
    made = set()
    for name in names:
        made.add(name)
        made.add("".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_"))
    return frozenset(made)


WORDS = Words(
    compare=_both(
        "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "Isnan", "Isinf", "Isfinite", "Isclose",
        "InTopK",
    ) | {"is_nan", "is_inf", "eq", "ne", "gt", "ge", "lt", "le"},
    carry=_both(
        "LogicalNot", "LogicalAnd", "LogicalOr", "LogicalXor", "All", "Any", "Cast", "Squeeze", "ExpandDims",
        "Reshape", "BroadcastTo", "Tile", "Repeat", "Transpose", "GetItem", "Slice", "Take", "Split", "Stack",
        "Concatenate", "Max", "Min", "Sum", "Prod", "Mean", "Maximum", "Minimum", "Multiply", "Subtract", "Add",
        "Where", "Flatten", "Permute", "RepeatVector", "Average", "Clip", "Amax", "Amin",
    ) | {"reduce_all", "reduce_any", "reduce_max", "reduce_min", "reduce_sum", "reduce_prod", "reduce_mean", "getitem",
         "_slice_helper", "identity", "and", "or", "invert", "mul", "sub"},
    shape=_both("Shape", "Size", "ZerosLike", "OnesLike", "Ndim"),
    trained=_both("Matmul", "Einsum", "Conv", "DepthwiseConv", "SeparableConv", "ConvTranspose") | {"layer"},
    lookup=_both("Take") | {"gather", "embedding_lookup"},
    free=_both(
        "LogicalNot", "LogicalAnd", "LogicalOr", "All", "Any", "Cast", "Squeeze", "ExpandDims", "Reshape", "Flatten",
        "Dropout", "Identity",
    ) | {"reduce_all", "reduce_any", "identity", "and", "or", "invert", "Functional", "Model", "Sequential"},
    steps=_both("Relu", "Relu6", "ReLU", "Sign", "Floor", "Ceil", "Round", "Clip") | {"clip_by_value"},
    selects={"Where": 0, "where": 0, "where_v2": 0, "Select": 0},
    picks={"Take": 1, "gather": 1},
    gates=_both("Multiply") | {"mul"},
    branches=frozenset(("Cond", "cond")),
    loops={},
)  # fmt: skip
