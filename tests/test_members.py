"""Names of members: paths, places, clashes."""

import pytest

from scanner.members import Name, Naming, clashes, leads
from tests.builders.reading import artifact_of


def test_every_member_gets_a_path_of_its_own():
    naming = Naming("m.zip")
    assert [naming.path(name) for name in ("a", "a", "b\n", "a")] == ["m.zip!a", "m.zip!a#2", "m.zip!b\\n", "m.zip!a#3"]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a/b", ""),
        ("a..b/c", ""),
        ("a\\b", ""),
        ("/a", "absolute"),
        ("../a", "parent"),
        ("a/../../b", "parent"),
        ("a\\..\\b", "backslash"),
        ("\\a", "backslash"),
        ("c:a", "drive"),
        ("a:b:c", "drive"),
        ("ab:c", ""),
        ("a\x1b", "control"),
    ],
)
def test_a_name_leads_where_it_leads(name, how):
    assert leads(name) == how


def found(*names: Name):
    return [(fact.how, fact.identical) for fact in clashes(artifact_of(b""), "zip", names)]


def name(text: str, digest: int = 0) -> Name:
    return Name(text, 0, text.endswith("/"), digest)


def test_equal_names_with_equal_digests_are_identical():
    assert found(name("a", 1), name("./a", 1), name("a", 2)) == [("same", True), ("same", False)]


def test_a_folder_named_twice_is_no_clash():
    assert found(name("a/"), name("a/"), name("a/b")) == []


def test_a_file_and_a_folder_of_one_name_clash():
    assert found(name("a"), name("a/")) == [("file-and-folder", False)]


def test_a_hundred_thousand_names_are_compared_in_a_moment():
    assert found(*(name(f"folder{n % 7}/file{n}") for n in range(100_000))) == []
