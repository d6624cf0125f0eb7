"""What the keys of a GGUF file say of its model, in the words of any other configuration."""

from collections.abc import Mapping
from typing import Final

from scanner.artifact import Artifact
from scanner.facts.model_config import ModelConfig
from scanner.formats.gguf.cursor import ARRAY
from scanner.formats.gguf.header import Pair

TEXT_CHARACTERS: Final = 200
TOKENS: Final = "tokenizer.ggml.tokens"
WIDTHS: Final = ("embedding_length", "embedding_length_out", "embedding_length_per_layer_input", "features_length")

NAMES: Final = {
    "hidden_size": "embedding_length",
    "layers": "block_count",
    "extra_layers": "nextn_predict_layers",
    "heads": "attention.head_count",
    "kv_heads": "attention.head_count_kv",
    "head_dim": "attention.key_length",
    "intermediate_size": "feed_forward_length",
    "experts": "expert_count",
}
"""Field of `ModelConfig` to its key behind the architecture. ggml/docs/gguf.md, standardized key-value pairs."""


def hyperparameters(artifact: Artifact, known: Mapping[str, Pair]) -> ModelConfig | None:
    """State the numbers; None where the keys give none of them, as in the later parts of a split model.

    `vocab_size` counts the tokens of the file, as loaders do, and is the key's number where it has no tokens.
    """
    kind = known.get("general.architecture")
    architecture = kind.value if kind is not None and isinstance(kind.value, str) else ""
    numbers = {field: _number(known.get(f"{architecture}.{key}")) for field, key in NAMES.items()}
    if all(number < 0 for number in numbers.values()):
        return None
    tokens = known.get(TOKENS)
    counted = tokens.length if tokens is not None and tokens.code == ARRAY else -1
    declared = _number(known.get(f"{architecture}.vocab_size"))
    widths = {_number(known.get(f"{architecture}.{key}")) for key in WIDTHS}
    return ModelConfig(
        where=artifact.at(kind.start if kind is not None else None),
        format="gguf",
        model_type=architecture[:TEXT_CHARACTERS],
        architectures=(),
        vocab_size=counted if counted >= 0 else declared,
        tied=None,
        dtype="",
        quantization="",
        vocabularies=_known(counted, declared),
        widths=_known(*widths),
        depths=_known(numbers["layers"]),
        **numbers,
    )


def _number(pair: Pair | None) -> int:
    value = pair.value if pair is not None else None
    return value if type(value) is int and 0 <= value < 1 << 62 else -1


def _known(*numbers: int) -> tuple[int, ...]:
    return tuple(sorted({number for number in numbers if number >= 0}))
