"""Licence texts are told apart, whatever copies change; what was added to them is shown; others stay unknown.

The texts are those of the SPDX license list (CC0-1.0). `tests/survey/license_accuracy.py` measures 1,545 variants more.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.licenses import knowledge
from scanner.licenses.fingerprints import index
from scanner.licenses.texts import matches
from scanner.licenses.words import fold, places, shingles, words

TEXTS = {
    file.stem: file.read_text(encoding="utf-8") for file in sorted((Path(__file__).parent / "data/licenses").iterdir())
}
HEADER = "The Example Project\nCopyright (c) 2020 Jane Doe and others\nAll terms of this project are those below.\n\n"
COMMONS_CLAUSE = (
    "The Software is provided to you by the Licensor under the License, as defined below, subject to the following "
    "condition. Without limiting other conditions in the License, the grant of rights under the License will not "
    "include, and the License does not grant to you, the right to Sell the Software to anyone for a fee of any kind."
)


def licenses(text):
    return [one.license for one in matches(text)]


def typos(text):
    chance = random.Random(7)  # noqa: S311 - the same each time
    letters = list(text)
    for place in chance.sample(range(len(letters)), len(letters) // 100):
        if letters[place].isalpha():
            letters[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


def cut(text):
    some = text.split(" ")
    start = len(some) // 2
    return " ".join(some[:start] + some[start + len(some) // 10 :])


CHANGES = {
    "as it is": lambda text: text,
    "with a header": lambda text: HEADER + text,
    "with typos": typos,
    "with a tenth cut away": cut,
    "as a comment of C": lambda text: "/*\n" + "".join(f" * {line}\n" for line in text.splitlines()) + " */\n",
    "as a comment of a shell": lambda text: "".join(f"# {line}\n" for line in text.splitlines()),
    "as fields": lambda text: "".join(f"License: {line}\n" for line in text.splitlines()),
    "in one line": lambda text: " ".join(text.split()),
    "in capitals": str.upper,
    "with curly quotes and CRLF": lambda text: text.replace('"', "\u201d").replace("\n", "\r\n"),
}


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_known_however_it_is_dressed(name, how):
    if (name, how) == ("BSD-3-Clause-Clear", "with a tenth cut away"):
        return  # what is cut is what makes it more than BSD-3-Clause
    assert licenses(CHANGES[how](TEXTS[name])) == [name]


@pytest.mark.parametrize("name", ["MIT", "BSD-3-Clause", "ISC", "Zlib"])
def test_terms_that_were_added_are_shown(name):
    (found,) = matches(TEXTS[name] + "\n" + COMMONS_CLAUSE)
    assert found.license == name
    assert found.containment >= 0.95
    assert found.coverage < 0.9
    assert "right to Sell the Software" in found.extra
    assert found.extra_words > 30


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_added_to_a_plain_copy(name):
    (found,) = matches(TEXTS[name])
    assert found.containment >= 0.9
    assert found.extra_words <= 40


def test_a_text_made_from_a_licence_and_far_from_it_is_unknown():
    grant, _, rest = TEXTS["MIT"].partition("to deal")
    made = f"{grant}to look at the Software for research, and never for money.\n\n{rest[120:]}\n{COMMONS_CLAUSE * 2}"
    found = matches(made)
    assert [one.license for one in found] == [""]
    assert found[0].alike[0] == "MIT"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MIT",
        "This project is licensed under the MIT License. " * 40,
        "Erlaubnis wird hiermit unentgeltlich jeder Person erteilt, die eine Kopie dieser Software erhaelt. " * 20,
        "\u672c\u8bb8\u53ef\u534f\u8bae\u6388\u4e88\u60a8\u4f7f\u7528\u672c\u6a21\u578b\u7684\u6743\u5229\u3002" * 200,
        "the quick brown fox jumps over the lazy dog " * 300,
    ],
)
def test_what_is_no_known_licence_is_none(text):
    assert matches(text) == []


def test_several_licences_in_one_text_are_all_found_in_order():
    parts = ("ISC", "BSD-3-Clause", "CC-BY-4.0", "MIT", "Zlib")
    text = "".join(f"\n\n{'=' * 70}\nComponent number {n}\n\n{TEXTS[name]}" for n, name in enumerate(parts))
    assert licenses(text) == list(parts)


def test_two_copies_of_one_licence_are_two():
    assert licenses(f"First\n{TEXTS['MIT']}\nSecond\n{TEXTS['MIT']}") == ["MIT", "MIT"]


@pytest.mark.parametrize(
    ("name", "without", "left"),
    [
        ("BSD-3-Clause", "3. Neither the name", "BSD-2-Clause"),
        ("BSD-4-Clause", "3. All advertising materials", "BSD-3-Clause"),
    ],
)
def test_a_member_of_the_bsd_family_is_known_by_its_clauses(name, without, left):
    paragraphs = [one for one in TEXTS[name].split("\n\n") if not one.lstrip().startswith(without)]
    assert licenses("\n\n".join(paragraphs)) == [left]


def test_the_title_tells_near_twins_apart():
    text = TEXTS["CC-BY-NC-SA-4.0"].partition("\n")[2]
    first = "Attribution-NonCommercial-ShareAlike 4.0 International\n" + text
    assert licenses(first) == ["CC-BY-NC-SA-4.0"]
    assert "CC-BY-NC-4.0" in matches(first)[0].alike or matches(first)[0].alike == ()


def test_the_data_is_small_and_every_text_of_it_is_of_a_known_licence():
    table = Path(__file__).parents[1] / "rules/known/license_texts.txt"
    assert table.stat().st_size < 1_000_000
    assert {one.license for one in index().texts} <= set(knowledge.load())
    named = {(known.id, text.version) for known in knowledge.load().values() for text in known.texts}
    assert {(one.license, one.version) for one in index().texts} == named


def test_titles_in_the_table_are_those_of_the_knowledge_base():
    from scanner.licenses.names import title_key

    for one in index().texts:
        known = knowledge.get(one.license)
        assert known is not None
        assert one.titles == tuple(map(title_key, known.titles))


@given(st.text(max_size=300))
def test_words_and_their_places_agree(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert len(places(folded)) == len(words(folded))
    assert len(shingles(words(folded))) == max(0, len(words(folded)) - 3)


@given(st.lists(st.sampled_from(list(TEXTS.values())) | st.text(max_size=50), max_size=3).map("\n".join))
def test_any_mixture_is_matched_without_an_error_and_within_the_text(text):
    for found in matches(text):
        assert 0 <= found.start < found.end <= len(text)
        assert 0 < found.containment <= 1
        assert 0 < found.coverage <= 1
