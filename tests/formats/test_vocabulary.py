"""Plain vocabulary files: which they are, and what their rows add up to."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import vocabulary as subject
from scanner.formats.vocabulary.alphabet import byte_level
from scanner.limits import Limits
from tests.builders import vocabularies as make
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = b'{"a": 0}'
ALL_BYTES = [bytes([one]) for one in range(256)]

FILES = [
    make.as_json(), make.as_ranks(), make.merges(), make.as_lines(), make.as_tekken(ALL_BYTES[:20]),
    make.as_rwkv(ALL_BYTES[100:140]), make.as_clip([("a", "b"), ("ab", "c")]),
]  # fmt: skip


def read(raw, path="vocab.json", limits=None):
    return read_as(FORMAT, raw, path, limits or Limits())[0]


def one(facts, name="Vocabulary"):
    (fact,) = of(facts, name)
    return fact


def texts(facts):
    return {part.start + n: text for part in of(facts, "VocabularyPart") for n, text in enumerate(part.texts)}


@pytest.mark.parametrize(
    ("raw", "path", "kind"),
    [
        (make.as_json(), "x", "vocab.json"),
        (SMALLEST, "m/vocab.json", "vocab.json"),
        (SMALLEST, "m/other.json", ""),
        (b'{"char2idx": {"a": 1}}', "vocab.json", ""),
        (make.as_ranks(), "x", "tiktoken"),
        (b"MaxLights 32\nMaxPlanes 64\nMaxUnits 128\n" * 4, "test.conf", ""),
        (b"ZQ== 5\nYQ== 5\n" * 8, "x", ""),
        (make.as_json({f"w{number}": number % 5 for number in range(20)}), "clusters.json", ""),
        (make.merges(), "x", "merges.txt"),
        (make.as_lines(), "m/vocab.txt", "vocab.txt"),
        (make.as_lines(), "m/words.txt", ""),
        (b"", "vocab.txt", ""),
    ],
)
def test_the_kind_is_told_by_content_or_name(raw, path, kind):
    assert (subject.kind_of(raw, path) if raw else "") == kind
    assert subject.claims(raw, path) is (kind != "")


@pytest.mark.parametrize(
    ("raw", "path"),
    [(make.as_json(), "vocab.json"), (make.as_lines(), "vocab.txt")],
)
def test_the_same_rows_are_the_same_vocabulary_in_any_file(raw, path):
    facts = read(raw, path)
    found = one(facts)
    assert (found.tokens, found.ids, found.highest, found.holes) == (11, 11, 10, 0)
    assert (found.shared, found.repeated, found.disordered, found.score_inversions) == (0, 0, 0, -1)
    assert found.alphabet == "metaspace"
    assert found.digest == one(read(make.as_json(), "vocab.json")).digest
    assert texts(facts) == dict(enumerate(make.WORDS))


def test_ranks_are_bytes_in_a_printable_alphabet():
    facts = read(make.as_ranks([" good", "\n", "é", *"abcdefgh"]), "x.tiktoken")
    assert one(facts).source == "tiktoken"
    assert [texts(facts)[number] for number in range(3)] == ["\u0120good", "\u010a", "\u00c3\u00a9"]


def test_an_empty_token_of_whisper_is_read():
    assert texts(read(make.as_ranks([*"abcdefgh"]) + b"= 8\n", "x"))[8] == ""


def test_two_texts_on_one_id_are_told():
    facts = read(b'{"allow": 3, "deny": 3, "a": 0, "b": 1, "c": 2}', "vocab.json")
    shared = one(facts, "SharedId")
    assert (shared.id, shared.texts) == (3, ("allow", "deny"))
    assert one(facts).shared == 1
    assert one(facts).disordered == 1


def test_a_text_given_twice_and_holes_are_counted():
    found = one(read(b'{"a": 0, "b": 1, "a": 9}'))
    assert (found.tokens, found.ids, found.holes, found.repeated) == (3, 3, 7, 1)


def test_an_address_in_a_row_is_told():
    facts = read(make.as_json([*make.WORDS, "https://example.com/x", "10.0.0.1", "1.2"]))
    assert [fact.id for fact in of(facts, "VocabularyEntry")] == [11, 12]
    assert "url" in of(facts, "VocabularyEntry")[0].marks


def test_long_vocabularies_are_told_in_parts():
    words = [f"w{number}" for number in range(2500)]
    facts = read(make.as_json(words))
    assert [len(part.texts) for part in of(facts, "VocabularyPart")] == [1000, 1000, 500]
    assert texts(facts) == dict(enumerate(words))
    long = [*make.WORDS, *("x" * 20_000 + str(number) for number in range(5))]
    assert [len(text) for text in texts(read(make.as_json(long))).values()][-5:] == [2000] * 5


def test_a_list_that_goes_on_within_words_is_of_wordpieces():
    assert one(read(make.as_json(["[UNK]", "good", "##ly"]))).kind == "WordPiece"
    assert one(read(make.as_json([*make.WORDS, *(f"w{number}" for number in range(300)), "##"]))).kind == "BPE"


def test_merges_are_counted():
    found = one(read(make.merges([("a", "b"), ("a", "b"), ("b", "c")]), "merges.txt"), "Merges")
    assert (found.merges, found.inversions) == (3, -1)


def test_tekken_counts_ranks_behind_its_special_tokens():
    special = [
        {"rank": 0, "token_str": "<unk>", "is_control": True},
        {"rank": 1, "token_str": "<s>", "is_control": True},
    ]
    facts = read(make.as_tekken([*ALL_BYTES, b" good"], special_tokens=special), "x.json")
    found = one(facts)
    assert (found.source, found.kind, found.ids, found.highest, found.holes) == ("tekken.json", "BPE", 257, 259, 3)
    assert texts(facts)[259] == "\u0120good"
    assert [(token.id, token.text) for token in of(facts, "AddedToken")] == [(0, "<unk>"), (1, "<s>")]


def test_tekken_leaves_ranks_out_that_are_not_loaded():
    assert one(read(make.as_tekken([*ALL_BYTES, b"a", b"b"], size=200), "x.json")).ids == 197
    assert one(read(make.as_tekken(ALL_BYTES, size=2), "x.json")).ids == 0


@pytest.mark.parametrize(
    "vocab",
    [
        {},
        [1],
        [{"rank": "0", "token_bytes": "AA=="}],
        [{"rank": 0, "token_bytes": "A"}],
        [{"rank": -1, "token_bytes": ""}],
    ],
)
def test_tekken_with_another_row_is_malformed(vocab):
    with pytest.raises(MalformedError):
        read(make.as_tekken(ALL_BYTES, vocab=vocab, also=[{"rank": 0, "token_bytes": "AA=="}]), "x.json")


def test_rwkv_writes_texts_and_bytes_as_python_does():
    contents = [*ALL_BYTES, b"it's", b'"', "\u4e2d\n".encode(), b"\xff\xfe\\", " \U0001f600".encode()]
    facts = read(make.as_rwkv(contents), "x.txt")
    assert (one(facts).source, one(facts).ids, one(facts).holes) == ("rwkv", 261, 1)
    assert list(texts(facts).values()) == [byte_level(content) for content in contents]


@pytest.mark.parametrize(
    "line", [b"9 'ab' 3", b"9 'a", b"9 'a' 1 1", b"9 b'\xc3\xa9' 2", b"9 '\\q' 1", b"x", b"9 '\\ud800' 3"]
)
def test_a_line_of_rwkv_that_python_would_not_write_is_malformed(line):
    head = make.as_rwkv(ALL_BYTES[:8])
    with pytest.raises(MalformedError):
        read(head + line + b"\n", "x.txt")


def test_clip_counts_its_vocabulary_out_of_its_merges():
    facts = read(make.as_clip([("i", "n"), ("t", "h</w>")]), "bpe.txt")
    found = texts(facts)
    assert (one(facts).source, one(facts).ids, found[0], found[256], found[512], found[513]) == (
        "clip", 516, "!", "!</w>", "in", "th</w>",
    )  # fmt: skip
    assert (found[514], found[515]) == ("<|startoftext|>", "<|endoftext|>")


def test_a_list_of_texts_is_a_vocabulary_under_its_name():
    assert texts(read(b'["[PAD]", "\xe2\x96\x81the"]')) == {0: "[PAD]", 1: "\u2581the"}
    assert not subject.claims(b'["[PAD]", "the"]', "words.json")
    with pytest.raises(MalformedError):
        read(b'["a", 1]')


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"a": 0, "b": "x"}', "vocab.json"),
        (b'{"a": 0, "b": -1}', "vocab.json"),
        (b'{"a": 0, "b": true}', "vocab.json"),
        (b'{"a": 0, "b": 99999999999999999999}', "vocab.json"),
        (b'{"a": 0}x', "vocab.json"),
        (b'{"a": 0, "b": ' + b"[" * 100_000, "vocab.json"),
        (b'{"a": 0}\xff', "vocab.json"),
        (b"a\xff\n", "vocab.txt"),
        (b"a b c\n", "merges.txt"),
        (make.as_ranks() + b"x\n", "x"),
        (make.as_ranks() + b"!! 5\n", "x"),
        (make.as_ranks() + base64.b64encode(b"a") + b" z\n", "x"),
    ],
)
def test_what_breaks_its_form_is_malformed(raw, path):
    with pytest.raises(MalformedError):
        read(raw, path)


def test_every_cut_of_the_smallest_file_is_malformed_or_another_kind():
    for end in range(len(SMALLEST)):
        if subject.claims(SMALLEST[:end], "vocab.json"):
            with pytest.raises(MalformedError):
                read(SMALLEST[:end])


def test_a_file_beyond_a_bound_is_told():
    assert one(read(SMALLEST, limits=Limits(header_nbytes=3)), "LimitReached").bound == 3
    assert one(read(make.as_json(), limits=Limits(entries=3)), "LimitReached").limit == "entries"


@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=3)), max_size=6),
    st.sampled_from(["vocab.json", "vocab.txt", "merges.txt", "x"]),
)
def test_nothing_but_a_malformed_error_leaves_the_reader(raw, edits, path):
    for at, new in edits:
        raw = raw[:at] + new + raw[at + 1 :]
    if subject.claims(raw, path):
        with suppress(MalformedError):
            read(raw, path)
