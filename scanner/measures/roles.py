"""Which part of a model a tensor is, by its name."""

from typing import Final

from scanner.weights import ADAPTERS, EMBEDDINGS, HEADS, words

ROLES: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("q", frozenset(("q_proj", "query", "attn_q", "wq", "q_lin"))),
    ("k", frozenset(("k_proj", "key", "attn_k", "wk", "k_lin"))),
    ("v", frozenset(("v_proj", "value", "attn_v", "wv", "v_lin"))),
    ("qkv", frozenset(("qkv_proj", "query_key_value", "c_attn", "wqkv", "in_proj_weight", "attn_qkv"))),
    ("up", frozenset(("up_proj", "ffn_up", "w3", "fc1", "c_fc", "dense_h_to_4h", "lin1"))),
    ("gate", frozenset(("gate_proj", "ffn_gate", "w1"))),
    ("down", frozenset(("down_proj", "ffn_down", "w2", "fc2", "dense_4h_to_h", "lin2"))),
    ("o", frozenset(("o_proj", "out_proj", "attn_output", "wo", "out_lin"))),
)
"""Last words of names by role. "c_proj" and "dense" are told by the word before."""

_EXPERTS: Final = frozenset(("experts", "ffn_down_exps", "ffn_up_exps", "ffn_gate_exps"))
_NORMS: Final = ("norm", "ln_", "_ln", "layernorm")
_MATRIX = 2


def role_of(name: str, shape: tuple[int, ...]) -> str:  # noqa: PLR0911 - one a role
    """Name the role: one of `ROLES`, "embedding", "head", "norm", "bias", "expert", "adapter", or "" for any other."""
    lower = name.lower()
    if any(part in lower for part in ADAPTERS):
        return "adapter"
    split = words(lower)
    last = split[-1]
    if last == "bias":
        return "norm-bias" if len(split) > 1 and _is_norm(split[-2]) else "bias"
    if len(shape) == _MATRIX and last in EMBEDDINGS:
        return "embedding"
    if last in HEADS or (last == "output" and len(split) == 1):
        return "head"
    if _is_norm(last):
        return "norm"
    if _EXPERTS.intersection(split):
        return "expert"
    return _projection(split, last)


def _projection(split: list[str], last: str) -> str:
    for role, names in ROLES:
        if last in names:
            return role
    if last not in ("c_proj", "dense"):
        return ""
    before = split[:-1]
    if "mlp" in before or "intermediate" in before:
        return "up" if "intermediate" in before else "down"
    if "attention" in before or "attn" in before or "self_attention" in before:
        return "o"
    return "down" if before[-1:] == ["output"] else ""


def _is_norm(word: str) -> bool:
    return any(part in word for part in _NORMS) or word in ("ln_f", "ln1", "ln2")
