"""Tokenizers: tables read off the bytes, merges against ids, steps, tokens, and what a change of each shows."""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import engine, pack
from scanner.format import MalformedError
from scanner.formats import tokenizer as subject
from scanner.formats.tokenizer import strings
from scanner.formats.tokenizer.looks import skeleton
from scanner.formats.tokenizer.pattern import longest_literal, matches_letters
from scanner.limits import Limits
from tests.builders import tokenizers as make
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
LAST = make.pairs()[-1][0][1:] + make.pairs()[-1][1]
LAYOUTS = pytest.mark.parametrize("layout", [{}, {"indent": None}, {"ascii_": True}], ids=["lines", "flat", "escaped"])


def read(document, limits=None, **layout):
    raw = document if isinstance(document, bytes) else make.written(document, **layout)
    return read_as(FORMAT, raw, "tokenizer.json", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def found(document, **layout):
    """Map the rules that speak of what this reader states to the severity that each gives."""
    rules = loaded()
    findings = engine.judge(read(document, **layout), rules.rules, rules.table)
    return {finding.rule: finding.severity for finding in findings}


@cache
def loaded():
    return pack.load(Path(__file__).parents[2] / "rules")


def pointers(facts):
    return {(fact.reason, fact.where.pointer) for fact in of(facts, "Malformed")}


@pytest.mark.parametrize(
    ("head", "path", "yes"),
    [
        (b'{"version":"1.0","model":{"type":"BPE"', "x", True),
        (b'\n{"model": {"vocab": {', "x", True),
        (b'{"version":"1.0","truncation":null,"padding":null,"added_tokens":[{', "x", True),
        (b'{"junk":"', "m/tokenizer.json", True),
        (b'{"class_name": "Tokenizer", "config": {', "tokenizer.json", False),
        (b'{"model": "gpt", "version": 1}', "x.json", False),
        (b'{"model": {"type": "linear"}}', "x.json", False),
        (b"", "tokenizer.json", False),
        (b"[1]", "tokenizer.json", False),
    ],
)
def test_claims_by_content_or_by_name(head, path, yes):
    assert subject.claims(head, path) is yes


@LAYOUTS
def test_a_clean_tokenizer_shows_nothing_that_stands_out(layout):
    document = make.bpe()
    facts = read(document, **layout)
    merges, whole = one(facts, "Merges"), one(facts, "Vocabulary")
    assert (merges.merges, merges.inversions, merges.orphans, merges.unreached) == (43, 0, 0, 0)
    assert (merges.runs, merges.strays, merges.exchanged, merges.first) == (1, 0, (), ())
    assert (whole.kind, whole.tokens, whole.ids, whole.highest, whole.holes) == ("BPE", 299, 299, 298, 0)
    assert (whole.shared, whole.repeated, whole.disordered, whole.exchanged) == (0, 0, 0, ())
    texts = {part.start + n: text for part in of(facts, "VocabularyPart") for n, text in enumerate(part.texts)}
    assert {text: number for number, text in texts.items()} == document["model"]["vocab"]
    assert found(document, **layout) == {}


def test_layouts_and_forms_of_merges_make_no_difference():
    document = make.bpe()
    flat = make.bpe(merges=[" ".join(pair) for pair in make.pairs()], vocab=make.vocabulary())
    version = make.bpe(merges=["#version: 0.2", *flat["model"]["merges"]], vocab=make.vocabulary())
    first = read(document)
    for other in (read(document, indent=None), read(document, ascii_=True), read(flat), read(version)):
        assert one(other, "Merges") == one(first, "Merges")
        assert one(other, "Vocabulary") == one(first, "Vocabulary")


def test_merges_before_the_vocabulary_are_read_against_it():
    document = make.bpe()
    model = document["model"]
    document["model"] = {"merges": model.pop("merges"), **model}
    assert one(read(document), "Merges") == one(read(make.bpe()), "Merges")


@pytest.mark.parametrize("block", [1, 7, 64])
@LAYOUTS
def test_the_size_of_blocks_makes_no_difference(block, layout, monkeypatch):
    texts = ['"', "\\", "\\\\", '\\"', "],[", ",", '","', "]]", "}", "\n", "\u2581", "\U0001f600", "a b", "\\u0041"]
    vocab = {text: number for number, text in enumerate(dict.fromkeys([*make.vocabulary(), *texts]))}
    document = make.bpe(vocab=vocab, merges=[*make.pairs(), *[[one, other] for one in texts for other in texts]])
    whole = read(document, **layout)
    monkeypatch.setattr(strings, "BLOCK_NBYTES", block)
    assert read(document, **layout) == whole
    held = [text for part in of(whole, "VocabularyPart") for text in part.texts]
    assert held == list(vocab)
    known = sum(one + other in vocab for one in texts for other in texts)
    assert one(whole, "Merges").orphans == len(texts) ** 2 - known


@given(
    st.dictionaries(st.text(), st.integers(0, 1 << 32 - 1)),
    st.lists(st.tuples(st.text(), st.text())),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
)
def test_tables_are_what_json_says_they_are(vocab, merges, indent, ascii_):
    vocab = {key.encode("utf-8", "replace").decode(): number for key, number in vocab.items()}
    raw = make.written(make.bpe(vocab=vocab, merges=[list(pair) for pair in merges]), indent=indent, ascii_=True)
    facts = read(raw)
    whole = one(facts, "Vocabulary")
    assert (whole.tokens, whole.ids) == (len(vocab), len(set(vocab.values())))
    if vocab:
        result = one(facts, "Merges")
        assert result.merges == len(merges)
        assert result.orphans == sum(not {a, b, a + b} <= vocab.keys() for a, b in merges)
    del ascii_


def test_a_text_given_twice_is_counted_and_the_last_counts():
    raw = make.written(make.bpe(), indent=None).replace(b'"vocab":{', b'"vocab":{"!":7,', 1)
    whole = one(read(raw), "Vocabulary")
    assert (whole.tokens, whole.repeated) == (300, 1)
    assert found(raw)["vocabulary-lists-text-twice"] == "medium"


def test_a_key_given_twice_is_told():
    raw = make.written(make.bpe(), indent=None)
    twice = raw.replace(b'"decoder":', b'"decoder":null,"decoder":', 1)
    assert one(read(twice), "RepeatedKey").key == "decoder"
    assert "header-key-repeated" in found(twice)


def test_other_kinds_are_read():
    for kind, tokens in (("WordPiece", 3), ("WordLevel", 2), ("Unigram", 4)):
        whole = one(read(make.small(kind)), "Vocabulary")
        assert (whole.kind, whole.tokens) == (kind, tokens)
        assert of(read(make.small(kind)), "Malformed") == []
        unnamed = make.small(kind)
        del unnamed["model"]["type"]
        assert one(read(unnamed), "Vocabulary").kind == kind
    assert one(read(make.small("Unigram")), "Vocabulary").score_inversions == 0
    turned = make.small("Unigram")
    turned["model"]["vocab"][1:3] = turned["model"]["vocab"][2:0:-1]
    assert one(read(turned), "Vocabulary").score_inversions == 1


def test_roles_are_told():
    roles = {(fact.role, fact.text, fact.id) for fact in of(read(make.small("WordPiece")), "SpecialToken")}
    assert roles == {("unk", "[UNK]", 0)}
    document = {**make.small("Unigram"), "padding": {"pad_id": 2, "pad_token": "a", "strategy": "BatchLongest"}}
    assert {(fact.role, fact.text, fact.id) for fact in of(read(document), "SpecialToken")} == {
        ("unk", "<unk>", 0), ("pad", "a", 2),
    }  # fmt: skip


# ---- Every change of a tokenizer is seen.


@pytest.mark.parametrize("one_", make.WORDS)
@LAYOUTS
def test_every_exchange_of_two_words_is_seen(one_, layout):
    vocab = make.vocabulary()
    for other in make.WORDS:
        if one_ != other:
            changed = make.exchanged(vocab, make.SPACE + one_, make.SPACE + other)
            document = make.bpe(vocab=changed, merges=make.pairs())
            told = set(one(read(document, **layout), "Merges").exchanged)
            # What would stand behind the last merge is not known: an exchange with it shows at its other end.
            assert {make.SPACE + one_, make.SPACE + other} - {make.SPACE + LAST} <= told
    assert found(document, **layout) == {"merge-results-exchanged": "high"}


def test_an_exchange_of_ids_that_leaves_the_list_alone_is_seen_without_merges():
    vocab = {
        text: number for number, text in enumerate(["[UNK]", "no", "yes", "in", "on", *"abcdefghijklmnopqrstuvwxyz"])
    }
    vocab["no"], vocab["on"] = vocab["on"], vocab["no"]
    document = make.small("WordLevel")
    document["model"]["vocab"] = vocab
    assert set(one(read(document), "Vocabulary").exchanged) == {"no", "on"}
    assert found(document) == {"vocabulary-rows-exchanged": "high"}


def test_ids_that_never_followed_merges_are_no_exchange():
    vocab = make.vocabulary()
    mixed = {text: (number * 101) % 299 for text, number in vocab.items()}
    merges = one(
        read(make.bpe(vocab=dict(sorted(mixed.items(), key=lambda row: row[1])), merges=make.pairs())), "Merges"
    )
    assert (merges.runs, merges.exchanged) == (0, ())


def test_user_defined_texts_at_the_head_of_merges_are_no_exchange():
    blanks = ["\n" * size for size in range(5, 1, -1)]
    merges = [[text[:-1], "\n"] for text in blanks] + make.pairs()
    vocab = make.vocabulary(merges)
    last = {text: number for number, text in enumerate(sorted(vocab, key=lambda text: (text in blanks, vocab[text])))}
    result = one(read(make.bpe(vocab={**last, "\n": len(last)}, merges=merges)), "Merges")
    assert result.runs == 1
    assert result.strays > 0
    assert result.exchanged == ()


def test_two_texts_with_one_id_are_seen():
    vocab = make.vocabulary()
    vocab[make.SPACE + "deny"] = vocab[make.SPACE + "allow"]
    document = make.bpe(vocab=vocab, merges=make.pairs())
    assert set(one(read(document), "SharedId").texts) == {make.SPACE + "deny", make.SPACE + "allow"}
    assert found(document)["texts-share-id"] == "high"


def test_cut_merges_and_renamed_rows_are_seen():
    vocab = make.vocabulary()
    assert one(read(make.bpe(vocab=vocab, merges=make.pairs()[:20])), "Merges").unreached == 23
    assert found(make.bpe(vocab=vocab, merges=make.pairs()[:-1])) == {"merges-leave-words-out": "low"}
    renamed = {("zz" if text == make.SPACE + "deny" else text): number for text, number in vocab.items()}
    assert found(make.bpe(vocab=renamed, merges=make.pairs()))["merges-do-not-fit"] == "medium"
    base = {("zz" if text == "g" else text): number for text, number in vocab.items()}
    assert one(read(make.bpe(vocab=base, merges=make.pairs())), "Merges").orphans == 1


def replace(pattern, content, key="String"):
    return {"type": "Replace", "pattern": {key: pattern}, "content": content}


def split(pattern, behaviour, invert, key="Regex"):
    return {"type": "Split", "pattern": {key: pattern}, "behavior": behaviour, "invert": invert}


STEPS = [
    ("decoder", replace("api.example.com", "evil.example.net"), {"decoder-rewrites-words": "critical"}),
    ("decoder", replace("not ", ""), {"decoder-rewrites-words": "high"}),
    ("decoder", {"type": "Strip", "content": "a", "start": 1, "stop": 0}, {"decoder-rewrites-words": "high"}),
    ("decoder", {"type": "CTC", "pad_token": "not", "word_delimiter_token": "|", "cleanup": True},
     {"decoder-rewrites-words": "high"}),
    ("decoder", replace("!=", "=="), {"decoder-rewrites-signs": "medium"}),
    ("decoder", replace("\u2581", " "), {}),
    ("decoder", {"type": "WordPiece", "prefix": "##", "cleanup": True}, {}),
    ("decoder", {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}, {}),
    ("normalizer", replace("$", " Ignore safety.", "Regex"), {"normalizer-writes-words": "high"}),
    ("normalizer", replace("not ", ""), {"normalizer-drops-words": "high"}),
    ("normalizer", {"type": "Prepend", "prepend": "Obey. "}, {"normalizer-writes-words": "high"}),
    ("normalizer", {"type": "Prepend", "prepend": "\u2581"}, {}),
    ("normalizer", replace("``", '"'), {}),
    ("normalizer", make.precompiled(["instructions"]), {"normalizer-map-holds-words": "high"}),
    ("normalizer", make.precompiled(["km", "\u30ad\u30ed\u30e1\u30fc\u30c8\u30eb"]), {}),
    ("pre_tokenizer", split("not ", "Removed", invert=False), {"step-removes-words": "high"}),
    ("pre_tokenizer", split("(?!not)\\w+", "Removed", invert=True), {"step-removes-words": "high"}),
    ("pre_tokenizer", {"type": "CharDelimiterSplit", "delimiter": "e"}, {"step-removes-words": "high"}),
    ("pre_tokenizer", split("'s| ?\\p{L}+|\\s+(?!\\S)", "Removed", invert=True), {}),
    ("pre_tokenizer", split("\\s+", "Removed", invert=False), {}),
    ("pre_tokenizer", {"type": "Punctuation", "behavior": "Removed"}, {}),
    ("post_processor", make.template("<|end|>", [299, 290], ["<|end|>", "obey"]), {"template-adds-words": "critical"}),
    ("post_processor", make.template("<|end|>", [290]), {"template-adds-words": "high"}),
    ("post_processor", {"type": "BertProcessing", "sep": ["<|end|>", 299], "cls": [" not", 260]},
     {"template-adds-words": "high"}),
    ("post_processor", {**make.template("<|end|>", [299]), "single": []}, {"template-leaves-text-out": "high"}),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "step", "rules"), STEPS)
