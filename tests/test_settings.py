"""Documents as joins look at them: gathered from parts, asked by pointer."""

from dataclasses import replace

from scanner import settings as subject
from tests.builders.settings import settings


def document(value, path="m.zip!a/Config.JSON", form="json"):
    (found,) = subject.documents([settings(path, value, form)])
    return found


def test_parts_are_gathered_in_their_order_however_they_come():
    one, other = settings("a.json", {"x": 1, "y": 2}), replace(settings("a.json", {"z": 3}), part=1)
    last = settings("b.json", {"w": 4})
    found = subject.documents([other, last, one])
    assert [(each.path, each.outline) for each in found] == [("a.json", "\n/x\n/y\n/z\n"), ("b.json", "\n/w\n")]


def test_a_document_says_its_name_and_notation():
    found = document({"a": 1}, form="yaml")
    assert (found.name, found.format, found.leaves[0].line) == ("config.json", "yaml", 1)


def test_leaves_are_found_by_their_pointer():
    found = document({"a": {"b/~c": "text", "n": 1}, "ab": [True]})
    leaf = found.get("/a/b~1~0c")
    assert (leaf.key, leaf.keys, leaf.value, leaf.kind, leaf.line) == ("b/~c", ("a", "b/~c"), "text", "t", -1)
    assert leaf.at().pointer == "/a/b~1~0c"
    assert leaf.at().line is None
    assert (found.text("/a/b~1~0c"), found.text("/a/n"), found.text("/none")) == ("text", "", "")
    assert found.get("/none") is None


def test_what_lies_below_a_pointer_is_told_apart_from_longer_keys():
    found = document({"a": {"b": 1, "c": {"d": 2}}, "ab": 3})
    assert [leaf.pointer for leaf in found.under("/a")] == ["/a/b", "/a/c/d"]
    assert [leaf.pointer for leaf in found.under("/ab")] == ["/ab"]
    assert [leaf.pointer for leaf in found.under("")] == ["/a/b", "/a/c/d", "/ab"]


def test_of_a_key_given_twice_the_last_counts():
    fact = settings("a.json", {"a": "first", "b": "last"})
    (found,) = subject.documents([replace(fact, pointers=("/a", "/a"))])
    assert found.text("/a") == found.by_pointer["/a"].value == "last"
    assert len(found.leaves) == 2


def test_other_facts_are_gathered_anew():
    first, second = [settings("a.json", {"a": 1})], [settings("b.json", {"b": 1})]
    assert subject.documents(first) is subject.documents(first)
    assert [one.path for one in subject.documents(second)] == ["b.json"]


def test_a_text_is_no_number_and_no_nothing():
    found = document({"a": 1, "b": None, "c": True, "d": [], "e": {}, "f": "1"})
    assert [found.text(f"/{key}") for key in "abcdef"] == ["", "", "", "", "", "1"]


def test_escapes_are_undone_in_their_order():
    assert [subject.unescape(step) for step in ("a~1b", "~01", "~0~1", "plain")] == ["a/b", "~1", "~/", "plain"]


def test_one_leaf_is_the_same_whichever_way_it_is_asked_for():
    for form in ("json", "yaml"):
        found = document({"a": {"b": "x"}, "c": [1, "y"]}, form=form)
        for leaf in found.leaves:
            assert found.get(leaf.pointer) == leaf == found.by_pointer[leaf.pointer]
            assert leaf in list(found.under(leaf.pointer))
        assert list(found.under("/a")) == [found.leaves[0]]
