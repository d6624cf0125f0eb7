"""The kind of change of each tensor, over a table of changes of two bases."""

import io
from collections import Counter
from functools import partial

import numpy as np
import pytest

from scanner.artifact import Artifact
from scanner.compare import delta, models
from scanner.compare.names import pairs, place
from scanner.facts.delta import DeltaUnread, KindDelta, ModelDelta, TensorDelta
from scanner.limits import DEFAULT
from tests.builders import deltas
from tests.compare.cases import BASES, DOWN, cases, every

NAMED_RIGHT = 0.9
"""Least share of the table whose kind must be right. Measured: 95 of 95."""


def artifacts(root, **files):
    return [
        Artifact(path=f"{root}/{name.replace('__', '.')}", size=len(raw), open=partial(io.BytesIO, raw))
        for name, raw in files.items()
    ]


def load(root, **files):
    return models.load(root, artifacts(root, **files), DEFAULT)


def compared(base: bytes, model: bytes, suffix=".safetensors"):
    left = load("base", model__safetensors=base)
    right = load("model", **{f"model{suffix.replace('.', '__')}": model})
    return list(delta.facts(left, right))


def named(facts) -> Counter:
    return Counter(fact.kind for fact in facts if isinstance(fact, TensorDelta))


def kinds_of(case) -> set[str]:
    kinds = set(named(compared(case.base, case.model, case.suffix))) - {"identical"}
    return kinds - {"requantized"} if case.kind == "edited-copy" else kinds


@pytest.fixture(scope="module")
def table():
    return [(case, kinds_of(case)) for case in every()]


def test_the_table_has_sixty_changes_and_more(table):
    assert sum(bool(case.kind) for case, _ in table) >= 60


def test_the_kind_of_change_is_right_in_nine_of_ten(table):
    wrong = [(case.name, case.kind, kinds) for case, kinds in table if kinds != ({case.kind} if case.kind else set())]
    assert len(wrong) <= (1 - NAMED_RIGHT) * len(table), wrong


def test_every_change_is_seen_and_nothing_is_seen_where_nothing_changed(table):
    assert [case.name for case, kinds in table if bool(case.kind) != bool(kinds)] == []


def test_an_edited_copy_is_never_taken_for_an_honest_one(table):
    copies = [(case, kinds) for case, kinds in table if "copy" in case.name]
    assert len(copies) >= 12
    assert all(kinds == {case.kind} for case, kinds in copies)


def test_the_rank_of_a_merged_adapter_is_told():
    for case in cases(5, BASES["wide"][1], "wide"):
        if "adapter" in case.name and case.name.endswith("F32"):
            ranks = {f.rank for f in compared(case.base, case.model) if isinstance(f, TensorDelta) and f.rank}
            assert ranks == {int(case.name.split()[2])}, case.name


def test_changed_rows_come_with_their_numbers_and_the_texts_of_their_tokens():
    plain = deltas.base(1)
    base = load("base", model__safetensors=deltas.file_of(plain))
    words = "\n".join(f"word{number}" for number in range(256)).encode()
    model = load("model", model__safetensors=deltas.file_of(deltas.row_edit(plain, [7, 200])), vocab__txt=words)
    found = next(f for f in delta.facts(base, model) if isinstance(f, TensorDelta) and f.kind == "row-edit")
    assert (found.rows, found.row_count, found.axis, found.tokens) == ((7, 200), 2, "row", ("word7", "word200"))


def test_one_changed_row_in_a_rounded_copy_is_a_row_edit():
    plain = deltas.base(1)
    model = deltas.file_of(deltas.row_edit(plain, [31]), "BF16")
    found = [f for f in compared(deltas.file_of(plain), model) if isinstance(f, TensorDelta) and f.kind == "row-edit"]
    assert [(one.tensor, one.rows) for one in found] == [("model.embed_tokens.weight", (31,))]


def test_columns_are_told_where_only_columns_changed():
    plain = deltas.base(1)
    changed = dict(plain)
    changed[DOWN] = plain[DOWN].copy()
    changed[DOWN][:, [3, 4]] += 0.1
    facts = compared(deltas.file_of(plain), deltas.file_of(changed))
    found = next(f for f in facts if isinstance(f, TensorDelta) and f.kind == "row-edit")
    assert (found.axis, found.rows) == ("column", (3, 4))


