"""Names of files that deceive, and names that some systems cannot tell apart."""

import pytest

from scanner.artifact import Location
from scanner.derive.core.tree import derive
from scanner.facts import Examined, LinkFound


def file(path):
    return Examined(where=Location(path=path), sha256="", size=1, formats=(), bytes_examined=1, complete=True)


def hows(*paths):
    return [one.how for one in derive([file(path) for path in paths])]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a/x\u202efdp.exe", "direction"), ("a\u200bb.txt", "invisible"), ("a\nb", "control"), ("x.", "trailing"),
        ("x ", "trailing"), ("CON", "reserved"), ("aux.py", "reserved"), ("com1.txt", "reserved"),
        ("m/model.safetensors.exe", "double-extension"), ("x.pdf   .scr", "double-extension"),
        ("a.b.docx.lnk", "double-extension"),
    ],
)  # fmt: skip
def test_a_name_that_deceives_is_told(name, how):
    assert hows(name) == [how]


@pytest.mark.parametrize(
    "name",
    ["model.safetensors", "model.tar.gz", "setup.exe", "x.min.js", "console.txt", "a.b.c",
     "\u0645\u062f\u0644\u200c\u0647\u0627.txt", "é.txt", "模型.bin",
     "..", "com10.txt", "x.exe.txt", "readme.txt.md", "family\u200d.png"],
)  # fmt: skip
def test_an_ordinary_name_is_not_told(name):
    assert hows(name) == []


def test_names_that_fold_together_are_told():
    facts = list(derive([file("a/X.bin"), file("a/x.bin"), file("b/x.bin"), file("e\u0301"), file("\u00e9")]))
    assert [(one.how, one.name, one.other) for one in facts] == [
        ("case", "a/x.bin", "a/X.bin"),
        ("unicode", "\u00e9", "e\u0301"),
    ]


def test_links_have_names_too():
    fact = LinkFound(where=Location(path="a\u202eb"), target="x", escapes=False)
    assert [one.how for one in derive([fact])] == ["direction"]


def test_a_folder_of_too_many_files_is_told_once():
    facts = list(derive([file(f"data/{number}.txt") for number in range(10_001)]))
    assert [(one.how, one.name, one.count) for one in facts] == [("many", "data/", 10_001)]
    assert list(derive([file(f"data{number % 2}/{number}") for number in range(10_001)])) == []


def test_of_many_odd_names_the_first_are_told():
    assert hows(*(f"{number}." for number in range(500))) == ["trailing"] * 100