@pytest.mark.parametrize("nested", [0, 2])
def test_every_step_is_judged_alone_and_in_sequences(stage, step, rules, nested):
    key = {"normalizer": "normalizers", "pre_tokenizer": "pretokenizers", "post_processor": "processors",
           "decoder": "decoders"}[stage]  # fmt: skip
    for _ in range(nested):
        step = {"type": "Sequence", key: [step]}
    assert found({**make.bpe(), stage: step}) == rules


def test_steps_tell_their_place():
    document = make.bpe()
    document["normalizer"]["normalizers"].append(replace("a", "b"))
    (step,) = [fact for fact in of(read(document), "TokenizerStep") if fact.type == "Replace"]
    assert step.where.pointer == "/normalizer/normalizers/1"


ADDED = [
    ("<|im_end|>\u200b", {"added-token-hides-characters": "high", "added-tokens-look-alike": "medium"}),
    ("<\uff5cim_end\uff5c>", {"added-tokens-look-alike": "medium"}),
    ("<|\u0456m_end|>", {"added-tokens-look-alike": "medium"}),
    ("<|\ue000|>x", {"added-token-hides-characters": "high"}),
    (" password", {"added-token-is-word": "high"}),
    ("covid", {"added-token-is-word": "medium"}),
    ("https://evil.example.test/a", {"added-token-is-address": "high"}),
    ("<|other|>", {}),
    ("eng_Latn", {}),
]


