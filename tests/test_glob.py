"""Path patterns of a policy."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.glob import covers_below, matches

COVERED = [
    ("model.pt", "model.pt"),
    ("*.pt", "model.pt"),
    ("*.pt", "model.pt.pt"),
    ("models/*.pt", "models/a.pt"),
    ("m?del.pt", "model.pt"),
    ("**/a.pt", "a.pt"),
    ("**/a.pt", "x/y/a.pt"),
    ("x/**/a.pt", "x/a.pt"),
    ("x/**/a.pt", "x/y/z/a.pt"),
    ("x/**", "x/y/z"),
    ("x/", "x/y/z"),
    ("**", "x/y"),
    ("**/**", "x"),
    ("x/**/y/**/z", "x/1/y/2/y/3/z"),
    ("[a].pt", "[a].pt"),
    ("*", "two\nlines"),
    ("*ab*ab", "abxabab"),
    ("a.pt!archive/*.pkl", "a.pt!archive/data.pkl"),
]
NOT_COVERED = [
    ("*.pt", "models/a.pt"),
    ("models", "models/a.pt"),
    ("models/*", "models/a/b.pt"),
    ("m?del.pt", "m/del.pt"),
    ("x/**", "x"),
    ("x/", "xy"),
    ("[a].pt", "a.pt"),
    ("a.pt", "b/a.pt"),
    ("A.pt", "a.pt"),
    ("*ab*ab", "ab"),
    ("a", ""),
]


@pytest.mark.parametrize(("pattern", "path"), COVERED)
def test_pattern_covers_the_path(pattern, path):
    assert matches(pattern, path)


@pytest.mark.parametrize(("pattern", "path"), NOT_COVERED)
def test_pattern_does_not_cover_the_path(pattern, path):
    assert not matches(pattern, path)


NAME = st.text(alphabet="ab.!", min_size=1, max_size=4)
PATH = st.lists(NAME, min_size=1, max_size=5).map("/".join)


@given(PATH)
def test_a_path_without_wildcards_covers_itself_alone(path):
    assert matches(path, path)
    assert not matches(path, f"{path}x")


@given(PATH, st.integers(0, 4), st.integers(0, 4))
def test_two_stars_stand_for_any_names(path, start, count):
    names = path.split("/")
    start = min(start, len(names) - 1)
    pattern = "/".join([*names[:start], "**", *names[min(start + count, len(names) - 1) :]])
    assert matches(pattern, path)


@given(st.lists(st.sampled_from(["a", "b", "*", "?", "**"]), min_size=1, max_size=5).map("/".join), PATH, NAME)
def test_what_covers_a_folder_covers_every_path_below_it(pattern, folder, name):
    if covers_below(pattern, f"{folder}/"):
        assert matches(pattern, f"{folder}/{name}")
        assert matches(pattern, f"{folder}/{name}/{name}")


def test_a_hostile_path_takes_no_time():
    pattern = "**/" + "*a" * 20 + "/**/" + "*b" * 20 + "/**/x"
    start = time.process_time()
    assert not matches(pattern, ("a" * 3000 + "/") * 2000)
    assert time.process_time() - start < 2
