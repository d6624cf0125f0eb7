"""tokenizer.json: vocabularies, merges, steps that change text, added tokens."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import tokenizer as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
WORDS = ["<unk>", "a", "b", "c", "d", "ab", "abc", "cd", "abcd"]
MERGES = [["a", "b"], ["ab", "c"], ["c", "d"], ["abc", "d"]]


def document(**parts):
    """Write a byte-pair encoding with what is given in place of its parts."""
    model = {"type": "BPE", "vocab": {word: n for n, word in enumerate(WORDS)}, "merges": MERGES}
    model.update(parts.pop("model", {}))
    found = {
        "version": "1.0",
        "added_tokens": [{"id": 0, "content": "<unk>", "special": True}],
        "normalizer": None,
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": None,
        "model": model,
    }
    return json.dumps({**found, **parts}).encode()


SMALLEST = b'{"version":"1.0","model":{"type":"BPE","vocab":{"a":0},"merges":[]}}'


def read(raw, limits=None):
    return read_as(FORMAT, raw, "tokenizer.json", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_the_smallest_file_has_one_row():
    assert subject.claims(SMALLEST, "tokenizer.json")
    assert one(read(SMALLEST), "Vocabulary").tokens == 1


def test_a_file_is_read():
    facts = read(document())
    found = one(facts, "Vocabulary")
    assert (found.source, found.kind, found.tokens, found.highest) == ("tokenizer.json", "BPE", 9, 8)
    merges = one(facts, "Merges")
    assert (merges.merges, merges.inversions, merges.orphans) == (4, 0, 0)
    assert [(fact.id, fact.text, fact.special) for fact in of(facts, "AddedToken")] == [(0, "<unk>", True)]


def test_merges_written_as_text_are_the_same():
    plain = document(model={"merges": [" ".join(pair) for pair in MERGES]})
    assert one(read(plain), "Merges").merges == 4


def test_ids_that_fall_along_the_merges_are_counted():
    vocab = {word: n for n, word in enumerate(WORDS)}
    vocab["ab"], vocab["abcd"] = vocab["abcd"], vocab["ab"]
    assert one(read(document(model={"vocab": vocab})), "Merges").inversions > 0


def test_two_texts_on_one_id_are_told():
    vocab = {word: n for n, word in enumerate(WORDS)} | {"e": 3}
    assert one(read(document(model={"vocab": vocab})), "SharedId").texts == ("c", "e")


def test_steps_are_told_in_nested_sequences():
    step = {"type": "Replace", "pattern": {"String": "api.example.com"}, "content": "evil.example.net"}
    facts = read(document(decoder={"type": "Sequence", "decoders": [{"type": "Fuse"}, step]}))
    (found,) = [fact for fact in of(facts, "TokenizerStep") if fact.type == "Replace"]
    assert (found.stage, found.pattern, found.content) == ("decoder", "api.example.com", "evil.example.net")
    assert found.where.pointer.startswith("/decoder")


def test_a_plain_file_is_quiet():
    assert set(judged(document(), "tokenizer.json").values()) <= {"info", "low"}


def test_other_kinds_are_read():
    unigram = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5], ["b", -2.5]]}
    raw = json.dumps({"version": "1.0", "added_tokens": [], "model": unigram}).encode()
    assert one(read(raw), "Vocabulary").kind == "Unigram"
    piece = {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1}}
    raw = json.dumps({"version": "1.0", "added_tokens": [], "model": piece}).encode()
    assert one(read(raw), "Vocabulary").kind == "WordPiece"


def test_every_cut_is_malformed_or_told():
    for end in range(1, len(SMALLEST)):
        with suppress(MalformedError):
            facts = read(SMALLEST[:end])
            assert of(facts, "Malformed") or not of(facts, "Vocabulary"), SMALLEST[:end]


def test_an_empty_file_is_not_claimed():
    assert not subject.claims(b"", "tokenizer.json")


@pytest.mark.parametrize(
    "raw",
    [
        document(model={"vocab": {"a": "x"}}),
        document(model={"vocab": []}),
        document(added_tokens=5),
        document(decoder=[1]),
        document()[:-1],
    ],
    ids=["id", "rows", "tokens", "step", "cut"],
)
def test_a_wrong_type_is_told(raw):
    with suppress(MalformedError):
        assert of(read(raw), "Malformed")


def test_a_nest_too_deep_is_malformed_or_told():
    with suppress(MalformedError):
        assert of(read(b'{"version":"1.0","model":' + b"[" * 100_000), "Malformed")


def test_a_file_beyond_the_bound_is_told():
    assert of(read(document(), Limits(header_nbytes=20)), "LimitReached")


@given(st.lists(st.tuples(st.integers(0, 500), st.binary(max_size=3)), max_size=6))
def test_nothing_but_a_malformed_error_leaves_the_reader(edits):
    raw = document(decoder={"type": "Sequence", "decoders": [{"type": "Strip", "content": " ", "start": 1, "stop": 0}]})
    for at, new in edits:
        raw = raw[:at] + new + raw[at + 1 :]
    with suppress(MalformedError):
        read(raw)