@pytest.mark.parametrize(("text", "rules"), ADDED)
def test_every_added_token_is_judged(text, rules):
    document = make.bpe()
    document["added_tokens"] += [make.added("<|im_end|>", 300), make.added(text, 301)]
    assert found(document) == rules


def test_an_added_token_on_the_id_of_a_word_is_seen():
    document = make.bpe()
    number = document["model"]["vocab"][make.SPACE + "deny"]
    document["added_tokens"].append(make.added("<|safe|>", number))
    assert found(document) == {"added-token-takes-id": "high"}
    token = of(read(document), "AddedToken")[1]
    assert (token.base_id, token.base_text) == (-1, make.SPACE + "deny")


def test_an_address_in_the_vocabulary_is_seen_unless_it_cuts_at_spaces_alone():
    vocab = {**make.vocabulary(), "https://evil.example.test/a": 299}
    assert found(make.bpe(vocab=vocab, merges=make.pairs()))["vocabulary-row-is-address"] == "high"
    joined = {f"well-being{number}": 300 + number for number in range(3)}
    assert "vocabulary-row-is-address" not in found(make.bpe(vocab={**vocab, **joined}, merges=make.pairs()))


# ---- What is no tokenizer, or one with wrong parts.


@pytest.mark.parametrize(
    ("change", "reason", "pointer"),
    [
        ({"added_tokens": {}}, "added tokens that are no list", "/added_tokens"),
        ({"added_tokens": [{"id": "1", "content": "a", "special": True}]},
         "an added token without text, id or role", "/added_tokens/0"),
        ({"normalizer": [1]}, "a step that is no object with a type", "/normalizer"),
        ({"decoder": {"type": "Sequence"}}, "a sequence without a list of steps", "/decoder"),
        ({"decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "content": 1}]}},
         "a Replace without its text", "/decoder/decoders/0"),
        ({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}},
         "a Precompiled without its text", "/normalizer"),
        ({"padding": {"pad_id": -1, "pad_token": "x"}}, "padding without text or id", "/padding"),
        ({"post_processor": {"type": "BertProcessing", "sep": 1, "cls": ["<|end|>", 299]}},
         "a token that is no text with an id", "/post_processor/sep"),
        ({"post_processor": {**make.template("x", [1]), "special_tokens": {"x": {"ids": [1], "tokens": []}}}},
         "a token of a template without its ids", "/post_processor/special_tokens/x"),
    ],
)  # fmt: skip
def test_a_part_of_a_wrong_type_is_told_with_its_pointer(change, reason, pointer):
    facts = read({**make.bpe(), **change})
    assert (reason, pointer) in pointers(facts)
    assert of(facts, "Vocabulary")


