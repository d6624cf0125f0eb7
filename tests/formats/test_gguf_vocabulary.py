"""The tokenizer of a GGUF file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.formats.gguf import FORMAT
from scanner.limits import DEFAULT, Limits
from tests.builders import gguf as make
from tests.builders import tokenizers
from tests.builders.reading import artifact_of, of, read_as

TEXT, ARRAY, UINT32, INT32, FLOAT32 = make.TEXT, make.ARRAY, 4, 5, 6
WORDS = ["<unk>", "<s>", "</s>", *(f"\u2581word{number}" for number in range(100)), "<|im_end|>"]
TYPES = [2, 3, 3, *[1] * 100, 4]


def pairs(words=WORDS, types=TYPES, scores=None, model="llama"):
    return [
        ("tokenizer.ggml.model", TEXT, model),
        ("tokenizer.ggml.tokens", ARRAY, (TEXT, words)),
        ("tokenizer.ggml.token_type", ARRAY, (INT32, types)),
        ("tokenizer.ggml.scores", ARRAY, (FLOAT32, scores or [-float(number) for number in range(len(words))])),
        ("tokenizer.ggml.eos_token_id", UINT32, 2),
    ]


def read(*args, **kwargs):
    return read_as(FORMAT, make.gguf(pairs(*args, **kwargs)))[0]


def test_tokens_are_a_vocabulary_by_their_places():
    facts = read()
    (whole,) = of(facts, "Vocabulary")
    assert (whole.source, whole.kind, whole.alphabet, whole.ids, whole.score_inversions) == (
        "gguf", "BPE", "metaspace", 104, 0,
    )  # fmt: skip
    assert [text for part in of(facts, "VocabularyPart") for text in part.texts] == WORDS


def test_control_and_user_defined_tokens_are_added_ones():
    found = [(fact.id, fact.text, fact.special) for fact in of(read(), "AddedToken")]
    assert found == [(1, "<s>", True), (2, "</s>", True), (103, "<|im_end|>", False)]


def test_ids_of_special_tokens_have_their_texts():
    (eos,) = of(read(), "SpecialToken")
    assert (eos.role, eos.id, eos.text) == ("eos", 2, "</s>")


def test_a_special_id_that_is_no_token_has_no_text():
    changed = [*pairs()[:-1], ("tokenizer.ggml.bos_token_id", UINT32, 4_000_000_000)]
    (bos,) = of(read_as(FORMAT, make.gguf(changed))[0], "SpecialToken")
    assert (bos.id, bos.text) == (4_000_000_000, "")


def merging(vocab=None, merges=None, types=None):
    """Write a byte-level vocabulary with its merges, as converters do, and a control token behind it."""
    vocab = tokenizers.vocabulary() if vocab is None else vocab
    words = [*sorted(vocab, key=vocab.__getitem__), "<|end|>"]
    merges = [" ".join(one) for one in (tokenizers.pairs() if merges is None else merges)]
    types = [*[1] * len(vocab), 3] if types is None else types
    content = make.gguf([*pairs(words, types, model="gpt2"), ("tokenizer.ggml.merges", ARRAY, (TEXT, merges))])
    (found,) = of(read_as(FORMAT, content)[0], "Merges")
    return found


def test_merges_are_held_against_the_tokens():
    found = merging()
    assert (found.source, found.merges, found.inversions) == ("gguf", 43, 0)
    assert (found.orphans, found.unreached, found.exchanged) == (0, 0, ())


def test_words_that_changed_places_are_named():
    changed = tokenizers.exchanged(tokenizers.vocabulary(), "\u0120good", "\u0120deny")
    assert set(merging(changed).exchanged) == {"\u0120good", "\u0120deny"}


def test_merges_of_what_is_no_token_are_orphans():
    found = merging(merges=[*tokenizers.pairs(), ["q", "z"], ["qz", "a"]])
    assert (found.orphans, found.first[0]) == (2, "q z")


def test_words_that_no_merge_makes_are_out_of_reach():
    assert merging(merges=tokenizers.pairs()[:-1]).unreached == 1
    assert merging(types=[1] * 300).unreached == 0  # written like markup


def test_a_merge_may_begin_with_a_space_or_hold_none():
    assert merging(merges=[["", "", "a"], ["ab"]]).orphans == 2


def test_a_score_that_rises_is_counted():
    scores = [-float(number) for number in range(104)]
    scores[40], scores[60] = scores[60], scores[40]
    assert of(read(scores=scores), "Vocabulary")[0].score_inversions == 2


@pytest.mark.parametrize("scores", [[0.0] * 104, [0.0] * 7])
def test_scores_that_say_nothing_are_not_compared(scores):
    assert of(read(scores=scores), "Vocabulary")[0].score_inversions == -1


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("order", ["<", ">"])
def test_tokens_are_read_in_every_version_and_byte_order(version, order):
    facts, _ = read_as(FORMAT, make.gguf(pairs(), order=order, version=version))
    assert [text for part in of(facts, "VocabularyPart") for text in part.texts] == WORDS
    assert len(of(facts, "AddedToken")) == 3


@pytest.mark.parametrize("words", [[], ["a"], ["", ""]])
def test_short_arrays_of_tokens_are_read(words):
    assert of(read(words, []), "Vocabulary")[0].tokens == len(words)


def test_tokens_that_are_no_texts_are_no_vocabulary():
    facts, _ = read_as(FORMAT, make.gguf([("tokenizer.ggml.tokens", ARRAY, (UINT32, [1, 2]))]))
    assert of(facts, "Vocabulary") == []


def test_texts_that_are_no_utf8_are_kept_apart():
    raw = make.header(0, 1) + make.text("tokenizer.ggml.tokens") + b"\x09\0\0\0\x08\0\0\0" + (2).to_bytes(8, "little")
    facts, _ = read_as(FORMAT, raw + make.text(b"\xff") + make.text(b"\xfe"))
    assert of(facts, "VocabularyPart")[0].texts == ("\\xff", "\\xfe")


def test_more_tokens_than_entries_are_said_to_be_left():
    facts, _ = read_as(FORMAT, make.gguf(pairs()), limits=Limits(entries=50))
    assert of(facts, "Vocabulary") == []
    assert [fact.limit for fact in of(facts, "LimitReached")] == ["entries"]


@given(st.integers(0, len(make.gguf(pairs()))), st.binary(max_size=9))
def test_only_malformed_error_leaves_the_reader(at, patch):
    content = make.gguf(pairs())
    content = content[:at] + patch + content[at + len(patch) :]
    try:
        for item in FORMAT.read(artifact_of(content), DEFAULT):
            assert isinstance(item, Artifact) or item.where
    except MalformedError:
        pass
