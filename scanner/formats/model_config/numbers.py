"""What one object of a configuration says of a model, under the many names that families give to one number."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from scanner.artifact import Location
from scanner.facts.model_config import ModelConfig

LARGEST: Final = 1 << 62
TEXTS: Final = 16
TEXT_CHARACTERS: Final = 200
KINDS: Final = 64
"""Numbers of one kind that are kept."""

NAMES: Final = {
    "vocab_size": ("padded_vocab_size", "vocab_size", "n_vocab", "n_words"),
    "hidden_size": ("hidden_size", "n_embd", "d_model", "dim", "emb_dim", "embed_dim", "model_dim"),
    "layers": (
        "num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers", "decoder_layers", "depth",
    ),
    "extra_layers": ("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules", "num_mtp_layers"),
    "heads": (
        "num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads", "decoder_attention_heads",
    ),
    "kv_heads": ("num_key_value_heads", "num_kv_heads", "n_kv_heads", "n_head_kv", "multi_query_group_num"),
    "head_dim": ("head_dim", "d_kv", "kv_channels", "attention_head_size"),
    "intermediate_size": (
        "intermediate_size", "ffn_dim", "n_inner", "d_ff", "hidden_dim", "ffn_hidden_size", "encoder_ffn_dim",
    ),
    "experts": ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"),
}  # fmt: skip
"""Field of `ModelConfig` to the keys that give it, the first one that is there counts."""

_DESCRIBES: Final = frozenset(
    name for field in ("vocab_size", "hidden_size", "layers", "heads", "intermediate_size") for name in NAMES[field]
)
_SEVERAL: Final = 2

_VOCABULARIES: Final = re.compile(r"(?:^|(?<!type)_)vocab(?:_size)?(?:_per_\w+)?$|^n_words$")
_WIDTHS: Final = re.compile(
    r"hidden_size|n_embd|d_model|d_embed|(?:^|_)dim$|emb(?:ed(?:ding)?)?_(?:dim|size|rank)|width|(?<!in)_channels"
)
_DEPTHS: Final = re.compile(r"^(?:n|num)_(?:\w+_)?layers?$|^\w*(?:encoder|decoder)_layers$|^depth$|^num_blocks$")
_SPEAKS: Final = {"vocabulary": _VOCABULARIES, "width": _WIDTHS, "depth": _DEPTHS}

REMEMBERED: Final = 4096
"""Keys of which it is remembered what they speak of."""


def describes(found: Mapping[str, object]) -> bool:
    """Say whether an object describes a model: it names its kind, or several of its numbers."""
    if isinstance(found.get("model_type"), str) or isinstance(found.get("architectures"), list):
        return True
    return sum(_number(found.get(name)) > 0 for name in _DESCRIBES) >= _SEVERAL


def config(found: Mapping[str, object], where: Location) -> ModelConfig:
    """State what an object says. Values of another type than expected count as not given."""
    named = found.get("architectures")
    architectures = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    tied = found.get("tie_word_embeddings", found.get("tie_embeddings"))
    numbers = {field: _first(found, names) for field, names in NAMES.items()}
    return ModelConfig(
        where=where,
        format="json",
        model_type=_text(found.get("model_type")),
        architectures=tuple(one[:TEXT_CHARACTERS] for one in architectures[:TEXTS]),
        tied=tied if isinstance(tied, bool) else None,
        dtype=_text(found.get("torch_dtype")) or _text(found.get("dtype")),
        quantization=_quantization(found),
        vocabularies=_vocabularies(found, numbers["vocab_size"]),
        widths=_all(found, "width"),
        depths=_all(found, "depth"),
        **numbers,
    )


def _first(found: Mapping[str, object], names: tuple[str, ...]) -> int:
    return next((number for name in names if (number := _number(found.get(name))) >= 0), -1)


def _number(value: object) -> int:
    """Read a natural number; -1 for anything else, which includes the -1 of "ask the tokenizer"."""
    return value if type(value) is int and 0 <= value < LARGEST else -1


def _text(value: object) -> str:
    return value[:TEXT_CHARACTERS] if isinstance(value, str) else ""


def _quantization(found: Mapping[str, object]) -> str:
    """Name the method of `quantization_config`, or of the `quantization` that MLX writes."""
    for key in ("quantization_config", "compression_config", "quantization"):
        inner = found.get(key)
        if isinstance(inner, Mapping) and inner:
            return _text(inner.get("quant_method")) or _text(inner.get("quant_algo")) or "unnamed"
    return ""


def _all(found: Mapping[str, object], what: str) -> tuple[int, ...]:
    """Collect every number, or list of numbers, whose key speaks of something."""
    numbers = {
        number for key, value in found.items() if what in _speaks(key[:TEXT_CHARACTERS]) for number in _numbers(value)
    }
    return tuple(sorted(numbers)[:KINDS])


@lru_cache(maxsize=REMEMBERED)
def _speaks(key: str) -> tuple[str, ...]:
    """Say what a key speaks of: the keys of one configuration are those of the next."""
    return tuple(what for what, keys in _SPEAKS.items() if keys.search(key))


def _vocabularies(found: Mapping[str, object], size: int) -> tuple[int, ...]:
    """Collect the sizes of vocabularies, and that of one that holds a token beyond the size named (codes of audio)."""
    last = max((_number(value) for key, value in found.items() if key.endswith("_token_id")), default=-1)
    beyond = (last + 1,) if 0 < size <= last else ()
    return tuple(sorted({*_all(found, "vocabulary"), *beyond}))


def _numbers(value: object) -> Iterator[int]:
    for item in value[:KINDS] if isinstance(value, list) else (value,):
        number = _number(item)
        if number > 0:
            yield number
