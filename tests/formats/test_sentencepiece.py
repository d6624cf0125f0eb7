"""sentencepiece models: pieces, scores, special ids."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import sentencepiece as subject
from scanner.limits import Limits
from tests.builders import vocabularies as make
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = make.piece("<unk>", kind=2)


def read(raw, limits=None):
    return read_as(FORMAT, raw, "tokenizer.model", limits or Limits())[0]


def one(facts, name="Vocabulary"):
    (fact,) = of(facts, name)
    return fact


def test_the_smallest_model_has_one_piece():
    assert one(read(SMALLEST)).tokens == 1


def test_a_model_is_read():
    facts = read(make.sentencepiece())
    found = one(facts)
    assert (found.source, found.kind, found.tokens, found.score_inversions) == ("sentencepiece", "BPE", 11, 0)
    assert found.alphabet == "metaspace"
    roles = {fact.role: (fact.id, fact.text) for fact in of(facts, "SpecialToken")}
    assert roles == {"unk": (0, "<unk>"), "bos": (1, "<s>"), "eos": (2, "</s>")}
    assert [(fact.id, fact.special) for fact in of(facts, "AddedToken")] == [(1, True), (2, True)]
    (part,) = of(facts, "VocabularyPart")
    assert part.texts == tuple(make.WORDS)


def test_ids_of_special_tokens_are_those_that_the_model_names():
    trainer = make.field(3, 1) + make.field(42, 4) + make.field(43, -1)
    facts = read(make.sentencepiece(trainer=trainer))
    assert one(facts).kind == "Unigram"
    assert {fact.role: fact.id for fact in of(facts, "SpecialToken")} == {"unk": 0, "bos": 1, "eos": 4}


def test_pieces_in_the_place_of_others_are_named():
    words = [*make.WORDS, *(f"\u2581w{number}" for number in range(100))]
    scores = {number: -float(number) for number in range(3, len(words))}
    changed = {**scores, 30: scores[90], 90: scores[30]}
    assert one(read(make.sentencepiece(words, changed))).exchanged == (words[30], words[90])
    assert one(read(make.sentencepiece(words, {**scores, 30: -200.0}))).exchanged == ()
    assert one(read(make.sentencepiece(words, scores))).exchanged == ()


def test_a_score_above_the_one_before_is_counted():
    assert one(read(make.sentencepiece(scores={9: -3.5}))).score_inversions == 1


def test_user_defined_pieces_are_added_tokens():
    facts = read(make.sentencepiece(kinds={9: 4}))
    assert [(fact.id, fact.text, fact.special) for fact in of(facts, "AddedToken")][-1] == (9, "\u2581bad", False)


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (make.sentencepiece(), True),
        (SMALLEST + make.piece("<s>", kind=3), True),
        (b"", False),
        (b"\x0a\x03\x0a\x01", False),
        (b"\x08\x07\x12\x07pytorch", False),
        (b"\x0a\x7f\x0a\x7f" + b"x" * 200, False),
    ],
)
def test_a_model_is_told_by_its_first_piece(head, claimed):
    assert subject.claims(head, "any.bin") is claimed


def test_every_cut_is_malformed_or_has_fewer_pieces():
    raw = make.sentencepiece()
    for end in range(len(raw)):
        with suppress(MalformedError):
            assert one(read(raw[:end])).tokens <= 11


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        make.field(2, make.field(3, 2)),
        b"\x0a\xff\xff\xff\xff\x0f",
        make.field(1, make.field(1, b"x" * 70_000)),
        b"\x0b" * 5000,
    ],
    ids=["empty", "no pieces", "length", "long piece", "nest"],
)
def test_what_is_no_model_is_malformed(raw):
    with pytest.raises(MalformedError):
        read(raw)


def test_more_pieces_than_the_bound_are_told():
    assert one(read(make.sentencepiece(), Limits(entries=5)), "LimitReached").bound == 5


@given(st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), max_size=6))
def test_nothing_but_a_malformed_error_leaves_the_reader(edits):
    raw = make.sentencepiece()
    for at, new in edits:
        raw = raw[:at] + new + raw[at + 1 :]
    with suppress(MalformedError):
        read(raw)


@pytest.mark.parametrize("length", range(128))
def test_a_head_that_ends_inside_a_piece_is_not_claimed(length):
    assert not FORMAT.claims(b"\n\x7f\n" + bytes((length,)) + b"pieces", "x")
