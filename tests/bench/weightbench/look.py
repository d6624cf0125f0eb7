"""One file through the product's own measures and rules: what a user would be told of it."""

import io
import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import numpy as np

from scanner import engine, measures, pack
from scanner.artifact import Artifact
from scanner.compare import delta, models
from scanner.compare.numbers import decode, encode
from scanner.facts import Fact
from scanner.limits import DEFAULT
from tests.builders import gguf

CODES = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 8}
Tensors = Mapping[str, np.ndarray]


@cache
def rules() -> pack.Pack:
    """Load the rules of this tree."""
    return pack.load(Path(__file__).parents[3] / "rules")


def stored(tensors: Tensors, dtype: str = "F32") -> bytes:
    """Store tensors: safetensors, or for types of blocks GGUF. Vectors of those stay as they are."""
    if dtype in ("Q8_0", "Q4_0", "Q4_1"):
        return _gguf(tensors, dtype)
    entries: dict[str, object] = {}
    data, at = [], 0
    for name, numbers in tensors.items():
        raw = encode(numbers, dtype)
        entries[name] = {"dtype": dtype, "shape": list(numbers.shape), "data_offsets": [at, at + len(raw)]}
        data.append(raw)
        at += len(raw)
    header = json.dumps(entries).encode()
    return b"".join((len(header).to_bytes(8, "little"), header, *data))


def _gguf(tensors: Tensors, dtype: str) -> bytes:
    described, data, at = [], [], 0
    for name, numbers in tensors.items():
        kind = dtype if numbers.ndim > 1 and numbers.shape[-1] % 32 == 0 else "F32"
        raw = encode(numbers, kind)
        raw += bytes(-len(raw) % 32)
        described.append({"name": name, "shape": tuple(reversed(numbers.shape)), "code": CODES[kind], "offset": at})
        data.append(raw)
        at += len(raw)
    return gguf.gguf((("general.architecture", gguf.TEXT, "bench"),), described, data=b"".join(data))


def rounded(tensors: Tensors, dtype: str) -> dict[str, np.ndarray]:
    """Store matrices in a type and read them back."""
    return {
        name: decode(encode(one, dtype), dtype).reshape(one.shape) if one.ndim > 1 and one.shape[-1] % 32 == 0 else one
        for name, one in tensors.items()
    }


def facts(content: bytes, profile: str = "full") -> list[Fact]:
    """Measure a file that is held in memory."""
    suffix = "gguf" if content[:4] == b"GGUF" else "safetensors"
    path = f"model.{suffix}"
    artifact = Artifact(path=path, size=len(content), open=partial(io.BytesIO, content))
    return [one for one in measures.reader(profile).read(artifact, DEFAULT) if isinstance(one, Fact)]


def fired(found: list[Fact]) -> dict[str, str]:
    """Judge facts; return the rules that speak and the highest severity of each."""
    order = ("info", "low", "medium", "high", "critical")
    told: dict[str, str] = {}
    for finding in engine.judge(found, rules().rules, rules().table):
        told[finding.rule] = max(told.get(finding.rule, "info"), finding.severity, key=order.index)
    return told


def compared(base: bytes, model: bytes, relation: str = "") -> list[Fact]:
    """Compare two files that are held in memory."""
    sides = []
    for root, content in (("base", base), ("model", model)):
        path = f"{root}/model.{'gguf' if content[:4] == b'GGUF' else 'safetensors'}"
        artifact = Artifact(path=path, size=len(content), open=partial(io.BytesIO, content))
        sides.append(models.load(root, [artifact], DEFAULT))
    return list(delta.facts(*sides, relation=relation))
