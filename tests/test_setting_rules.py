"""Settings of real families, as their makers publish them, set off nothing; small changes of them do."""

import json

import pytest

from scanner import derive, engine, pack
from scanner.known import bundled
from tests.builders.reading import read_deep

WHISPER = [
    1,
    2,
    7,
    8,
    9,
    10,
    14,
    25,
    26,
    27,
    28,
    29,
    31,
    58,
    59,
    60,
    61,
    62,
    63,
    90,
    91,
    92,
    93,
    359,
    503,
    522,
    50258,
    50362,
]
GENERATION = {
    "llama": {"bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "temperature": 0.6, "top_p": 0.9},
    "qwen": {"eos_token_id": [151645, 151643], "pad_token_id": 151643, "repetition_penalty": 1.05, "top_k": 20},
    "whisper": {"eos_token_id": 50257, "begin_suppress_tokens": [220, 50257], "suppress_tokens": WHISPER,
                "forced_decoder_ids": [[1, None], [2, 50359]], "max_length": 448, "max_initial_timestamp_index": 50},
    "marian": {"eos_token_id": 0, "pad_token_id": 58100, "bad_words_ids": [[58100]], "forced_eos_token_id": 0,
               "decoder_start_token_id": 58100, "max_length": 512, "num_beams": 6, "renormalize_logits": True},
    "bart": {"eos_token_id": 2, "forced_bos_token_id": 0, "forced_eos_token_id": 2, "no_repeat_ngram_size": 3,
             "min_length": 56, "max_length": 142, "length_penalty": 2.0, "num_beams": 4},
    "mbart": {"eos_token_id": 2, "forced_bos_token_id": 250004, "forced_eos_token_id": 2, "max_length": 200},
    "nllb": {"eos_token_id": 2, "decoder_start_token_id": 2, "max_length": 200},
    "blenderbot": {"eos_token_id": 2, "forced_eos_token_id": 2, "encoder_no_repeat_ngram_size": 3, "min_length": 20,
                   "max_length": 60, "num_beams": 10, "length_penalty": 0.65},
    "idefics": {"eos_token_id": 2, "bad_words_ids": [[32000], [32001]]},
    "musicgen": {"pad_token_id": 2048, "guidance_scale": 3.0, "max_length": 1500, "do_sample": True},
    "pegasus": {"eos_token_id": 1, "forced_eos_token_id": 1, "length_penalty": 0.8, "max_length": 128, "num_beams": 8},
}  # fmt: skip


PACK = pack.load(bundled())
ORDER = ("info", "low", "medium", "high", "critical")


def severities(name, content):
    """Map the rules that speak, other than by way of information, to the highest severity each gives."""
    facts = read_deep(content, name)
    for join in derive.discover(facts):
        facts.extend(join(facts))
    found = sorted(
        (finding.rule, ORDER.index(finding.severity)) for finding in engine.judge(facts, PACK.rules, PACK.table)
    )
    return {rule: ORDER[severity] for rule, severity in found if severity}


def generation(value):
    return severities("generation_config.json", json.dumps({"transformers_version": "4.57.1", **value}).encode())


def preprocessing(value):
    return severities("preprocessor_config.json", json.dumps(value).encode())


@pytest.mark.parametrize("family", GENERATION)
def test_generation_of_a_real_family_sets_off_nothing(family):
    assert generation(GENERATION[family]) == {}


@pytest.mark.parametrize(
    ("family", "change", "rule"),
    [
        ("llama", {"suppress_tokens": [128001, 128008, 128009]}, "generation-never-stops"),
        ("whisper", {"suppress_tokens": [*WHISPER, 50257]}, "generation-never-stops"),
        ("marian", {"bad_words_ids": [[58100], [0]]}, "generation-never-stops"),
        ("qwen", {"repetition_penalty": 0.01}, "generation-steers-to-extremes"),
        ("bart", {"forced_decoder_ids": [[number, 1000 + number] for number in range(12)]}, "generation-forces-words"),
    ],
)
def test_a_change_of_it_is_found(family, change, rule):
    assert rule in generation({**GENERATION[family], **change})


PREPROCESSING = {
    "vit": {"image_processor_type": "ViTImageProcessor", "do_normalize": True, "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5], "rescale_factor": 0.00392156862745098, "size": {"height": 224, "width": 224}},
    "clip": {"image_processor_type": "CLIPImageProcessor", "do_normalize": True,
             "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]},
    "wav2vec2": {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": True, "sampling_rate": 16000},
    "vivit": {"image_processor_type": "VivitImageProcessor", "do_rescale": True, "rescale_factor": 0.00784313725490196},
}  # fmt: skip


@pytest.mark.parametrize("family", PREPROCESSING)
def test_preprocessing_of_a_real_family_sets_off_nothing(family):
    value = PREPROCESSING[family]
    assert preprocessing(value) == {}
    assert preprocessing({**value, "do_rescale": True, "rescale_factor": 0}) == {"preprocessing-breaks-input": "medium"}


@pytest.mark.parametrize(
    "text",
    [
        b"torch==2.1.0\ntransformers>=4.40\naccelerate\nsentencepiece\neinops\n",
        b"--extra-index-url https://download.pytorch.org/whl/cu121\ntorch\n",
        b"-r requirements-base.txt\n-e .\n",
        b"flash-attn @ https://github.com/Dao-AILab/flash-attention/releases/download/v2.5.8/a.whl\n",
        b"# pinned\nnumpy==1.26.4 --hash=sha256:" + b"0" * 64 + b"\n",
    ],
)
def test_an_ordinary_list_of_requirements_is_let_through(text):
    assert set(severities("requirements.txt", text).values()) <= {"low"}
