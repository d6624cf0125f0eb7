"""Numbers that steer a model or prepare its input, each with what it is measured by, and helpers of generation."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from scanner.facts import Fact
from scanner.facts.setting import GenerationChoice, SettingNumber
from scanner.nesting import beside
from scanner.settings import Document, Leaf, documents

GENERATION = frozenset(
    ("temperature", "top_p", "top_k", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff", "repetition_penalty",
     "encoder_repetition_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "length_penalty",
     "diversity_penalty", "max_length", "max_new_tokens", "min_length", "min_new_tokens", "num_beams",
     "num_return_sequences", "max_time", "guidance_scale")
)  # fmt: skip
_GENERATION = {f"/{key}": key for key in sorted(GENERATION)}
LENGTHS = frozenset(("max_length", "max_new_tokens", "min_length", "min_new_tokens"))
CONTEXT = (
    "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx", "max_sequence_length",
    "max_target_positions", "text_config/max_position_embeddings",
)  # fmt: skip
_CONTEXT = {f"/{key}": key for key in CONTEXT}
MODEL = {
    "rope_theta": "rope_theta", "rope_scaling/factor": "rope_factor", "rope_parameters/factor": "rope_factor",
    "rope_parameters/rope_theta": "rope_theta", "rms_norm_eps": "norm_eps", "layer_norm_eps": "norm_eps",
    "layer_norm_epsilon": "norm_eps", "norm_eps": "norm_eps", "logit_scale": "logit_scale",
    "final_logit_softcapping": "softcap", "attn_logit_softcapping": "softcap", "attention_dropout": "dropout",
    "max_position_embeddings": "positions",
}  # fmt: skip
"""Pointers of a configuration to the names of what they set."""
_MODEL = {f"{part}/{pointer}": key for pointer, key in MODEL.items() for part in ("", "/text_config")}
_ORDER = {pointer: number for number, pointer in enumerate(_MODEL)}

IMAGE = frozenset(("image_mean", "image_std", "rescale_factor"))
AUDIO = frozenset(("sampling_rate",))
PREPARING = (
    "image_processor_type",
    "feature_extractor_type",
    "processor_class",
    "do_normalize",
    "do_rescale",
    "do_resize",
)
KNOWN = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
}
"""Means and deviations of channels that most families use (red, green, blue)."""

CLOSE = 0.006
CHOICES = (
    "prompt_lookup_num_tokens", "assistant_model", "assistant_model_name_or_path", "watermarking_config",
    "stop_strings", "negative_prompt_ids",
)  # fmt: skip
CHARACTERS = 200
FEATURES = 64
"""Objects of one document in which numbers of a preprocessor are looked for."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every document that holds such numbers."""
    found = documents(facts)
    configs = {document.path: document for document in found if document.name == "config.json"}
    for document in found:
        outline = document.outline
        if "\n/transformers_version\n" in outline or "_token_id" in outline or "\n/model_type\n" in outline:
            config = configs.get(beside(document.path, "config.json"))
            yield from _generation(document, config)
            yield from _choices(document)
            yield from _model(document)
        if (
            "/image_mean" in outline
            or "/image_std" in outline
            or "/rescale_factor" in outline
            or "/sampling_rate" in outline
        ):
            yield from _prepared(document)


def _generation(document: Document, config: Document | None) -> Iterator[Fact]:
    given = document.given(_GENERATION.keys())
    if not given:
        return
    family = (config or document).text("/model_type")
    context = _context(config or document)
    for pointer in sorted(given):
        leaf, key = document.get(pointer), _GENERATION[pointer]
        if leaf is not None and leaf.kind == "n":
            yield _fact(leaf, "generation", key, family, (_real(leaf.value),), context if key in LENGTHS else 0.0)


