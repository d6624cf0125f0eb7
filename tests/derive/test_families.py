"""Vocabularies against known ones."""

import binascii

import pytest

from scanner.artifact import Location
from scanner.derive.tokenizer import families
from scanner.derive.tokenizer.families import DIGEST_DIGITS, Family, derive, probe, probed
from scanner.known import rows
from scanner.rowsums import hashes, pack, sums
from scanner.tokenizers import rows_of
from scanner.vocabulary import vocabulary

WORDS = [f"\u2581word{'abcdefghij'[number % 10] * (1 + number // 10)}" for number in range(600)]
SMALL = [f"<unused{number}>" if number < 20 else f"\u2581{WORDS[number][1:]}" for number in range(600)]


def facts(words, path="m/tokenizer.json"):
    listed = [(word, number) for number, word in enumerate(words) if word is not None]
    return list(vocabulary(Location(path=path), "tokenizer.json", "BPE", listed))


def family(name, words):
    hashed = hashes(rows_of(dict(enumerate(words)), len(words)))
    packed = binascii.b2a_base64(pack(sums(hashed)), newline=False).decode()
    digest = facts(words)[0].digest[:DIGEST_DIGITS]
    return Family(name, len(words), digest, "".join(probe(hashed[row]) for row in probed(len(words))), packed)


@pytest.fixture(autouse=True)
def table(monkeypatch):
    """Three families: one begins with the rows of another, one has free rows."""
    longer = [*WORDS, *(f"\u2581more{'x' * number}" for number in range(300))]
    known = (family("words", WORDS), family("longer", longer), family("free", SMALL[:20] + WORDS[::-1]))
    monkeypatch.setattr(families, "families", lambda: known)
    return longer


def found(words):
    match, *changed = derive(facts(words)) or [None]
    return match, changed


def test_an_equal_vocabulary_is_exact():
    match, changed = found(WORDS)
    assert (match.family, match.how, match.rows, match.changed, changed) == ("words", "exact", 600, 0, [])


def test_rows_behind_a_family_extend_it():
    match, changed = found([*WORDS, "<|im_end|>", "<|tool|>"])
    assert (match.family, match.how, changed) == ("words", "extended", [])


def test_spaces_are_written_in_two_ways():
    match, changed = found([word.replace("\u2581", " ") for word in WORDS])
    assert (match.family, match.how, changed) == ("words", "extended", [])


def test_two_words_that_changed_places_are_shown_row_by_row():
    words = [*WORDS]
    words[70], words[500] = words[500], words[70]
    match, changed = found(words)
    assert (match.how, match.changed) == ("near", 2)
    assert [(one.id, one.text, one.known_id, one.known, one.word) for one in changed] == [
        (70, WORDS[500], 500, WORDS[70], True),
        (500, WORDS[70], 70, WORDS[500], True),
    ]


def test_a_new_word_is_shown_though_the_old_one_cannot_be_told():
    _, (change,) = found([*WORDS[:70], "\u2581evil", *WORDS[71:]])
    assert (change.id, change.text, change.known_id, change.known, change.word) == (70, "\u2581evil", -1, "", True)


def test_a_change_in_the_longer_of_two_families_is_not_taken_for_rows_behind_the_shorter(table):
    words = [*table]
    words[800] = "\u2581evil"
    match, changed = found(words)
    assert (match.family, match.how) == ("longer", "near")
    assert [change.id for change in changed] == [800]


def test_a_free_row_that_was_filled_says_what_it_was():
    words = SMALL[:20] + WORDS[::-1]
    words[7] = "\u2581covid"
    _, (change,) = found(words)
    assert (change.known, change.text) == ("<unused7>", "\u2581covid")


def test_a_renamed_special_token_is_no_word():
    _, (change,) = found([*WORDS[:3], "<start_of_turn>", *WORDS[4:]])
    assert not change.word


def test_a_missing_row_is_a_change_without_a_text():
    words = [*WORDS]
    words[9] = None
    _, (change,) = found(words)
    assert (change.id, change.text, change.word) == (9, "", False)


@pytest.mark.parametrize(
    "words",
    [
        [f"\u2581other{number}" for number in range(600)],
        [word + "x" if number % 9 == 0 else word for number, word in enumerate(WORDS)],
        WORDS[:300],
        WORDS[1:],
        ["a"],
    ],
    ids=["stranger", "many changes", "half", "shifted", "tiny"],
)
def test_what_is_not_near_a_family_is_not_matched(words):
    assert list(derive(facts(words))) == []


def test_many_changes_are_counted_and_fifty_shown(monkeypatch):
    monkeypatch.setattr(families, "CHANGED_SHARE", 6)
    match, changed = found([word + "x" if number < 90 else word for number, word in enumerate(WORDS)])
    assert (match.changed, len(changed), changed[0].changed) == (90, 50, 90)


def test_the_bundled_table_can_be_read():
    width = len(binascii.b2a_base64(pack(sums([0] * 200)), newline=False))
    for line in rows(families.TABLE):
        name, count, digest, probes, packed = line.split("\t")
        assert name
        assert int(count) > 1000
        assert len(digest) == DIGEST_DIGITS
        assert len(packed) in (0, width)
        assert len(probes) == (families.PROBES * families.PROBE_DIGITS if packed else 0)