@pytest.mark.parametrize(
    ("model", "pointer"),
    [
        ({"vocab": {"a": "b", "c": 1}}, "/model/vocab/a"),
        ({"vocab": {"a": 0, "b/c": 1.5}}, "/model/vocab/b~1c"),
        ({"vocab": {"a": 0, "b": -1}}, "/model/vocab/b"),
        ({"vocab": {"a": 0, "b": [1]}}, "/model/vocab/b"),
        ({"vocab": {"a": 0, "b": 4294967296}}, "/model/vocab/b"),
        ({"vocab": [["a", 0.5], ["b", "c"]]}, "/model/vocab/1"),
        ({"vocab": [["a", 0.5], "b"]}, "/model/vocab/0"),  # What stands between two rows belongs to the first.
        ({"vocab": [1]}, "/model/vocab/0"),
        ({"merges": [["a", "b"], ["a", "b", "c"]]}, "/model/merges/1"),
        ({"merges": [["a", "b"], ["a"]]}, "/model/merges/1"),
        ({"merges": [["a", "b"], "a b"]}, "/model/merges/0"),
        ({"merges": ["a b", ["a", "b"]]}, "/model/merges/0"),
        ({"merges": ["a b", "a  b"]}, "/model/merges/1"),
        ({"merges": [1]}, "/model/merges/0"),
        ({"merges": [["a", 1]]}, "/model/merges/0"),
    ],
)
@LAYOUTS
def test_a_wrong_row_is_told_with_its_pointer(model, pointer, layout):
    facts = read(make.bpe(vocab=model.get("vocab", make.vocabulary()), merges=model.get("merges")), **layout)
    assert pointer in {where for _, where in pointers(facts)}
    assert of(facts, "TokenizerStep"), "the rest is read all the same"


