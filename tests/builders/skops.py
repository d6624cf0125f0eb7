"""skops files, good and otherwise. What they name prints; nothing is loaded."""

import io
import json
import zipfile


def node(loader="ObjectNode", module="sklearn.linear_model._base", name="LinearRegression", content=None, **more):
    return {"__class__": name, "__module__": module, "__loader__": loader, "content": content, "__id__": 1, **more}


def plain(value: object) -> dict:
    return node("JsonNode", "builtins", type(value).__name__, json.dumps(value), is_json=True)


def mapping(**content: dict) -> dict:
    return node("DictNode", "builtins", "dict", content, key_types=node("ListNode", "builtins", "list", []))


def estimator(**state: dict) -> dict:
    return {**node(content=mapping(fit_intercept=plain(value=True), **state)), "protocol": 2, "_skops_version": "0.13"}


def operator(name: str, module: str = "operator") -> dict:
    return node("OperatorFuncNode", module, name, attrs=node("TupleNode", "builtins", "tuple", []))


def method(func: str, owner: dict | None = None) -> dict:
    return node("MethodNode", "builtins", "method", {"func": func, "obj": owner or estimator()})


def function(module: str, name: str) -> dict:
    return node("FunctionNode", "builtins", "function", {"module_path": module, "function": name})


def text(schema: object) -> bytes:
    return json.dumps(schema).encode()


def file(schema: object, **members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
        archive.writestr("schema.json", schema if isinstance(schema, bytes) else text(schema))
    return out.getvalue()