def _choices(document: Document) -> Iterator[GenerationChoice]:
    for key in CHOICES:
        if f"\n/{key}" in document.outline:
            leaves = [leaf for leaf in document.under(f"/{key}") if leaf.kind not in "0ol" and leaf.value]
            if leaves:
                value = ", ".join(leaf.value for leaf in leaves)
                yield GenerationChoice(where=leaves[0].at(), key=key, value=value[:CHARACTERS], place=_place(value))


def _place(value: str) -> str:
    if value.startswith(("/", "~", ".")) or "\\" in value:
        return "local"
    return "repository" if "/" in value else ""


def _model(document: Document) -> Iterator[Fact]:
    family = document.text("/model_type")
    for pointer in sorted(document.given(_MODEL.keys()), key=_ORDER.__getitem__):
        leaf = document.get(pointer)
        if leaf is not None and leaf.kind == "n":
            yield _fact(leaf, "model", _MODEL[pointer], family, (_real(leaf.value),), 0.0)


def _prepared(document: Document) -> Iterator[Fact]:
    """Numbers of a preprocessor stand at the top of a document, or in the part for images, video or sound."""
    if not any(f"/{key}\n" in document.outline for key in PREPARING):
        return
    objects: dict[str, dict[str, list[Leaf]]] = {}
    for leaf in document.leaves:
        steps = leaf.pointer.split("/")
        for at, step in enumerate(steps):
            if step in IMAGE or step in AUDIO:
                objects.setdefault("/".join(steps[:at]), {}).setdefault(step, []).append(leaf)
                break
    family = document.text("/image_processor_type") or document.text("/feature_extractor_type")
    for found in islice(objects.values(), FEATURES):
        for key, leaves in found.items():
            numbers = [_real(number) for leaf in leaves if leaf.kind in "ns" for number in leaf.value.split()]
            if numbers:
                yield _fact(leaves[0], "audio" if key in AUDIO else "image", key, family, numbers, 0.0)


def _context(document: Document) -> float:
    """The longest text that a configuration allows for, 0 where it says nothing."""
    given = document.given(_CONTEXT.keys())
    leaves = [document.get(pointer) for pointer in _CONTEXT if pointer in given]
    return max((_real(leaf.value) for leaf in leaves if leaf is not None and leaf.kind == "n"), default=0.0)


def _fact(  # noqa: PLR0913, PLR0917 - the fact's own fields
    leaf: Leaf, subject: str, key: str, family: str, numbers: Sequence[float], measure: float
) -> SettingNumber:
    if len(numbers) == 1 and math.isfinite(numbers[0]):  # nearly all
        sound, highest = numbers, numbers[0]
    else:
        sound = [number for number in numbers if math.isfinite(number)]
        highest = max(sound, default=0.0)
    return SettingNumber(
        where=leaf.at(),
        subject=subject,
        key=key,
        family=family[:CHARACTERS],
        value=leaf.value[:CHARACTERS] if len(numbers) == 1 else " ".join(f"{one:g}" for one in numbers)[:CHARACTERS],
        lowest=min(sound, default=0.0),
        highest=highest,
        finite=len(sound) == len(numbers),
        ratio=highest / measure if math.isfinite(measure) and measure > 0 else -1.0,
        known=_known(key, numbers),
    )


_COLUMNS: Mapping[str, int] = {"image_mean": 0, "image_std": 1}


def _known(key: str, numbers: Sequence[float]) -> str:
    """Name the known set that channels equal; "NAME-reversed" where blue comes first, "NAME-255" in whole numbers."""
    column = _COLUMNS.get(key)
    if column is None:
        return ""
    for name, sets in KNOWN.items():
        wanted = sets[column]
        for given, suffix in ((wanted, ""), (wanted[::-1], "-reversed"), ([one * 255 for one in wanted], "-255")):
            if len(numbers) == len(given) and all(
                abs(one - other) <= CLOSE * max(1.0, other) for one, other in zip(numbers, given, strict=True)
            ):
                return name + suffix
    return "gray" if len(numbers) == 1 or len(set(numbers)) == 1 else ""


def _real(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
