"""A quantization that is described, against the names and types of the tensors in the same folder."""

import re
from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.setting import QuantizationMismatch
from scanner.nesting import beside
from scanner.pattern import pattern
from scanner.settings import Document, Leaf, documents
from scanner.weights import Weights, models

NAMES = ("config.json",)
"""The file that loaders read for the weights beside it."""

PACKED = {
    "gptq": pattern(r"\.(?:qweight|qzeros|g_idx|B|B_24)$"),
    "awq": pattern(r"\.(?:qweight|qzeros)$"),
    "bitsandbytes": pattern(r"\.(?:SCB|weight_format|quant_map|absmax)$|\.quant_state\."),
    "compressed-tensors": pattern(r"\.(?:weight_packed|weight_scale|weight_shape|weight_zero_point|input_scale)$"),
    "fp8": pattern(r"\.(?:weight_scale(?:_inv)?|input_scale|scale)$"),
    "aqlm": pattern(r"\.(?:codes|codebooks)$"),
    "hqq": pattern(r"\.W_q$"),
    "mxfp4": pattern(r"_(?:blocks|scales)$"),
    "eetq": pattern(r"\.weight_scales$"),
    "higgs": pattern(r"\.(?:tables|scales)$"),
}
"""What a method appends to the names of modules, one tensor for each."""

TRACES = pattern(r"\.(?:qweight|qzeros|weight_packed|weight_scale_inv|SCB|W_q|codebooks)$|\.quant_state\.")
"""Names of tensors that only a quantized model has."""

KNOWN = frozenset(
    (*PACKED, "quanto", "torchao", "vptq", "spqr", "bitnet", "fbgemm_fp8", "auto-round", "auto_round", "quark",
     "intel/auto-round", "modelopt", "fp_quant", "finegrained_fp8", "marlin", "gptq_marlin", "awq_marlin", "ipex",
     "experts_int8", "deepspeedfp", "tpu_int8", "moe_wna16", "exl2", "exl3", "squeezellm", "sinq", "mlx", "metal",
     "bitsandbytes_4bit", "bitsandbytes_8bit", "four_over_six", "nvfp4")
)  # fmt: skip

NARROW = ("int8", "uint8", "int4", "float8", "float4", "fp8", "uint4")
FORMATS = ("safetensors", "torch")
SKIPPED = ("modules_to_not_convert", "ignore", "llm_int8_skip_modules", "ignored_layers", "exclude_modules")
SHOWN = 8
CHARACTERS = 200
_PLAIN = pattern(r"[\w.-]+")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare every configuration with the weights in its folder."""
    found = [document for document in documents(facts) if document.name in NAMES]
    if not found:
        return
    folders: dict[str, list[Weights]] = {}
    for place, forms in models(facts).items():
        folders.setdefault(place.folder, []).extend(
            one for one in forms if one.format in FORMATS and not one.is_adapter
        )
    for document in found:
        yield from _compared(document, folders.get(beside(document.path, ""), []))


def _compared(document: Document, forms: Sequence[Weights]) -> Iterator[QuantizationMismatch]:
    described = "quantization" in document.outline or "compression_config" in document.outline
    if described:
        leaf = next((one for key in _METHODS if (one := document.get(key)) is not None), None)
        if leaf is not None and leaf.kind == "t":
            yield from _method(document, leaf, forms)
    elif forms and "/model_type" in document.outline:
        for weights in forms:
            traces = [name for name in weights.tensors if TRACES.search(name)]
            if traces:
                where = document.parts[0].where
                yield QuantizationMismatch(where=where, method="", how="packed", name=traces[0][:CHARACTERS])
                return


_METHODS = (
    "/quantization_config/quant_method", "/quantization_config/quant_algo", "/compression_config/quant_method",
    "/text_config/quantization_config/quant_method",
)  # fmt: skip


def _method(document: Document, leaf: Leaf, forms: Sequence[Weights]) -> Iterator[QuantizationMismatch]:
    method = leaf.value.lower()
    if method not in KNOWN:
        yield _fact(leaf, "unknown", "")
    mark = PACKED.get(method)
    whole = [weights for weights in forms if weights.whole]
    if mark is not None and whole and not any(_is_packed(weights, mark) for weights in whole):
        yield _fact(leaf, "plain", next(iter(whole[0].tensors), ""))
    if whole:
        start = leaf.pointer.rpartition("/")[0]
        names = [f".{name}." for weights in whole for name in weights.tensors]
        absent = [
            one
            for key in SKIPPED
            for one in document.under(f"{start}/{key}")
            if one.kind == "t" and _PLAIN.fullmatch(one.value) and not any(one.value in name for name in names)
        ]
        yield from (
            QuantizationMismatch(
                where=one.at(), method=leaf.value[:CHARACTERS], how="skips-nothing", name=one.value[:CHARACTERS]
            )
            for one in absent[:SHOWN]
        )


def _is_packed(weights: Weights, mark: re.Pattern[str]) -> bool:
    return any(mark.search(name) or one.dtype.startswith(NARROW) for name, one in weights.tensors.items())


def _fact(leaf: Leaf, how: str, name: str) -> QuantizationMismatch:
    return QuantizationMismatch(where=leaf.at(), method=leaf.value[:CHARACTERS], how=how, name=name[:CHARACTERS])
