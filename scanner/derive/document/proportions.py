"""Numbers of one configuration that cannot be true together: widths and heads, experts, windows, ids of tokens.

A width need not be a multiple of the heads where the width of a head is given, or the family names it otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.setting import ShapeMismatch
from scanner.settings import Document, documents

PARTS = 16
"""Parts of one configuration that are looked at."""

WIDTH = ("hidden_size", "n_embd", "d_model")
HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads")
GROUPS = ("num_key_value_heads", "num_kv_heads", "n_head_kv")
HEAD_WIDTHS = (
    "head_dim", "d_kv", "d_head", "kv_channels", "attention_head_size", "attention_hidden_size", "qk_nope_head_dim",
    "v_head_dim", "head_size", "d_qk", "attention_size", "projection_dim", "kv_lora_rank", "true_hidden_size",
    "attention_head_dim", "qk_channels", "attn_module_hidden_size", "state_size",
)  # fmt: skip
ASKED = ("num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_top_k", "top_k_experts")
EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
KIND = "/model_type"
IDS = {"pad_token_id": "padding", "bos_token_id": "decoded", "eos_token_id": "decoded"}
NAMES = (
    *WIDTH, *HEADS, *GROUPS, *HEAD_WIDTHS, *ASKED, *EXPERTS, *IDS, "max_position_embeddings", "sliding_window",
    "vocab_size",
)  # fmt: skip
_TOP = {f"/{name}": name for name in NAMES}
CHARACTERS = 200
DIGITS = 12
LARGEST_WINDOW = 2
"""Some families write a window that stands for none, a little above all positions."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every configuration, and each part of it that names its kind."""
    for document in documents(facts):
        if document.name == "config.json" and "/model_type\n" in document.outline:
            pointers = [pointer for part in document.parts for pointer in part.pointers]
            starts = [pointer[: -len(KIND)] for pointer in pointers if pointer.endswith(KIND)]
            for start in islice(starts, PARTS):
                yield from _part(document, start)


def _part(document: Document, start: str) -> Iterator[ShapeMismatch]:
    leaves: dict[str, str] = {}
    names = {f"{start}/{name}": name for name in NAMES} if start else _TOP
    for pointer in document.given(names.keys()):
        leaf = document.get(pointer)
        if leaf is not None and leaf.kind == "n":
            leaves[names[pointer]] = leaf.value
    where = Location(path=document.path, pointer=start)
    family = document.text(f"{start}/model_type")[:CHARACTERS]
    for what, left, right in _mismatches(leaves):
        yield ShapeMismatch(where=where, family=family, what=what, left=left, right=right)


def _mismatches(leaves: Mapping[str, str]) -> Iterator[tuple[str, int, int]]:
    width, heads, groups = _first(leaves, WIDTH), _first(leaves, HEADS), _first(leaves, GROUPS)
    if width > 0 and heads > 0 and width % heads and not any(name in leaves for name in HEAD_WIDTHS):
        yield "heads", width, heads
    if heads > 0 and groups > 0 and (heads % groups or groups > heads):
        yield "groups", heads, groups
    asked, experts = _first(leaves, ASKED), _first(leaves, EXPERTS)
    if asked > experts > 0:
        yield "experts", asked, experts
    positions, window = _first(leaves, ("max_position_embeddings",)), _first(leaves, ("sliding_window",))
    if positions > 0 and window > positions * LARGEST_WINDOW:
        yield "window", window, positions
    rows = _first(leaves, ("vocab_size",))
    for key, what in IDS.items():
        number = _first(leaves, (key,))
        if 0 < rows <= number:
            yield what, number, rows


def _first(leaves: Mapping[str, str], names: Sequence[str]) -> int:
    """Return the first number that is given, -1 for none and for one that is no whole number of a size to be true."""
    for name in names:
        value = leaves.get(name, "")
        if value.isdecimal() and len(value) <= DIGITS:
            return int(value)
    return -1
