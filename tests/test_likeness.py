"""Names that lie one slip away from a well-known one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.known import rows
from scanner.likeness import Neighbours, canonical, likeness


@pytest.mark.parametrize(
    ("name", "near", "how"),
    [
        ("requets", "requests", "edit"),
        ("numpyy", "numpy", "edit"),
        ("nunpy", "numpy", "edit"),
        ("torhc", "torch", "swap"),
        ("ntlk", "nltk", "swap"),
        ("scikitlearn", "scikit-learn", "separator"),
        ("open-ai", "openai", "separator"),
        ("t0rch", "torch", "glyph"),
        ("tensorfIow", "tensorflow", "glyph"),
        ("rnatplotlib", "matplotlib", "glyph"),
        ("p\u0430ndas", "pandas", "glyph"),
    ],
)
def test_a_slip_of_the_hand_leads_to_the_name_that_was_meant(name, near, how):
    assert likeness(canonical(name)) == (near, how)


@pytest.mark.parametrize(
    "name", ["pandas2", "urllib4", "opencv", "my-own-package", "a", "", "x" * 200, "attr", "pytorch"]
)
def test_versions_of_names_short_ones_and_honest_ones_are_near_none(name):
    assert likeness(name) is None


def test_no_name_that_is_known_is_near_another():
    for name in (*rows("python_packages"), *rows("python_packages_alike")):
        assert likeness(name) is None
        assert canonical(name) == name


def test_every_honest_name_would_be_near_one_otherwise():
    near = Neighbours(frozenset(rows("python_packages")))
    assert [name for name in rows("python_packages_alike") if near.of(name) is None] == []


@given(st.text(min_size=1, max_size=12))
def test_any_name_is_compared(name):
    found = likeness(canonical(name))
    assert found is None or found.name in rows("python_packages")
