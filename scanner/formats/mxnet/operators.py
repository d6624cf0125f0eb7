"""Operators of MXNet that leave the graph: what they reach, and the attribute that says which."""

# src/operator/custom/native_op-inl.h, ndarray_op-inl.h: `info` is the address of a table of functions.
# src/operator/custom/custom.cc: `op_type` names a class that Python registered. plugin/torch, plugin/caffe.
# src/operator/image: `filename` is read.
REACHES: dict[str, tuple[str, str]] = {
    "_Native": ("address", "info"),
    "_NDArray": ("address", "info"),
    "Custom": ("python", "op_type"),
    "_npi_Custom": ("python", "op_type"),
    "_CustomFunction": ("python", ""),
    "TorchModule": ("script", "lua_string"),
    "TorchCriterion": ("script", "lua_string"),
    "CaffeOp": ("script", "prototxt"),
    "CaffeLoss": ("script", "prototxt"),
    "_cvimread": ("file", "filename"),
    "_npi_cvimread": ("file", "filename"),
    "tvm_op": ("library", "func_name"),
    "_TensorRT": ("library", ""),
}
