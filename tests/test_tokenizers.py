"""Tokenizers put together from facts, and how texts of vocabularies read."""

import pytest

from scanner.artifact import Location
from scanner.facts.tokenizer import AddedToken, VocabularyPart
from scanner.tokenizers import folders, is_word, readable, rows_of, tokens_of


def part(path, start, texts):
    return VocabularyPart(where=Location(path=path), source="vocab.json", start=start, texts=texts)


def added(path, number, text):
    where = Location(path=path, pointer=f"/added_tokens/{number}")
    return AddedToken(
        where=where,
        source="vocab.json",
        id=number,
        text=text,
        special=True,
        base_id=-1,
        base_text="",
        marks=(),
        twin="",
    )


def test_parts_of_a_file_are_one_vocabulary():
    (one,) = tokens_of([part("m/v", 0, ("a", "b")), part("m/v", 7, ("c",))])
    assert one.base == {0: "a", 1: "b", 7: "c"}
    assert one.folder == "m/"


def test_an_added_token_stands_before_a_row():
    (one,) = tokens_of([part("m/v", 0, ("a", "b")), added("m/v", 1, "<x>"), added("m/v", -1, "<y>")])
    assert (one.text(0), one.text(1), one.text(2)) == ("a", "<x>", None)


def test_files_are_put_together_by_folder():
    found = folders(tokens_of([part("m/v", 0, ("a",)), part("m/w", 0, ("a",)), part("n/v", 0, ("a",))]))
    assert {folder: len(files) for folder, files in found.items()} == {"m/": 2, "n/": 1}


@pytest.mark.parametrize(
    ("text", "alphabet", "expected"),
    [
        ("\u0120bad", "bytes", True),
        ("\u2581bad", "metaspace", True),
        ("##ing", "plain", True),
        ("good</w>", "plain", True),
        ("</w>", "plain", False),
        ("\u0120\u00d0\u00bc\u00d0\u00b0", "bytes", True),
        ("evil.example/x", "plain", True),
        ("\u4e0d", "plain", True),
        ("\u00e4\u00b8\u012f", "bytes", True),
        ("<|im_end|>", "bytes", False),
        ("<bad>", "plain", False),
        ("[unused7]", "plain", False),
        ("\u0120\u0120", "bytes", False),
        ("12", "plain", False),
        ("", "plain", False),
    ],
)
def test_words_are_told_from_markup(text, alphabet, expected):
    assert is_word(text, alphabet) is expected


def test_rows_are_listed_with_spaces_and_gaps():
    assert rows_of({0: "\u2581a", 2: ""}, 4) == [" a", None, "", None]


def test_bytes_are_written_as_what_they_stand_for():
    assert readable("\u0120\u00c3\u00a9", "bytes") == " \u00e9"
    assert readable("\u2581x", "bytes") == "\u2581x"
