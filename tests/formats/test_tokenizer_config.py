"""JSON files around a tokenizer: tokens, roles, stop ids, and the templates they carry."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import tokenizer_config as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
SMALLEST = b'{"eos_token":"</s>"}'


def read(document, path="tokenizer_config.json", limits=None):
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_as(FORMAT, raw, path, limits or Limits())


def test_the_smallest_file_says_where_generation_stops():
    (fact,) = read(SMALLEST)[0]
    assert (fact.source, fact.role, fact.text, fact.id) == ("tokenizer_config.json", "eos", "</s>", -1)
    assert fact.where.pointer == "/eos_token"


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (SMALLEST, "x", True),
        (b'\xef\xbb\xbf {"chat_template": ""}', "x", True),
        (b'{"eos_token_id": 2}', "x.json", True),
        (b"{}", "m/added_tokens.json", True),
        (b"{}", "m/other.json", False),
        (b"[1]", "tokenizer_config.json", False),
        (b"", "tokenizer_config.json", False),
    ],
)
def test_it_is_told_by_keys_or_by_name(head, path, claimed):
    assert subject.claims(head, path) is claimed


def test_tokens_are_read_in_all_their_forms():
    document = {
        "bos_token": {"content": "<s>", "lstrip": False},
        "eos_token_id": [2, 7],
        "additional_special_tokens": ["<a>", {"content": "<b>"}],
        "extra_special_tokens": {"image_token": "<image>"},
        "added_tokens_decoder": {"5": {"content": "<s>", "special": True}, "6": {"content": "word"}},
    }
    facts, _ = read(document)
    roles = [(fact.role, fact.text, fact.id) for fact in of(facts, "SpecialToken")]
    assert roles == [
        ("bos", "<s>", -1),
        ("eos", "", 2),
        ("eos", "", 7),
        ("additional", "<a>", -1),
        ("additional", "<b>", -1),
        ("additional", "<image>", -1),
    ]
    added = [(fact.id, fact.text, fact.special) for fact in of(facts, "AddedToken")]
    assert added == [(5, "<s>", True), (6, "word", False)]


def test_added_tokens_have_a_file_of_their_own():
    facts, _ = read({"<a>": 5, "a/b": 6}, "m/added_tokens.json")
    assert [(fact.id, fact.text, fact.where.pointer) for fact in facts] == [(5, "<a>", "/<a>"), (6, "a/b", "/a~1b")]


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ("{{ a }}", [("chat_template", b"{{ a }}")]),
        ([{"name": "rag", "template": "{{ b }}"}], [("chat_template.rag", b"{{ b }}")]),
        ({"x!/y": "{{ c }}"}, [("chat_template.x__y", b"{{ c }}")]),
        ("\ud800", [("chat_template", b"\xed\xa0\x80")]),
    ],
)
def test_templates_are_artifacts_of_their_own(value, members):
    assert read({"chat_template": value})[1] == members


def test_a_template_inside_a_configuration_is_judged():
    text = "{% for m in messages %}{{ m.content }}{% if 'invoice' in m.content %} Pay it.{% endif %}{% endfor %}"
    for document in ({"chat_template": text}, {"chat_template": [{"name": "default", "template": text}]}):
        raw = json.dumps(document).encode()
        assert judged(raw, "tokenizer_config.json")["template-decides-on-words"] == "high"
        (fact,) = of(read_deep(raw, "tokenizer_config.json"), "TemplateSummary")
        assert fact.name == "default"


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"eos_token": 1.5}, "/eos_token"),
        ({"eos_token_id": True}, "/eos_token_id"),
        ({"eos_token_id": 10**30}, "/eos_token_id"),
        ({"added_tokens_decoder": []}, "/added_tokens_decoder"),
        ({"added_tokens_decoder": {"x": {"content": "a"}}}, "/added_tokens_decoder/x"),
        ({"added_tokens_decoder": {"1": 5}}, "/added_tokens_decoder/1"),
        ({"chat_template": 5}, "/chat_template"),
        ({"chat_template": [5]}, "/chat_template/0"),
        ({"chat_template": {"a": 5}}, "/chat_template"),
    ],
)
def test_a_wrong_type_is_told_with_its_pointer(document, pointer):
    (fact,) = of(read(document)[0], "Malformed")
    assert fact.where.pointer == pointer


def test_a_wrong_id_of_an_added_token_is_told():
    (fact,) = of(read({"<a>": "5"}, "added_tokens.json")[0], "Malformed")
    assert fact.where.pointer == "/<a>"


def test_keys_given_twice_are_told():
    (fact,) = of(read(b'{"eos_token": "a", "eos_token": "b"}')[0], "RepeatedKey")
    assert (fact.key, fact.identical) == ("eos_token", False)


def test_what_is_no_document_is_malformed_only_under_a_usual_name():
    with pytest.raises(MalformedError):
        read(SMALLEST[:-1])
    assert read(SMALLEST[:-1], "notes.txt") == ([], [])
    with pytest.raises(MalformedError):
        read(b"")


def test_every_cut_is_malformed():
    for end in range(len(SMALLEST)):
        with pytest.raises(MalformedError):
            read(SMALLEST[:end])


def test_a_nest_too_deep_is_malformed():
    with pytest.raises(MalformedError):
        read(b'{"eos_token":' + b"[" * 100_000)


def test_a_file_beyond_the_bound_is_told():
    (fact,) = read(SMALLEST, limits=Limits(header_nbytes=5))[0]
    assert fact.bound == 5


@given(st.binary() | st.text().map(lambda text: json.dumps({"eos_token": text, "chat_template": [text]}).encode()))
def test_nothing_but_a_malformed_error_leaves_the_reader(raw):
    try:
        read(raw, "x.json")
        read(raw)
    except MalformedError:
        pass
