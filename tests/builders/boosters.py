"""Ensembles of trees as XGBoost, LightGBM and CatBoost write them, good and otherwise."""

import json
import struct


def tree(**changes) -> dict:
    """A root and two leaves."""
    return {
        "categories": [], "categories_nodes": [], "categories_segments": [], "categories_sizes": [],
        "default_left": [0, 0, 0], "left_children": [1, -1, -1], "right_children": [2, -1, -1],
        "parents": [2147483647, 0, 0], "split_indices": [1, 0, 0], "split_conditions": [0.5, -0.5, 0.25],
        "tree_param": {"num_nodes": "3", "num_feature": "4"},
    } | changes  # fmt: skip


def xgboost(*trees: dict, attributes: dict | None = None, declared: str = "") -> dict:
    listed = list(trees) or [tree()]
    model = {"gbtree_model_param": {"num_trees": declared or str(len(listed))}, "trees": listed}
    learner = {
        "attributes": attributes or {}, "feature_names": ["a", "b"],
        "gradient_booster": {"model": model, "name": "gbtree"},
        "learner_model_param": {"num_feature": "4"}, "objective": {"name": "binary:logistic"},
    }  # fmt: skip
    return {"learner": learner, "version": [3, 2, 0]}


def text(document: object) -> bytes:
    return json.dumps(document).encode()


def _string(value: str) -> bytes:
    return b"L" + struct.pack(">q", len(value.encode())) + value.encode()


def ubjson(value: object) -> bytes:
    """UBJSON in the dialect of XGBoost: typed arrays of integers, keys with 8-byte lengths."""
    if isinstance(value, dict):
        return b"{" + b"".join(_string(key) + ubjson(inner) for key, inner in value.items()) + b"}"
    if isinstance(value, list) and value and all(type(one) is int for one in value):
        return b"[$l#L" + struct.pack(f">q{len(value)}i", len(value), *value)
    if isinstance(value, list):
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(map(ubjson, value))
    if isinstance(value, str):
        return b"S" + _string(value)
    return b"d" + struct.pack(">f", value) if isinstance(value, float) else b"l" + struct.pack(">i", value)


def binary(name: str = "binary:logistic") -> bytes:
    parameters = struct.pack("<fIiiiII27i", 0.5, 4, 0, 0, 0, 1, 7, *([0] * 27))
    names = b"".join(struct.pack("<Q", len(one)) + one.encode() for one in (name, "gbtree"))
    return b"binf" + parameters + names + bytes(64)


def lightgbm(more: str = "", parameters: str = "", **changes: str) -> bytes:
    fields = {
        "num_leaves": "3", "num_cat": "0", "split_feature": "0 3", "threshold": "0.5 0.25", "left_child": "-1 -2",
        "right_child": "1 -3", "leaf_value": "0.5 0.25 0.125", "shrinkage": "1",
    } | changes  # fmt: skip
    block = "\n".join(f"{key}={value}" for key, value in fields.items())
    head = f"tree\nversion=v4\nnum_class=1\nmax_feature_idx=3\nobjective=binary\ntree_sizes=400\n{more}\n"
    return f"{head}Tree=0\n{block}\n\n\nend of trees\n\nparameters:\n{parameters}end of parameters\n".encode()


def catboost(core: bytes = b"FlabuffersModel_v1\0\0", size: int | None = None, after: bytes = b"") -> bytes:
    return b"CBM1" + struct.pack("<I", len(core) if size is None else size) + core + after
