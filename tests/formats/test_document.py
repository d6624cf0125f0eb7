"""Documents of settings: every leaf with its pointer, in every notation, and what parsers may read differently."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import wire
from scanner.format import MalformedError
from scanner.formats import document as subject
from scanner.limits import DEFAULT, DOCUMENT_NBYTES, Limits
from tests.builders import documents as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep
from tests.builders.settings import settings

FORMAT = subject.FORMAT


def read(raw, path="settings.json", limits=DEFAULT):
    return read_as(FORMAT, raw if isinstance(raw, bytes) else raw.encode(), path, limits)[0]


def leaves(facts):
    parts = of(facts, "Settings")
    assert [one.part for one in parts] == list(range(len(parts)))
    return [row for one in parts for row in zip(one.pointers, one.kinds, one.values, strict=True)]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def odd(raw, path="settings.json"):
    return [(fact.kind, fact.key) for fact in of(read(raw, path), "DocumentOddity")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5) | st.just("~/"), inner, max_size=4),
    max_leaves=30,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5) | st.lists(VALUES, max_size=5))
def test_the_leaves_of_any_json_are_those_that_anybody_would_list(value):
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        facts = read(text.encode("utf-8", "surrogatepass"))
        assert leaves(facts) == make.flat(value)
        assert of(facts, "DocumentOddity") == []


def test_the_builder_of_joins_states_what_the_reader_states():
    value = {"a": {"x/y": [1, 2], "b~": [1, "x", {}]}, "c": None, "d": True, "e": [], "f": 1.5, "g": [[1, 2], [3]]}
    assert read(json.dumps(value)) == [settings("settings.json", value)]


def test_long_documents_are_told_in_parts_that_fit_a_line():
    facts = read(json.dumps({f"k{n}": "\U0001f600" * 500 for n in range(400)}))
    assert len(leaves(facts)) == 400
    assert max(len(wire.encode(fact)) for fact in facts) < 300_000
    assert len(read(json.dumps({f"k{n}": "v" for n in range(2500)}))) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_json_is_read_in_every_encoding_that_python_takes(encoding):
    assert leaves(read('{"a": "é"}'.encode(encoding))) == [("/a", "t", "é")]


@pytest.mark.parametrize(
    "text",
    [
        '// a\n{"a": "//b", /* c\n */ "d": [1, 2,],}',
        '{"a": "//b", "d": [1, 2]} // { "x": 1 }',
        '{"a": "//b", "d": [1, 2 /* , */,]}',
    ],
)
def test_comments_and_trailing_commas_are_read_over(text):
    facts = read(text, "tsconfig.json")
    assert leaves(facts) == [("/a", "t", "//b"), ("/d", "s", "1 2")]
    assert one(facts, "Settings").format == "json5"
    assert one(facts, "DocumentOddity").kind == "comment"


def test_a_row_of_numbers_and_a_table_of_numbers_are_one_leaf():
    assert leaves(read(json.dumps({"mean": [0.5, 1]}))) == [("/mean", "s", "0.5 1")]
    vocabulary = {f"t{n}": n for n in range(300)}
    ((pointer, kind, value),) = leaves(read(json.dumps({"vocab": vocabulary})))
    assert (pointer, kind, value[:6]) == ("/vocab", "s", "0 1 2 ")
    assert len(leaves(read(json.dumps({"vocab": {**vocabulary, "x": "y"}})))) == 301


def test_a_table_of_numbers_that_holds_a_key_of_loaders_is_listed():
    table = {**{f"t{n}": n for n in range(300)}, "trust_remote_code": 1}
    assert ("/trust_remote_code", "n", "1") in leaves(read(json.dumps(table)))


def test_a_key_given_twice_is_listed_twice_and_told_where_values_differ():
    facts = read('{"a": {"b": 1, "b": 1, "c": [1], "c": [true]}}')
    assert [pointer for pointer, _, _ in leaves(facts)] == ["/a/b", "/a/b", "/a/c/0", "/a/c/0"]
    fact = one(facts, "DocumentOddity")
    assert (fact.kind, fact.key, fact.counted) == ("repeated-key", "/a/c", 2)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"model_type": "a", "model_type": "b", "hidden_size": 1}', "config.json"),
        (b'{"eos_token": "a", "eos_token": "b"}', "tokenizer_config.json"),
        (b'{"metadata": {}, "weight_map": {"a": "b", "a": "c"}}', "model.safetensors.index.json"),
        (b'{"version": "1", "decoder": null, "decoder": 1, "model": {"vocab": {}, "merges": []}}', "tokenizer.json"),
        (b'{"class_name": "A", "class_name": "B", "config": {}}', "m.keras!config.json"),
        (b'{"__class__": "A", "__module__": "a", "__module__": "b", "__loader__": "TypeNode"}', "m!schema.json"),
    ],
)
def test_a_repeated_key_is_one_finding_whoever_else_reads_the_file(raw, path):
    assert len({"document-key-repeated", "header-key-repeated"} & judged(raw, path).keys()) == 1


@pytest.mark.parametrize("path", ["config.json", "tokenizer_config.json", "settings.json", "a.ipynb", "tokenizer.json"])
def test_a_broken_document_is_told_whoever_reads_it(path):
    assert of(read_deep(b'{"a": ', path), "Malformed")
    assert {fact.format for fact in of(read_deep(b'{"a": ', "config.json"), "Malformed")} == {
        "model-config",
        "tokenizer_config",
    }


def test_what_only_looked_like_json_is_not_known():
    for text in (b'{"a": broken', b'["x", and so on', b"[1, 2 and 3", b'{"a": 1} and more'):
        facts = read_deep(text, "notes")
        assert of(facts, "Malformed") == []
        assert one(facts, "Unrecognised").text


@pytest.mark.parametrize("text", ['{"a": 1}\n{"a": 2}\n', '{"a": 1}\n[1]\n', '{"a": 1}\r\n{"a": broken'])
def test_lines_of_json_are_left_to_others(text):
    assert read(text, "rows.json") == []


@pytest.mark.parametrize(
    ("raw", "oddity"),
    [
        (b'{"a": NaN}', ("not-a-number", "/a")),
        (b'{"a": [0.0, -Infinity]}', ("not-a-number", "/a/1")),
        (b'{"a": "\0"}', ("control", "")),
        (make.nest(80), ("deep", "")),
    ],
)
def test_what_parsers_read_differently_is_told(raw, oddity):
    assert odd(raw) == [oddity]


def test_infinity_keeps_its_sign():
    assert leaves(read(b"[Infinity, -Infinity, NaN]")) == [
        ("/0", "n", "Infinity"),
        ("/1", "n", "-Infinity"),
        ("/2", "n", "NaN"),
    ]


def test_settings_of_everyday_are_not_judged():
    text = json.dumps({"name": "x", "scripts": {"test": "true"}, "files": ["a", "b"], "version": "1.0.0"})
    assert judged(text.encode(), "package.json") == {}
    assert judged(make.nest(12), "a.json") == {}


@pytest.mark.parametrize("levels", [900, 100_000])
def test_a_deep_nest_is_listed_or_malformed(levels):
    facts = read_deep(make.nest(levels, "x"), "a.json")
    assert [fact.kind for fact in of(facts, "DocumentOddity")] == ["deep"] or of(facts, "Malformed")
    assert all(len(pointer) < 1100 for pointer, _, _ in leaves(facts))


def test_numbers_of_any_length_and_halves_of_characters_are_kept():
    facts = read(b'{"n": ' + b"9" * 100_000 + b', "\\ud800": "\\udfff"}')
    assert [(kind, len(value)) for _, kind, value in leaves(facts)] == [("n", 4096), ("t", 1)]
    for fact in facts:
        assert wire.decode(wire.encode(fact)) == fact


@pytest.mark.parametrize("raw", [b'{"a": "\xff"}', b'{"a": 1}\0', b"[" * 9, b'{"a" 1}', b"x", b"{'a': 1}"])
def test_what_a_name_promised_and_no_parser_takes_is_malformed(raw):
    assert one(read(raw), "Malformed").format == "document"


@pytest.mark.parametrize("raw", [b"", b" \n", b"\xef\xbb\xbf"])
def test_nothing_is_no_document(raw):
    assert read(raw) == []
    assert of(read_deep(raw, "a.json"), "Malformed") == []


def test_a_document_cut_anywhere_is_read_or_told():
    raw = json.dumps({"a": [1, "b", {"c": None}], "d": "é"}).encode()
    for end in range(1, len(raw)):
        assert of(read(raw[:end]), "Malformed")


PAD = b'{"pad": "' + b"x" * DOCUMENT_NBYTES + b'", '


def test_of_a_large_document_what_leads_to_code_is_listed():
    facts = read(PAD + b'"n": {"auto_map" : {"AutoModel": "a.B"}, "beside": 1, "x": {"y": 2}}}', "data.json")
    assert leaves(facts) == [("/n/auto_map/AutoModel", "t", "a.B"), ("/n/beside", "n", "1")]
    assert [fact.kind for fact in of(facts, "DocumentOddity")] == ["unlisted"]


@pytest.mark.parametrize("key", [b'"auto\\u005fmap"', b'"auto_map"\n', b'"\\u0061uto_map"'])
def test_a_key_of_a_large_document_is_found_in_any_spelling(key):
    assert ("/auto_map/A", "t", "a.B") in leaves(read(PAD + key + b': {"A": "a.B"}}'))


def test_a_large_document_of_settings_is_told():
    raw = b'{"pad": "' + b"x" * 5_000_000 + b'"}'
    assert [fact.kind for fact in of(read(raw, "config.json"), "DocumentOddity")] == ["large", "unlisted"]
    assert [fact.kind for fact in of(read(raw, "rows.json"), "DocumentOddity")] == ["unlisted"]


def test_a_key_of_a_large_document_given_twice_is_told():
    facts = read(PAD + b'"model_type": "a", "model_type": "b"}')
    assert ("repeated-key", "/model_type") in [(fact.kind, fact.key) for fact in of(facts, "DocumentOddity")]


def test_a_large_vocabulary_costs_next_to_nothing_and_is_complete():
    rows = b",".join(b'"t%d": %d' % (n, n) for n in range(400_000))
    raw = b'{"model": {"vocab": {%b}, "merges": [%b]}}' % (rows, b", ".join([b'"a b"'] * 100_000))
    started = time.process_time()
    assert leaves(read(raw, "tokenizer.json")) == []
    assert time.process_time() - started < 1


def test_beyond_the_bound_of_headers_reading_stops():
    limits = Limits(header_nbytes=DOCUMENT_NBYTES + 5)
    assert one(read(PAD + b'"a": 1}', limits=limits), "LimitReached").limit == "document"


def test_more_leaves_than_are_listed_are_told_and_keys_of_loaders_are_listed():
    raw = b'{"a": [%b], "trust_remote_code": true}' % b",".join([b'""'] * 300_000)
    facts = read(raw)
    assert leaves(facts) == [("/trust_remote_code", "b", "true")]
    assert one(facts, "DocumentOddity").kind == "unlisted"


HOSTILE = {
    "escapes": b'{"a":"' + b'\\"' * 1_000_000,
    "comments": b"{" + b"/*" * 1_000_000,
    "commas": b'{"a":1' + b", " * 1_000_000,
    "slashes": b"[1] // " + b"/ " * 1_000_000,
    "repeated": b"{" + b'"a":1,"a":2,' * 100_000 + b'"a":3}',
    "deep pointers": b'{"aaaaaaaaaaaaaaaaaaaaaaaaaaaa":' * 800 + b"[" + b'"",' * 100_000 + b'""]' + b"}" * 800,
    "long key": b'{"' + b"k" * 4_000_000 + b'": 1}',
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_cost_linear_time(raw):
    started = time.process_time()
    facts = read(raw)
    assert time.process_time() - started < 3
    assert facts
    assert sum(len(wire.encode(fact)) for fact in facts) < 10 * len(raw) + 10_000_000


def test_toml_is_read_and_its_breaks_are_told():
    assert leaves(read('[a]\nb = "c"\nd = [1, 2]\nwhen = 1979-05-27\n[[e]]\nf = true\n', "pyproject.toml")) == [
        ("/a/b", "t", "c"),
        ("/a/d", "s", "1 2"),
        ("/a/when", "t", "1979-05-27"),
        ("/e/0/f", "b", "true"),
    ]
    for raw in (b"a = ", b"a = 1\na = 2\n", b"a = '\xff'", b"a = " + b"[" * 99_999, b"a." * 9999 + b"b = 1"):
        assert one(read(raw, "x.toml"), "Malformed").reason


INI = """; a comment
top = 1
[core]
\thooksPath = "hooks dir"
# another
[remote "a.b/c"]
fetch = one
fetch = two
[a]
key: value
more =
  first
  second
