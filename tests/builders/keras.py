"""Keras configurations and files, good and otherwise. The code in them prints or names what it would do; none runs."""

import base64
import io
import json
import marshal
import zipfile


def layer(name="Dense", module="keras.layers", registered=None, **config) -> dict:
    return {"module": module, "class_name": name, "config": {"name": "one", **config}, "registered_name": registered}


def model(*layers: dict, **more) -> dict:
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": list(layers)}, **more}


def function(name: str, module: str) -> dict:
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def code_of(source: str = "lambda x: x * 2") -> str:
    """Marshal data of a lambda, in base64, as Keras writes it."""
    made = compile(source, "<lambda>", "eval")
    inner = next(one for one in made.co_consts if hasattr(one, "co_names"))
    return base64.b64encode(marshal.dumps(inner)).decode()


RUNS = "lambda x: __import__('os').system('echo hi')"


def lambda_v3(source: str = RUNS) -> dict:
    """A Lambda layer of Keras 3."""
    inner = {"code": code_of(source), "defaults": None, "closure": None}
    return layer("Lambda", function={"class_name": "__lambda__", "config": inner})


def lambda_v2(source: str = RUNS) -> dict:
    """A Lambda layer of Keras 2, as H5 files hold it."""
    config = {"name": "l", "function": [code_of(source) + "\n", None, None], "function_type": "lambda"}
    return {"class_name": "Lambda", "config": config}


def calls(name: str, module: str, **arguments) -> dict:
    """A Lambda layer that calls a function by its name: the way of CVE-2025-1550 and its relatives."""
    return layer("Lambda", function=function(name, module), arguments=arguments)


def text(document: object) -> bytes:
    return json.dumps(document).encode()


def keras_zip(document: object, version: str = "3.10.0", **members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("config.json", document if isinstance(document, bytes) else text(document))
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()
