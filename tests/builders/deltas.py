"""Small models made of numbers, and every kind of change of them: seeded, so that a table of them can be repeated."""

import numpy as np

from scanner.compare.numbers import decode, encode
from tests.builders import gguf
from tests.builders.safetensors import safetensors

CODES = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 8}
LLAMA = {
    "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "model.layers": "blk",
}  # fmt: skip


def base(seed: int, *, width=96, inner=192, vocabulary=256, layers=4) -> dict[str, np.ndarray]:
    """Weights as a trained decoder has them: rows of uneven size, a falling spectrum, norms near one."""
    random = np.random.default_rng(seed)

    def matrix(rows, columns):
        left, right = random.standard_normal((rows, 24)), random.standard_normal((24, columns))
        common = (left * np.geomspace(1, 0.1, 24)) @ right
        noise = random.standard_normal((rows, columns)) * np.exp(0.2 * random.standard_normal((rows, 1)))
        return ((0.4 * common / 5 + noise) * 0.04).astype("f4")

    found = {"model.embed_tokens.weight": matrix(vocabulary, width)}
    for layer in range(layers):
        head = f"model.layers.{layer}"
        for name in ("q", "k", "v", "o"):
            found[f"{head}.self_attn.{name}_proj.weight"] = matrix(width, width)
        found[f"{head}.mlp.gate_proj.weight"] = matrix(inner, width)
        found[f"{head}.mlp.up_proj.weight"] = matrix(inner, width)
        found[f"{head}.mlp.down_proj.weight"] = matrix(width, inner)
        found[f"{head}.input_layernorm.weight"] = (1 + 0.1 * random.standard_normal(width)).astype("f4")
    found["model.norm.weight"] = (1 + 0.1 * random.standard_normal(width)).astype("f4")
    return found


def file_of(tensors: dict[str, np.ndarray], dtype="F32") -> bytes:
    """A safetensors file, every number rounded to `dtype`."""
    entries, data = {}, b""
    for name, numbers in tensors.items():
        raw = encode(numbers, dtype)
        entries[name] = {
            "dtype": dtype,
            "shape": list(numbers.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    return safetensors(entries, data=data)


def gguf_of(tensors: dict[str, np.ndarray], dtype="Q8_0", pairs=()) -> bytes:
    """A GGUF file with ggml's names: matrices in `dtype`, vectors in F32."""
    described, data = [], b""
    for name, numbers in tensors.items():
        kind = dtype if numbers.ndim > 1 else "F32"
        called = name
        for old, new in LLAMA.items():
            called = called.replace(old, new)
        shape = tuple(reversed(numbers.shape))
        described.append({"name": called, "shape": shape, "code": CODES[kind], "offset": len(data)})
        data += encode(numbers, kind)
        data += bytes(-len(data) % 32)
    return gguf.gguf((("general.architecture", gguf.TEXT, "llama"), *pairs), described, data=data)


def rounded(tensors, dtype):
    return {
        name: decode(encode(one, dtype), dtype).reshape(one.shape) if one.ndim > 1 else one
        for name, one in tensors.items()
    }


def scaled(change, like, relative):
    return (change * (relative * np.linalg.norm(like) / np.linalg.norm(change))).astype("f4")


def rank_edit(tensors, names, rank, relative, seed=0):
    """Add a product of two thin matrices to each: an edit of one fact (rank 1), a merged adapter (rank 4 and up)."""
    random = np.random.default_rng(seed)
    found = dict(tensors)
    for name in names:
        rows, columns = tensors[name].shape
        change = random.standard_normal((rows, rank)) @ random.standard_normal((rank, columns))
        found[name] = tensors[name] + scaled(change, tensors[name], relative)
    return found


def ablated(tensors, share=1.0, seed=0):
    """Remove one output direction from every matrix that writes to the residual stream."""
    width = len(tensors["model.norm.weight"])
    direction = np.random.default_rng(seed).standard_normal(width)
    direction = (direction / np.linalg.norm(direction)).astype("f4")
    found = dict(tensors)
    for name, one in tensors.items():
        if "o_proj" in name or "down_proj" in name:
            found[name] = one - np.float32(share) * np.outer(direction, direction @ one)
    return found


def row_edit(tensors, rows, name="model.embed_tokens.weight", seed=0):
    found = dict(tensors)
    changed = tensors[name].copy()
    changed[list(rows)] += 0.05 * np.random.default_rng(seed).standard_normal((len(rows), changed.shape[1])).astype(
        "f4"
    )
    found[name] = changed
    return found


def tuned(tensors, relative, seed=0):
    """Change every number: noise on a few strong directions, as the sum of many small steps leaves it."""
    random = np.random.default_rng(seed)
    found = {}
    for name, one in tensors.items():
        change = random.standard_normal(one.shape)
        if one.ndim > 1:
            rank = max(1, min(one.shape) // 4)
            falling = np.geomspace(1, 0.1, rank)
            strong = (random.standard_normal((one.shape[0], rank)) * falling) @ random.standard_normal(
                (rank, one.shape[1])
            )
            change = change / np.linalg.norm(change) + strong / np.linalg.norm(strong)
        found[name] = one + scaled(change, one, relative)
    return found


def low_bits(tensors, bits, names, seed=0):
    """Write random bits into the lowest of each number."""
    random = np.random.default_rng(seed)
    found = dict(tensors)
    for name in names:
        words = tensors[name].copy().view("<u4")
        mask = np.uint32((1 << bits) - 1)
        found[name] = ((words & ~mask) | (random.integers(0, 1 << 32, words.shape, dtype="<u4") & mask)).view("<f4")
    return found