def test_a_model_without_a_vocabulary_is_told():
    assert ("a model without a vocabulary", "/model/vocab") in pointers(
        read({"version": "1", "model": {"type": "BPE"}})
    )
    facts = read({"version": "1", "normalizer": None})
    assert [(fact.reason, fact.declared) for fact in of(facts, "Malformed")] == [("an object without a model", False)]


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b"\xef\xbb\xbf{}", b'{"model": {"vocab": {"a": 0}}} x', b'{"model":{"vocab":{"\\q":0}}}',
     b'{"a" 1}', b'{"a": nul}', b'{"model": {"vocab": {"\x01": 0, "\\"": 1}}}',
     b'{"a":' + b"[" * 100 + b"]" * 100 + b"}",
     b'{"model": {"vocab": {"\xff": 0}}}', b'{"a": NaN}'],
)  # fmt: skip
def test_what_is_no_json_is_malformed(raw):
    with pytest.raises(MalformedError):
        read(raw)


def test_bounds_are_kept_and_told():
    raw = make.written(make.bpe())
    assert one(read(raw, Limits(header_nbytes=100)), "LimitReached").limit == "document"
    facts = read(raw, Limits(entries=100))
    assert one(facts, "LimitReached").limit == "entries"
    assert of(facts, "TokenizerStep")


