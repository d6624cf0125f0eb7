"""Numbers that steer a model or prepare its input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.document.numbers import derive
from tests.builders.settings import settings


def found(value, name="m/generation_config.json", *more):
    return {getattr(one, "key", ""): one for one in derive([settings(name, value), *more])}


def test_numbers_of_generation_are_told_with_the_family_and_the_context():
    config = settings("m/config.json", {"model_type": "llama", "max_position_embeddings": 4096})
    told = found(
        {"eos_token_id": 2, "temperature": 0.6, "max_length": 8192, "top_k": None}, "m/generation_config.json", config
    )
    assert (told["temperature"].lowest, told["temperature"].ratio, told["temperature"].family) == (0.6, -1.0, "llama")
    assert told["max_length"].ratio == 2.0
    assert "top_k" not in told


def test_a_document_that_is_no_model_s_says_nothing():
    assert found({"temperature": 0.6, "max_length": 20}, "weather.json") == {}


def test_what_is_no_number_is_not_finite():
    told = found({"eos_token_id": 2, "temperature": float("nan"), "top_p": float("inf")})
    assert (told["temperature"].finite, told["temperature"].lowest, told["top_p"].highest) == (False, 0.0, 0.0)


@pytest.mark.parametrize(
    ("value", "place"),
    [("someone/draft", "repository"), ("./draft", "local"), ("/opt/draft", "local"), ("draft", "")],
)
def test_a_model_that_helps_is_told_with_its_place(value, place):
    told = found({"eos_token_id": 2, "assistant_model": value})
    assert (told["assistant_model"].value, told["assistant_model"].place) == (value, place)


def test_stop_words_are_told_together():
    assert found({"eos_token_id": 2, "stop_strings": ["a", "b"]})["stop_strings"].value == "a, b"
    assert "stop_strings" not in found({"eos_token_id": 2, "stop_strings": []})


def test_numbers_of_a_model_are_told_of_its_text_part_as_well():
    told = found(
        {"model_type": "x", "text_config": {"rope_scaling": {"factor": 8.0}}, "rms_norm_eps": 1e-6}, "config.json"
    )
    assert (told["rope_factor"].highest, told["norm_eps"].lowest) == (8.0, 1e-6)


@pytest.mark.parametrize(
    ("key", "value", "known"),
    [
        ("image_mean", [0.485, 0.456, 0.406], "imagenet"),
        ("image_mean", [0.406, 0.456, 0.485], "imagenet-reversed"),
        ("image_mean", [123.675, 116.28, 103.53], "imagenet-255"),
        ("image_std", [0.5, 0.5, 0.5], "half"),
        ("image_std", [0.26862954, 0.26130258, 0.27577711], "clip"),
        ("image_mean", [0.1307], "gray"),
        ("image_mean", [0.9, 0.1, 0.2], ""),
    ],
)
def test_known_channels_are_named(key, value, known):
    told = found({"image_processor_type": "X", key: value}, "preprocessor_config.json")
    assert told[key].known == known
    assert (told[key].lowest, told[key].highest) == (min(value), max(value))


def test_parts_for_images_and_sound_are_read():
    value = {
        "image_processor": {"do_rescale": True, "rescale_factor": 0.0},
        "feature_extractor": {"sampling_rate": 16000},
    }
    told = found(value, "processor_config.json")
    assert (told["rescale_factor"].subject, told["sampling_rate"].subject) == ("image", "audio")


@given(
    st.dictionaries(
        st.sampled_from(["image_std", "temperature", "model_type", "max_length", "do_resize"]),
        st.none() | st.floats() | st.text(max_size=4) | st.lists(st.floats() | st.none(), max_size=4),
    )
)
def test_any_value_is_read(value):
    for fact in derive([settings("config.json", {"model_type": "x", **value})]):
        assert fact.key
