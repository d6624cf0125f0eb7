"""Operators of PaddlePaddle that leave the graph, and what they reach."""

REACHES = {
    "py_func": "python", "py_layer": "python", "save": "file", "save_combine": "file", "load": "file",
    "load_combine": "file", "read_file": "file", "listen_and_serv": "network", "send": "network", "recv": "network",
    "custom_operator": "library",
}  # fmt: skip