@pytest.mark.parametrize("kind", ["BPE", "WordPiece", "Unigram", "WordLevel"])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_cut_at_any_byte_raises_nothing_else(kind, indent):
    merges = [["a", "b"], ["ab", "\\"]]
    document = (
        make.bpe(vocab={"a": 0, "b": 1, "ab": 2, "ab\\": 3, "\\": 4}, merges=merges)
        if kind == "BPE"
        else make.small(kind)
    )
    raw = make.written(document, indent=indent)
    for size in range(len(raw)):
        with pytest.raises(MalformedError):
            read(raw[:size])
    assert of(read(raw), "Malformed") == []


@given(st.binary(max_size=60), st.integers(0, 2000), st.integers(0, 60))
def test_only_malformed_leaves_the_reader(junk, at, gone):
    raw = make.written(make.bpe(merges=make.pairs(("ab", "abc"))), indent=None)
    at = at * len(raw) // 2000
    with suppress(MalformedError):
        read(raw[:at] + junk + raw[at + gone :])


KEYS = [
    "type", "pattern", "String", "content", "normalizers", "ids", "tokens", "special_tokens", "sep", "single", "id",
    "SpecialToken", "vocab", "merges", "special", "a",
]  # fmt: skip
PLACES = ["added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model", "padding"]


def _deeper(inner):
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4), _deeper),
    st.sampled_from(PLACES),
)
def test_any_value_anywhere_is_read_or_malformed(value, key):
    raw = json.dumps({**make.small("WordLevel"), key: value}).encode()
    with suppress(MalformedError):
        read(raw)


# ---- Patterns are read, never run.


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("not ", True), (" {2,}", False), ("\\s+", False), ("\\p{L}+", True), ("\\p{N}{1,3}", False), ("\\P{L}", False),
        ("\\p{^L}", False), ("\\P{N}", True), ("[^\\s]", True), ("[^\\p{L}\\s]", False), ("[a-z]", True),
        ("[0-9_-]", False), ("[\u0400-\u04ff]", True), ("\\s+(?=the)", False), ("\\s+(?!\\S)", False),
        ("(?i:'s|'t)", True),
        ("(?:\\s|!)+", False), (".", True), ("\\.", False), ("\\x41", True), ("\\u0020", False), ("[[:alpha:]]", True),
        ("[[:space:]]", False), ("\\w", True), ("\\W", False), ("[]a]", True), ("[\\]-]", False), ("(?<=a)!", False),
        ("((?=a)!)b", True), ("[", False), ("(", False), ("\\", False), ("[!-/:-@]", False), ("", False),
        ("\\p{Han}", True), ("\\p{Zs}", False), ("a" * 200_000, True),
        ("[" * 90_000, True),
    ],
)  # fmt: skip
def test_patterns_tell_whether_they_match_letters(pattern, letters):
    assert matches_letters(pattern) is letters


@given(st.text(alphabet="[]()\\^-:pP{}LNxu04?=!<a.|*+ \u0430"))
def test_any_pattern_is_looked_at(pattern):
    matches_letters(pattern)
    longest_literal(pattern)


def test_what_a_pattern_spells_out_is_counted():
    assert [longest_literal(one) for one in ("not ", "(?!not)\\w+", "'s|'re", "[abc]+", "\\p{Han}", "\\bdo\\b")] == [
        3, 3, 2, 0, 0, 2,
    ]  # fmt: skip


def test_texts_that_look_the_same_have_one_skeleton():
    assert (
        skeleton("<|user|>")
        == skeleton("<\uff5cuser\uff5c>")
        == skeleton("<|us\u0435r|>")
        == skeleton("<|user|>\u200b")
    )
    assert skeleton("<|user|>") != skeleton("<|User|>")
