"""Where links inside a container lead."""

import pytest

from scanner.links import Links


def links(**targets: str) -> Links:
    found = Links()
    for name, target in targets.items():
        found.add(name.replace("__", "/"), target)
    return found


@pytest.mark.parametrize(
    ("name", "target", "out"),
    [
        ("a/b", "../c", False),
        ("a/b", "../../c", True),
        ("a", "/etc", True),
        ("a", "C:/x", True),
        ("a", "..\\x", True),
        ("a/b/c", "../../d", False),
    ],
)
def test_a_link_alone_leads_out_or_not(name, target, out):
    assert Links().leads_out(name, target) is out


def test_a_link_that_resolves_through_another_leads_out():
    assert links(a__b=".").leads_out("x", "a/b/../../y")


def test_a_name_below_a_link_that_stays_inside_stays_inside():
    assert links(current="v1").escape("current/file") is None


def test_a_name_below_a_link_that_leads_out_leads_out():
    assert links(x="../out").escape("x/file") == "../out"


def test_a_link_to_itself_counts_as_leading_out():
    assert links(x="x").escape("x/file") == "x"


def test_a_very_deep_name_counts_as_leading_out():
    assert links(x="y").escape("a/" * 300 + "b") is not None
