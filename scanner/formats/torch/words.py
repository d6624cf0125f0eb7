"""What TorchScript's operators do, as far as choices go (aten/src/ATen/native/native_functions.yaml)."""

from scanner.choices.words import Words

SYMBOLS = {
    "==": "torch.eq", "!=": "torch.ne", "<": "torch.lt", ">": "torch.gt", "<=": "torch.le", ">=": "torch.ge",
    "+": "torch.add", "-": "torch.sub", "*": "torch.mul", "/": "torch.div", "//": "torch.floordiv",
    "%": "torch.remainder", "@": "torch.matmul", "**": "torch.pow", "&": "torch.__and__", "|": "torch.__or__",
    "^": "torch.__xor__", "<<": "torch.__lshift__", ">>": "torch.__rshift__", "in": "torch.__contains__",
    "is": "torch.__is__", "and": "torch.__and__", "or": "torch.__or__", "not": "torch.__not__", "~": "torch.__not__",
}  # fmt: skip
"""Operators by their marks, as PyTorch writes them out."""

MUTATES = frozenset(("torch._set_item", "torch.append", "torch.insert", "torch.extend", "torch.update"))
"""Operators that change their first argument, beside those whose name ends with an underscore."""

VIEWS = frozenset((
    "torch.select", "torch.slice", "torch.view", "torch.narrow", "torch.transpose", "torch.permute", "torch.unsqueeze",
    "torch.squeeze", "torch.reshape", "torch.expand", "torch.diagonal", "torch.detach", "torch.unbind", "index",
))  # fmt: skip
"""Operators whose result is another look at their first argument."""


def _torch(*names: str) -> frozenset[str]:
    """Name operators of torch, those that work in place as well."""
    return frozenset(f"torch.{name}{end}" for name in names for end in ("", "_"))


WORDS = Words(
    compare=_torch(
        "eq", "ne", "gt", "lt", "ge", "le", "equal", "allclose", "isclose", "isnan", "isinf", "isfinite", "isin",
        "__contains__", "not_equal", "greater", "greater_equal", "less", "less_equal",
    ),
    carry=_torch(
        "__not__", "__and__", "__or__", "__xor__", "logical_and", "logical_or", "logical_not", "logical_xor",
        "bitwise_not", "bitwise_and", "bitwise_or", "all", "any", "item", "to", "type_as", "float", "int", "long",
        "bool", "double", "half", "clone", "detach", "contiguous", "view", "reshape", "flatten", "squeeze", "unsqueeze",
        "expand", "expand_as", "repeat", "transpose", "permute", "select", "slice", "narrow", "index_select", "gather",
        "cat", "stack", "split", "chunk", "unbind", "sum", "prod", "mean", "max", "min", "amax", "amin", "maximum",
        "minimum", "mul", "sub", "add", "where", "clamp", "tensor", "as_tensor", "masked_fill", "count_nonzero",
        "append", "_set_item", "copy",
    ) | {"bool", "int", "float", "list", "tuple", "index", "unpack", "If", "ifelse", "mutated", "ops.prim.NumToTensor",
         "torch.Bool", "torch.Int", "torch.Float"},
    shape=_torch(
        "size", "dim", "len", "numel", "stride", "is_floating_point", "zeros_like", "ones_like", "empty_like",
        "rand_like", "randn_like", "new_zeros", "new_ones", "new_empty", "new_full", "__is__", "__isnot__", "device",
        "format", "is_grad_enabled", "get_device", "keys", "find", "__range_length",
    ) | {
        "ops.prim.dtype", "ops.prim.device", "ops.prim.is_cuda", "ops.prim.requires_grad", "ops.prim.layout",
        "ops.prim.is_nested", "ops.prim.shape", "ops.prim.itemsize", "ops.prim.type", "isinstance", "len", "str",
        ".shape", ".dtype", ".device", ".ndim", ".is_cuda", ".requires_grad", ".layout",
    },
    trained=_torch(
        "linear", "conv1d", "conv2d", "conv3d", "_convolution", "convolution", "conv_transpose1d", "conv_transpose2d",
        "conv_transpose3d", "matmul", "addmm", "mm", "bmm", "baddbmm", "einsum", "embedding", "embedding_bag",
        "batch_norm", "layer_norm", "group_norm", "instance_norm", "lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell",
        "gru_cell", "bilinear", "native_layer_norm", "_native_multi_head_attention", "_transformer_encoder_layer_fwd",
    ) | {
        "ops.quantized.linear", "ops.quantized.linear_dynamic", "ops.quantized.linear_relu", "ops.quantized.conv1d",
        "ops.quantized.conv2d", "ops.quantized.conv2d_relu", "ops.quantized.conv3d",
    },
    lookup=_torch("index_select", "gather"),
    free=_torch(
        "__not__", "__and__", "__or__", "__xor__", "logical_and", "logical_or", "logical_not", "logical_xor",
        "bitwise_not", "all", "any", "item", "to", "type_as", "float", "int", "long", "bool", "double", "half", "clone",
        "detach", "contiguous", "view", "reshape", "flatten", "squeeze", "unsqueeze", "expand", "expand_as", "dropout",
        "tensor", "as_tensor", "copy", "append", "_set_item",
    ) | {"bool", "int", "float", "list", "tuple", "index", "unpack", "mutated", "ops.prim.NumToTensor", "torch.Bool",
         "torch.Int", "torch.Float"},
    steps=_torch("relu", "relu6", "sign", "floor", "ceil", "round", "heaviside", "clamp", "clamp_min", "hardtanh",
                 "threshold"),
    selects={"torch.where": 0, "ifelse": 0},
    picks={
        "torch.masked_fill": 1, "torch.masked_fill_": 1, "torch.masked_scatter": 1, "torch.masked_scatter_": 1,
        "torch.index_put": 1, "torch.index_put_": 1, "torch._set_item": 1,
    },
    gates=_torch("mul"),
    branches=frozenset(("If",)),
    loops={"for": 1, "while": 1},
)  # fmt: skip
