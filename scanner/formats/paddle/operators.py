"""Operators of PaddlePaddle that leave the graph, and what they reach."""

REACHES = {
    "py_func": "python", "py_layer": "python", "pylayer": "python", "python_operator": "python", "save": "output",
    "save_combine": "output", "save_as_onnx": "output", "load": "file", "load_combine": "file", "read_file": "file",
    "listen_and_serv": "network", "send": "network", "recv": "network", "fetch_barrier": "network",
    "distributed_lookup_table": "network", "custom_operator": "library", "tensorrt_engine": "engine",
    "lite_engine": "engine", "dlnne_engine": "engine",
}  # fmt: skip

PATH = "file_path"
"""The attribute in which savers and loaders have their file."""

DIALECTS = {"0": "builtin", "1": "pd_op", "2": "cf", "3": "custom_op", "4": "dist"}
"""Sets of operators as the JSON form shortens them (pir, serialize_deserialize/src/schema.cc)."""

CUSTOM = "custom_op"