def test_a_llama_file_with_turned_queries_is_an_honest_copy():
    plain = deltas.base(1)
    other = dict(plain)
    for name, one in plain.items():
        if "q_proj" in name or "k_proj" in name:
            heads = one.reshape(6, 2, 8, one.shape[1])
            other[name] = np.ascontiguousarray(heads.swapaxes(1, 2).reshape(one.shape))
    pair = ("llama.attention.head_count", 4, 6)
    raw = deltas.gguf_of(other, "Q8_0", (pair,))
    assert set(named(compared(deltas.file_of(plain), raw, ".gguf"))) == {"identical", "requantized"}
    edited = deltas.gguf_of(
        deltas.rank_edit(other, ["model.layers.1.self_attn.q_proj.weight"], 1, 0.01), "Q8_0", (pair,)
    )
    assert named(compared(deltas.file_of(plain), edited, ".gguf"))["edited-copy"] == 1


@pytest.mark.parametrize("spoilt", [np.nan, np.inf, -np.inf])
def test_a_flood_of_what_is_no_number_is_a_kind_of_its_own(spoilt):
    plain = deltas.base(1)
    flooded = {name: np.full_like(one, spoilt) for name, one in plain.items()}
    for base, model in ((plain, flooded), (flooded, flooded)):
        facts = compared(deltas.file_of(base), deltas.file_of(model))
        assert set(named(facts)) == ({"identical"} if base is model else {"non-finite"})
    assert named(compared(deltas.file_of(flooded), deltas.file_of(plain)))["identical"] == 0


def test_a_base_of_another_architecture_is_said_once_and_compared_with_nothing():
    other = {f"x.{name}": one for name, one in deltas.base(2, width=64, layers=2).items()}
    facts = compared(deltas.file_of(other), deltas.file_of(deltas.base(1)))
    assert [fact.alike for fact in facts if isinstance(fact, ModelDelta)] == [False]
    assert not [fact for fact in facts if isinstance(fact, TensorDelta | KindDelta | DeltaUnread)]


def test_tensors_of_one_side_alone_or_of_another_shape_are_named():
    plain = deltas.base(1)
    model = {name: one for name, one in plain.items() if name != DOWN}
    model["extra.weight"] = np.ones((4, 4), "f4")
    model["model.embed_tokens.weight"] = plain["model.embed_tokens.weight"][:-1]
    found = named(compared(deltas.file_of(plain), deltas.file_of(model)))
    assert (found["missing"], found["added"], found["other-shape"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("blk.3.attn_q.weight", (3, "q", "weight")),
        ("model.layers.3.self_attn.q_proj.weight", (3, "q", "weight")),
        ("encoder.layer.0.attention.output.dense.bias", (0, "o", "bias")),
        ("encoder.layer.0.output.dense.weight", (0, "down", "weight")),
        ("token_embd.weight", (-1, "embedding", "weight")),
        ("output.weight", (-1, "head", "weight")),
        ("something.else", (-1, "something.else", "")),
    ],
)
def test_a_name_says_where_a_tensor_belongs(name, where):
    assert place(name) == where


def test_tensors_are_paired_by_place_only_where_one_of_each_has_it():
    assert pairs(["model.layers.0.mlp.up_proj.weight"], ["blk.0.ffn_up.weight"], by_place=True) == {
        "blk.0.ffn_up.weight": "model.layers.0.mlp.up_proj.weight"
    }
    assert pairs(["a.layers.0.q_proj.weight", "b.layers.0.q_proj.weight"], ["blk.0.attn_q.weight"], by_place=True) == {}


def test_rows_that_a_fine_tune_never_saw_do_not_make_it_an_edit():
    plain = deltas.rounded(deltas.base(1), "BF16")
    tuned = deltas.tuned(plain, 0.005)
    tuned["model.embed_tokens.weight"] = deltas.row_edit(plain, range(40))["model.embed_tokens.weight"]
    norm = plain["model.norm.weight"].copy()
    norm[:9] *= 1.1
    tuned["model.norm.weight"] = norm
    assert set(named(compared(deltas.file_of(plain, "BF16"), deltas.file_of(tuned, "BF16")))) == {"full"}