bare
//registry.example.com/:_token = x
"""


def test_ini_is_read_with_its_lines():
    facts = read(INI, "setup.cfg")
    assert leaves(facts) == [
        ("/top", "t", "1"),
        ("/core/hooksPath", "t", "hooks dir"),
        ("/remote/a.b~1c/fetch", "t", "one"),
        ("/remote/a.b~1c/fetch", "t", "two"),
        ("/a/key", "t", "value"),
        ("/a/more", "t", "first\nsecond"),
        ("/a/bare", "b", "true"),
        ("/a/~1~1registry.example.com~1:_token", "t", "x"),
    ]
    assert one(facts, "Settings").lines == (2, 4, 7, 8, 10, 11, 14, 15)
    assert of(facts, "DocumentOddity") == []


@pytest.mark.parametrize("path", [".gitconfig", ".gitmodules", "x/.git/config", "a.zip!.gitmodules"])
def test_names_in_files_of_git_are_folded_as_git_folds_them(path):
    assert leaves(read('[Core "X"]\nHooksPath = Y\n', path)) == [("/core/X/hookspath", "t", "Y")]


def test_a_file_of_variables_is_read():
    assert leaves(read("export A='b'\nC=\"d\" e\n", ".env")) == [("/A", "t", "b"), ("/C", "t", '"d" e')]


@pytest.mark.parametrize(
    "raw", [b"server {\n  listen 80;\n}\n", b"text\nmore text\n", b"[x] yes\n[y] no\n", b"\0\1=2\n"]
)
def test_a_name_alone_makes_no_ini(raw):
    facts = read_deep(raw, "x.conf")
    assert one(facts, "Unrecognised").suffix == ".conf"
    assert of(facts, "Malformed") == []


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b'{"a": 1}', "x", True),
        (b' \r\n[\n"a"]', "x", True),
        (b"[1, 2]", "x", True),
        (b"[]", "x", True),
        (b"// c\n{}", "x.json", True),
        (b"\xff\xfe{\0}\0", "x.json", True),
        (b"[core]\nx = 1\n", "x", True),
        (b"# a\n\n[core]\n; b\nx: 1\n", "x", True),
        (b"a=1", ".env.local", True),
        (b"a=1", "m.zip!x/setup.cfg", True),
        (b'{"a": 1}', "x.yaml", False),
        (b"{% if a %}", "x", False),
        (b"{{ a }}", "x", False),
        (b"{'a': 1}", "x", False),
        (b"[INFO] started\n", "x", False),
        (b"[1] A. Author. Title.\n", "x", False),
        (b"[link](x)\n", "x.md", False),
        (b"# Title\n\n[link]\n\ntext\n", "x.md", False),
        (b"{L\0\0\0", "x", False),
        (b"", "x", False),
    ],
)
def test_it_claims_by_content_or_by_the_name_of_settings(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


@given(st.binary(max_size=200), st.sampled_from(["a.json", "a.toml", "a.ini", "a"]))
def test_any_bytes_leave_only_malformed(raw, path):
    with contextlib.suppress(MalformedError):
        read(raw, path)


@given(st.text(alphabet='{}[]",:/*\\ \n-+.eE019truefalsnNaIiy#;=', max_size=120), st.sampled_from(["a.json", "a.ini"]))
def test_any_text_leaves_only_malformed(text, path):
    with contextlib.suppress(MalformedError):
        read(text, path)
