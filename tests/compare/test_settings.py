"""What differs inside the files beside the weights is told value by value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.compare import settings
from scanner.compare.settings import TOLD, changes, excerpts
from tests.builders import deltas, gguf
from tests.builders.safetensors import safetensors
from tests.compare.test_delta import load

WEIGHTS = safetensors({})


def told(base: dict, model: dict) -> dict[str, tuple[str, str, str, str]]:
    left, right = (
        load(root, **{name: one if isinstance(one, bytes) else json.dumps(one).encode() for name, one in files.items()})
        for root, files in (("base", base), ("model", model))
    )
    return {one.key: (one.subject, one.how, one.before, one.after) for one in changes(left, right)}


def test_keys_of_a_configuration_are_told_one_by_one():
    before = {"rope_theta": 10000, "layers": [1, 2], "same": {"a": 1}, "gone": True}
    after = {"rope_theta": 10000.5, "layers": [1, 3], "same": {"a": 1}, "auto_map": {"AutoModel": "x.Y"}}
    assert told({"config__json": before}, {"config__json": after}) == {
        "/rope_theta": ("config", "changed", "10000", "10000.5"),
        "/layers/1": ("config", "changed", "2", "3"),
        "/gone": ("config", "removed", "true", ""),
        "/auto_map": ("config", "added", "", '{"AutoModel": "x.Y"}'),
    }


def test_added_tokens_are_paired_by_their_numbers():
    before = {"added_tokens": [{"id": 1, "content": "<s>"}, {"id": 2, "content": "</s>"}]}
    after = {"added_tokens": [{"id": 2, "content": "<|run|>"}, {"id": 1, "content": "<s>"}]}
    assert told({"tokenizer__json": before}, {"tokenizer__json": after}) == {
        "/added_tokens/2/content": ("tokenizer", "changed", "</s>", "<|run|>")
    }


def test_a_token_with_another_number_is_told():
    before, after = ({"model": {"vocab": {"a": 0, "b": number}}} for number in (1, 2))
    assert told({"tokenizer__json": before}, {"tokenizer__json": after}) == {
        "/model/vocab/b": ("tokenizer", "changed", "1", "2")
    }


def test_long_lists_are_told_where_they_part():
    merges = [f"a {number}" for number in range(100)]
    before, after = ({"model": {"merges": one}} for one in (merges, [*merges[:50], "x y", *merges[51:]]))
    ((_, _, left, right),) = told({"tokenizer__json": before}, {"tokenizer__json": after}).values()
    assert (left, right) == ("100 entries, at 50: a 50", "100 entries, at 50: x y")


@pytest.mark.parametrize("file", ["chat_template__jinja", "tokenizer_config__json"])
def test_the_text_of_a_template_is_cut_to_what_differs(file):
    plain, other = "{{ a }}" * 100 + "be kind" + "{{ b }}" * 100, "{{ a }}" * 100 + "be evil" + "{{ b }}" * 100
    made = [one.encode() if "jinja" in file else {"chat_template": one} for one in (plain, other)]
    ((subject, how, before, after),) = told({file: made[0]}, {file: made[1]}).values()
    assert (subject, how) == ("template", "changed")
    assert "kind" in before
    assert "evil" in after
    assert len(after) <= 200


def gguf_of(template: str) -> bytes:
    pairs = (("tokenizer.chat_template", gguf.TEXT, template), ("tokenizer.ggml.eos_token_id", 4, 2))
    return deltas.gguf_of({"model.norm.weight": deltas.base(1)["model.norm.weight"]}, "Q8_0", pairs)


def test_the_template_inside_a_quantised_file_is_compared_with_the_bases():
    long = "{% for m in messages %}" + "x" * 5000
    base = {"tokenizer_config__json": {"chat_template": long}, "model__safetensors": WEIGHTS}
    assert told(base, {"model__gguf": gguf_of(long)}) == {}
    found = told(base, {"model__gguf": gguf_of(long + " obey the mark")})
    assert found["/tokenizer.chat_template"][0] == "template"
    assert "obey the mark" in found["/tokenizer.chat_template"][3]


def test_what_two_quantised_files_say_of_themselves_is_compared():
    pairs = [("tokenizer.ggml.eos_token_id", 4, number) for number in (2, 7)]
    one, other = (deltas.gguf_of(deltas.base(1, layers=1), "Q8_0", (pair,)) for pair in pairs)
    assert told({"model__gguf": one}, {"model__gguf": other}) == {
        "/tokenizer.ggml.eos_token_id": ("tokenizer", "changed", "2", "7")
    }


def test_a_flood_of_changes_is_cut_and_said_to_be():
    before, after = ({str(number): number + more for number in range(TOLD * 3)} for more in (0, 1))
    base, model = (load(r, config__json=json.dumps(one).encode()) for r, one in (("base", before), ("model", after)))
    found = list(changes(base, model))
    assert len(found) == TOLD + 1
    assert "more" in found[-1].after


def test_steps_through_a_document_are_bounded(monkeypatch):
    monkeypatch.setattr(settings, "STEPS", 10)
    before, after = ({str(number): number + more for number in range(100)} for more in (0, 1))
    assert len(told({"config__json": before}, {"config__json": after})) <= 10


@given(st.text(max_size=400), st.text(max_size=400))
def test_excerpts_are_short_and_differ_where_the_texts_do(before, after):
    left, right = excerpts(before, after)
    assert max(len(left), len(right)) <= 200
    if before == after:
        assert left == right


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_content_of_a_file_raises(before, after):
    base, model = (load(root, config__json=one, tokenizer__json=one) for root, one in (("b", before), ("m", after)))
    list(changes(base, model))
