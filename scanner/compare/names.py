"""Which tensors of two models are the same one, whatever the formats call them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scanner.pattern import pattern


class Place(NamedTuple):
    """Where a tensor belongs: the layer (-1 for none), its role, and the leaf ("weight", "bias")."""

    layer: int
    role: str
    leaf: str


_LAYER = pattern(r"(?:^|\.)(?:layers|layer|h|blocks|blk|block)\.(\d{1,5})\.")

ROLES = (
    ("gate", ("ffn_gate", "gate_proj", "mlp.w1", "feed_forward.w1")),
    ("up", ("ffn_up", "up_proj", "intermediate.dense", "mlp.c_fc", "dense_h_to_4h", "feed_forward.w3", "fc1")),
    ("o", ("attn_output", "o_proj", "attention.output.dense", "attn.c_proj", "self_attention.dense", "attention.wo")),
    ("down", ("ffn_down", "down_proj", "output.dense", "mlp.c_proj", "dense_4h_to_h", "feed_forward.w2", "fc2")),
    ("qkv", ("attn_qkv", "c_attn", "query_key_value", "qkv_proj")),
    ("q", ("attn_q", "q_proj", "self.query", "attention.wq")),
    ("k", ("attn_k", "k_proj", "self.key", "attention.wk")),
    ("v", ("attn_v", "v_proj", "self.value", "attention.wv")),
    ("norm-q", ("attn_q_norm", "q_norm")),
    ("norm-k", ("attn_k_norm", "k_norm")),
    ("norm-o", ("attn_output_norm", "attention.output.layernorm")),
    ("norm-1", ("attn_norm", "input_layernorm", "ln_1")),
    ("norm-post-1", ("post_attention_norm",)),
    ("norm-2", ("ffn_norm", "post_attention_layernorm", "ln_2")),
    ("norm-layer", ("layer_output_norm", "output.layernorm")),
    ("norm-final", ("output_norm", "model.norm", "ln_f", "final_layernorm")),
    ("norm-embedding", ("token_embd_norm", "embeddings.layernorm")),
    ("embedding", ("token_embd", "embed_tokens", "word_embeddings", "wte", "embed_in", "tok_embeddings")),
    ("position", ("position_embd", "position_embeddings", "wpe")),
    ("kind", ("token_types", "token_type_embeddings")),
    ("head", ("lm_head", "embed_out", "output")),
)
"""Role to what Hugging Face's families and ggml call it, longer words first where one is the end of another."""

EMBEDS = frozenset(("embedding", "head"))
"""Roles whose rows are tokens."""


def place(name: str) -> Place:
    """Say where a tensor belongs by its name; an unknown role is the rest of the name itself."""
    found = _LAYER.search(name)
    layer = int(found[1]) if found else -1
    rest = name[found.end() :] if found else name
    stem, dot, leaf = rest.rpartition(".")
    if not dot or leaf not in {"weight", "bias"}:
        stem, leaf = rest, ""
    return Place(layer, _role(stem.lower()), leaf)


def _role(stem: str) -> str:
    best, length = stem, 0
    for role, words in ROLES:
        for word in words:
            if len(word) > length and (stem == word or stem.endswith("." + word)):
                best, length = role, len(word)
    return best


def pairs(base: Iterable[str], model: Iterable[str], *, by_place: bool) -> dict[str, str]:
    """Pair the tensors of a model with those of its base, model to base: by name, then by place where it is unique.

    `by_place` is for two formats; in one, a tensor of another name is another tensor.
    """
    known, wanted = set(base), sorted(set(model))
    found = {name: name for name in wanted if name in known}
    if not by_place:
        return found
    left = _unique(name for name in known if name not in found)
    right = _unique(name for name in wanted if name not in found)
    found.update({name: left[where] for where, name in right.items() if where in left})
    return found


def _unique(names: Iterable[str]) -> Mapping[Place, str]:
    seen: dict[Place, list[str]] = {}
    for name in names:
        seen.setdefault(place(name), []).append(name)
    return {where: several[0] for where, several in seen.items() if len(several) == 1}
