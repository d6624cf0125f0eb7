"""What cannot be compared is told in one fact each, and nothing that bytes can hold raises."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.compare import delta
from scanner.compare.models import Gap
from scanner.facts.delta import CompanionDelta, DeltaUnread, KindDelta, ModelDelta, TensorDelta
from tests.builders import deltas
from tests.builders.safetensors import entry, safetensors
from tests.compare.test_delta import load, named

PLAIN = deltas.file_of(deltas.base(1, layers=1))


def test_a_shard_that_the_index_names_and_nobody_has_is_told():
    index = json.dumps({"weight_map": {"a": "model__safetensors", "b": "model-2.safetensors"}}).encode()
    model = load("model", model__safetensors=PLAIN, model__safetensors__index__json=index)
    assert Gap("shard-missing", "model-2.safetensors") in model.gaps


@pytest.mark.parametrize(
    "index", [b"", b"[]", b'{"weight_map": 3}', b'{"weight_map": {"a": 3}}', b"\xff" * 9, b"[" * 99999]
)
def test_an_index_that_is_none_raises_nothing(index):
    load("model", model__safetensors=PLAIN, model__safetensors__index__json=index)


def test_a_folder_without_weights_says_so():
    assert load("model", README__md=b"# model").gaps == [Gap("none", "model")]


def test_checkpoints_are_named_as_not_compared_unless_both_sides_have_the_same_bytes():
    base = load("base", model__safetensors=PLAIN, pytorch_model__bin=b"one")
    for other, expected in ((b"one", 0), (b"two", 2)):
        model = load("model", model__safetensors=PLAIN, pytorch_model__bin=other)
        gaps = [fact for fact in delta.facts(base, model) if isinstance(fact, DeltaUnread)]
        assert [gap.what for gap in gaps] == ["format"] * expected


@pytest.mark.parametrize("shape", [(1 << 62, 1 << 62), (1 << 40,), (3,), (0, 5)])
def test_a_lying_shape_is_told_and_its_tensor_is_not_compared(shape):
    lying = safetensors({"w": entry(shape=shape, offsets=(0, 8)), "v": entry(offsets=(8, 16))}, data=bytes(16))
    base = load("base", model__safetensors=lying)
    model = load("model", model__safetensors=lying[:-1] + b"\1")
    facts = list(delta.facts(base, model))
    assert {(gap.what, gap.name) for gap in facts if isinstance(gap, DeltaUnread)} >= {("outside", "w")}
    assert named(facts)["not-compared"] == 1


def test_a_file_that_ends_early_is_told():
    facts = list(delta.facts(load("base", model__safetensors=PLAIN), load("model", model__safetensors=PLAIN[:-9])))
    assert next(gap.what for gap in facts if isinstance(gap, DeltaUnread)) == "outside"


def test_a_type_whose_numbers_are_not_read_is_told_unless_its_bytes_are_the_same():
    def made(last):
        kept = {"w": entry("I8", (8,), (0, 8)), "v": entry("F32", (2,), (8, 16))}
        return safetensors(kept, data=bytes(15) + last)

    base = load("base", model__safetensors=made(b"\0"))
    assert set(named(delta.facts(base, load("model", model__safetensors=made(b"\0"))))) == {"identical"}
    other = safetensors({"w": entry("F16", (8,), (0, 16)), "v": entry("F32", (2,), (16, 24))}, data=bytes(24))
    facts = list(delta.facts(base, load("model", model__safetensors=other)))
    assert [gap.what for gap in facts if isinstance(gap, DeltaUnread)] == ["type"]


def test_an_empty_tensor_is_none_and_a_scalar_compares():
    kept = {"e": entry("F32", (0, 7), (0, 0)), "s": entry("F32", (), (0, 4))}
    base, model = (
        load(n, model__safetensors=safetensors(kept, data=d)) for n, d in (("b", bytes(4)), ("m", b"\0\0\0?"))
    )
    assert named(delta.facts(base, model)).total() == 1


def test_files_beside_the_weights_are_named_by_what_they_are_for():
    base = load("base", model__safetensors=PLAIN, tokenizer__json=b"{}", config__json=b"{}", chat_template__jinja=b"a")
    model = load("model", model__safetensors=PLAIN, tokenizer__json=b"[]", config__json=b"{}", run__py=b"pass")
    found = {f.file: (f.subject, f.how) for f in delta.facts(base, model) if isinstance(f, CompanionDelta)}
    assert found == {
        "tokenizer.json": ("tokenizer", "differs"), "chat_template.jinja": ("template", "missing"),
        "run.py": ("code", "added"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("card", "relation"),
    [
        (b"---\nbase_model: a/b\nbase_model_relation: quantized\n---\n", "quantized"),
        (b"---\nbase_model: a/b\n---\n", "finetune"),
        (b"---\nbase_model_relation: anything\n---\n", ""),
        (b"---\nlicense: mit\n---\nbase_model_relation: merge\n", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_the_card_says_what_the_model_is_to_its_base(card, relation):
    facts = delta.facts(
        load("base", model__safetensors=PLAIN), load("model", model__safetensors=PLAIN, README__md=card)
    )
    found = next(fact for fact in facts if isinstance(fact, ModelDelta))
    assert (found.relation, found.by) == (relation, "model" if relation else "")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_no_byte_of_a_file_makes_a_comparison_raise(at, written):
    spoilt = PLAIN[:at] + written + PLAIN[at + len(written) :]
    for left, right in ((PLAIN, spoilt), (spoilt, PLAIN)):
        facts = list(delta.facts(load("base", model__safetensors=left), load("model", model__safetensors=right)))
        for fact in facts:
            if isinstance(fact, TensorDelta | KindDelta):
                assert np.isfinite(fact.relative)


@pytest.mark.parametrize("at", range(0, 2400, 80))
def test_a_gguf_cut_anywhere_raises_nothing(at):
    raw = deltas.gguf_of(deltas.base(1, layers=1))
    list(delta.facts(load("base", model__safetensors=PLAIN), load("model", model__gguf=raw[:at])))
