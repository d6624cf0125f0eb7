"""Fingerprints: written once, read strictly, and a change is told with about its size."""

import json

import pytest

from scanner.compare import locked
from scanner.compare.lock import read, write
from scanner.facts.delta import ModelDelta, TensorDelta, TensorPrint
from scanner.format import MalformedError
from tests.builders import deltas
from tests.compare.cases import DOWN
from tests.compare.test_delta import load

PLAIN = deltas.base(1)


def lock_of(tensors) -> str:
    prints = locked.prints("lock", load("model", model__safetensors=deltas.file_of(tensors)))
    return write([fact for fact in prints if isinstance(fact, TensorPrint)])


LOCK = lock_of(PLAIN)


def checked(tensors):
    return list(locked.facts(read(LOCK.encode()), "lock", load("model", model__safetensors=deltas.file_of(tensors))))


def test_the_same_model_has_the_same_fingerprints():
    assert lock_of(PLAIN) == LOCK
    assert {fact.kind for fact in checked(PLAIN) if isinstance(fact, TensorDelta)} == {"identical"}


@pytest.mark.parametrize("relative", [0.01, 0.1])
def test_a_changed_tensor_is_told_with_about_the_size_of_its_change(relative):
    facts = checked(deltas.rank_edit(PLAIN, [DOWN], 1, relative))
    found = [fact for fact in facts if isinstance(fact, TensorDelta) and fact.kind != "identical"]
    assert [(one.tensor, one.kind) for one in found] == [(DOWN, "changed")]
    assert found[0].relative == pytest.approx(relative, rel=0.35)


def test_one_flipped_bit_breaks_the_lock():
    facts = checked(deltas.low_bits(PLAIN, 1, [DOWN]))
    assert sum(fact.kind == "changed" for fact in facts if isinstance(fact, TensorDelta)) == 1


def test_missing_added_and_reshaped_tensors_are_told():
    other = {name: one for name, one in PLAIN.items() if name != DOWN}
    other["new.weight"] = PLAIN[DOWN]
    other["model.norm.weight"] = PLAIN["model.norm.weight"][:-1]
    kinds = {fact.tensor: fact.kind for fact in checked(other) if isinstance(fact, TensorDelta)}
    assert (kinds[DOWN], kinds["new.weight"], kinds["model.norm.weight"]) == ("missing", "added", "other-shape")


def test_another_model_is_not_the_locked_one():
    facts = checked({f"x.{name}": one for name, one in PLAIN.items()})
    assert [fact.alike for fact in facts if isinstance(fact, ModelDelta)] == [False]


def _with(**changes):
    top = json.loads(LOCK)
    name = min(top["tensors"])
    top["tensors"][name].update(changes)
    return json.dumps(top)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", LOCK + "x", LOCK.replace(": 1,", ": 2,", 1), LOCK.replace(": 1,", ": true,", 1),
        LOCK.replace(": 1,", ': 1, "more": 1,', 1), LOCK.replace('"tensors": {', '"tensors": {}, "tensors": {', 1),
        _with(dtype=3), _with(shape="3"), _with(shape=[True]), _with(shape=[-1]), _with(sha256="AB" * 32),
        _with(sha256="ab"), _with(sketch="?"), _with(sketch="AAAA"), _with(extra=1), "[" * 100_000,
        '{"assay_fingerprints": 1, "tensors": {"a": NaN}}', "\ud800",
    ],
)  # fmt: skip
def test_what_is_not_exactly_a_file_of_fingerprints_is_refused(text):
    with pytest.raises(MalformedError):
        read(text.encode("utf-8", "surrogatepass"))
