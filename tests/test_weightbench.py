"""The benchmark of weights counts exactly, audits itself, and takes nothing that is not pinned."""

import re

import numpy as np
import pytest

from scanner.facts.weights import DirectionRemoved
from tests.bench.weightbench import bases, edits, look, packages, results, statistics


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 3, 0.0, 0.7076), (3, 3, 0.2924, 1.0), (23, 25, 0.7397, 0.9902), (0, 155, 0.0, 0.0235), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_clopper_and_pearson(hits, of, low, high):
    assert statistics.interval(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_the_area_counts_ties_as_half():
    assert statistics.auc([1, 2, 2, 3], [False, False, True, True]) == 0.875
    assert statistics.auc([1, 1], [False, True]) == 0.5


def test_a_recipe_that_tells_positives_apart_is_seen():
    labels = [True, False] * 4
    assert statistics.leak([("a", "F32")] * 8, labels) == 0.5
    assert statistics.leak([("a", "F32" if label else "BF16") for label in labels], labels) == 1.0


def test_labels_dealt_at_random_give_no_area():
    draw = np.random.default_rng(0)
    scores, labels = draw.random(200).tolist(), [True, False] * 100
    assert abs(statistics.control(scores, labels) - 0.5) < 0.03


def test_every_package_is_pinned_by_version_and_digest():
    assert len({one.name for one in packages.PINNED}) == len(packages.PINNED)
    assert all(re.fullmatch("[0-9a-f]{64}", one.sha256) and one.version for one in packages.PINNED)


def test_a_line_counts_seen_and_held_out_bases_apart():
    def case(base, found):
        held = base == "held"
        return results.Case(
            "removed direction", "full strength", "F32", base, held, positive=True, found=found == "found"
        )

    cases = [case("held", "found"), case("held", "missed"), case("seen", "found")]
    (line,) = results.lines(cases, detailed=False)
    assert line.counts == {True: [1, 2], False: [1, 1]}
    assert "67 % [9, 99] | 99 %, missed" in results.table(cases, detailed=False)
    assert results.missed(cases) == ["removed direction: full strength"]


def test_a_removed_direction_is_seen_and_noise_put_back_along_it_is_not():
    draw = np.random.default_rng(1)
    tensors = {
        f"model.layers.{layer}.{name}": (0.02 * draw.standard_normal((96, columns))).astype("f4")
        for layer in range(6)
        for name, columns in (("self_attn.o_proj.weight", 96), ("mlp.down_proj.weight", 256))
    }
    base = bases.Base("made", held=False, norm="rms", tensors=tensors)

    def gap(made):
        return max(one.gap for one in look.facts(look.stored(made)) if isinstance(one, DirectionRemoved))

    assert gap(edits.ablated(base)) > 5
    assert gap(edits.ablated(base, way="noise")) < 1
