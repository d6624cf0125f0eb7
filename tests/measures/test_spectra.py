"""How the changes of an adapter spread over directions."""

import numpy as np
import pytest

from scanner.facts.weights import AdapterSpectrum, TensorsLeft
from tests.builders.carriers import gaussian, measured, of, safetensors


def adapter(modules=4, rank=8, change=lambda a, b: (a, b)):
    arrays = {}
    for number in range(modules):
        sides = change(gaussian(rank, 64, seed=number), gaussian(96, rank, seed=number + 100))
        for side, array in zip("AB", sides, strict=True):
            arrays[f"base_model.model.layers.{number}.q_proj.lora_{side}.weight"] = array
    return safetensors(**arrays)


def test_energies_are_those_of_the_product():
    (fact,) = of(AdapterSpectrum, measured(adapter(modules=1), "full"))
    singular = np.linalg.svd(gaussian(96, 8, seed=100) @ gaussian(8, 64), compute_uv=False) ** 2
    assert fact.top == pytest.approx(singular[0] / singular.sum(), abs=1e-3)
    assert (fact.modules, fact.rank) == (1, 8)


def test_one_direction_is_told():
    (fact,) = of(AdapterSpectrum, measured(adapter(change=lambda a, b: (a, b * (np.arange(8) == 0))), "full"))
    assert (fact.top, fact.highest) == (1.0, 1.0)


@pytest.mark.parametrize("change", [lambda a, b: (a[:4], b), lambda a, b: (a * np.nan, b), lambda a, b: (a, b * 0)])
def test_pairs_that_do_not_multiply_are_left(change):
    facts = measured(adapter(change=lambda a, b: tuple(one.astype(np.float32) for one in change(a, b))), "full")
    assert of(AdapterSpectrum, facts) == []
    assert [one.tensors for one in of(TensorsLeft, facts) if one.measure == "spectra"] == [4]
