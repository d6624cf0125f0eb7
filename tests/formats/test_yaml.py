"""YAML: targets of configuration loaders and tags of Python, in every spelling, without constructing anything."""

import contextlib
import time
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import wire
from scanner.format import MalformedError
from scanner.formats import yaml as subject
from scanner.limits import Limits
from tests.builders import configs as make
from tests.builders import documents
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def read(text, path="model_config.yaml"):
    return read_as(FORMAT, text if isinstance(text, bytes) else text.encode(), path)[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_an_honest_configuration_is_read_and_not_judged():
    facts = read(make.text(make.HONEST))
    assert {fact.package for fact in of(facts, "ConfigTarget")} == {"nemo", "pytorch_lightning"}
    assert judged(make.nemo(make.text(make.HONEST)), "m.nemo") == {}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_target_in_a_nemo_file_is_judged(mode):
    """CVE-2025-23304."""
    config = b"model:\n  encoder:\n    _target_: os.system\n    command: echo hi\n"
    assert judged(make.nemo(config, mode), "m.nemo")["config-target-runs-code"] == "critical"


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  _target_: os.system\n",
        "a: {'_target_': 'os.system'}\n",
        'a: {"\\x5ftarget_": "\\x6fs.system"}\n',
        "? _target_\n: os.system\n",
        "_target_: >-\n  os.system\n",
        "x: &a os.system\ny: {_target_: *a}\n",
        "x: os.system\ny: {_target_: '${x}'}\n",
        "x: {u: os, v: system}\ny: {_target_: '${x.u}.${x.v}'}\n",
        "a: 1\n---\n_target_: os.system\n",
        "- - - _target_: os.system\n",
        "_target_: os.system\n_target_: torch.nn.Linear\n",
        "base: &b\n  _target_: os.system\nx:\n  <<: *b\n",
        "? [a, b]\n: {_target_: os.system}\n",
        "a: {target: os.system}",
        "a: {cls: os.system}",
        "a: {class_path: os.system}",
        "a: !foo {_target_: !bar os.system}",
        "_target_: os:system",
    ],
)
def test_a_target_is_found_in_any_spelling(text):
    assert "os.system" in {fact.target for fact in of(read(text), "ConfigTarget")}
    assert judged(text.encode(), "c.yaml")["config-target-runs-code"] == "critical"


def test_utf_16_is_read_as_yaml_reads_it():
    assert of(read("_target_: os.system\n".encode("utf-16")), "ConfigTarget")


@pytest.mark.parametrize("value", ["esnext", "prod", "https://a.example/x.y", "config.yaml", "model.onnx", "0.5"])
def test_other_values_of_target_are_no_targets(value):
    assert of(read(f"target: {value}\n"), "ConfigTarget") == []


def test_a_target_says_line_pointer_and_arguments():
    fact = one(read("a:\n- x: 1\n- command: echo hi\n  _target_: os.system\n"), "ConfigTarget")
    assert (fact.where.line, fact.where.pointer, fact.arguments) == (4, "/a/1/_target_", "command=echo hi")
    assert fact.tails == ("os.system", "system")


@pytest.mark.parametrize(
    ("tag", "kind", "target", "rule", "severity"),
    [
        ("!!python/object/apply:os.system", "apply", "os.system", "yaml-tag-runs-code", "critical"),
        ("!!python/object/new:subprocess.Popen", "new", "subprocess.Popen", "yaml-tag-runs-code", "critical"),
        ("!!python/object:subprocess.Popen", "object", "subprocess.Popen", "yaml-tag-runs-code", "high"),
        ("!!python/name:eval", "name", "builtins.eval", "yaml-tag-runs-code", "high"),
        ("!!python/module:subprocess", "module", "subprocess", "yaml-tag-runs-code", "high"),
        ("!<tag:yaml.org,2002:python/object/apply:os.system>", "apply", "os.system", "yaml-tag-runs-code", "critical"),
        ("!!python/object:mine.Config", "object", "mine.Config", "yaml-tag-makes-unlisted-object", "medium"),
        ("!!python/name:mine.x", "name", "mine.x", "yaml-tag-names-python", "low"),
        ("!ruby/object:Gem", "foreign", "!ruby/object:Gem", "yaml-tag-names-python", "low"),
    ],
)
def test_a_tag_is_told_and_judged(tag, kind, target, rule, severity):
    text = f"a: {tag} [echo]\nb: {tag} []\n"
    fact = one(read(text), "YamlTag")
    assert (fact.kind, fact.target, fact.count) == (kind, target, 2)
    assert judged(text.encode(), "c.yaml") == {rule: severity}


def test_a_tag_behind_a_directive_is_resolved():
    text = "%YAML 1.1\n%TAG !p! tag:yaml.org,2002:python/\n---\n!p!object/apply:os.system [echo]\n"
    assert one(read(text), "YamlTag").target == "os.system"


@pytest.mark.parametrize("tag", ["!!python/tuple", "!!str", "!!map", "!env_var", "!"])
def test_plain_tags_are_not_told(tag):
    assert not of(read(f"a: {tag} x\n"), "YamlTag")


def leaves(facts):
    return [row for one in of(facts, "Settings") for row in zip(one.pointers, one.kinds, one.values, strict=True)]


def test_every_value_is_listed_with_its_line():
    facts = read("a:\n  b/~: [x, {c: }]\n  d: []\n? [k]\n: {}\n'': |\n  text\n")
    assert leaves(facts) == [
        ("/a/b~1~0/0", "t", "x"),
        ("/a/b~1~0/1/c", "0", ""),
        ("/a/d", "l", ""),
        ("//0", "t", "k"),
        ("/", "o", ""),
        ("/", "t", "text\n"),
    ]
    assert one(facts, "Settings").lines == (2, 2, 3, 4, 5, 6)


def test_documents_of_a_stream_are_numbered():
    assert leaves(read("a: 1\n---\nb: 2\n---\n- c\n---\nd\n")) == [
        ("/a", "n", "1"),
        ("/---1/b", "n", "2"),
        ("/---2/0", "t", "c"),
        ("/---3", "t", "d"),
    ]


def test_json_in_a_file_of_yaml_is_listed_once():
    facts = read_deep(b'{"a": 1, "b": ["c"]}', "x.yaml")
    assert leaves(facts) == [("/a", "n", "1"), ("/b/0", "t", "c")]


def test_json_that_holds_what_only_yaml_was_said_to_is_listed_once():
    facts = read_deep(b'{\n  "_target_": "os.system"\n}', "x.json")
    assert leaves(facts) == [("/_target_", "t", "os.system")]


SCALARS = """
yes No ON off true FALSE y n null ~ Null NULL nUll 12 -3 +4 1_000 0x1F 0X1F 0o14 014 08 0b101 1:30 190:20:30 1:99 1.5
-1.5 1e5 1e+5 1.0e+5 1.5e-3 .5 -.5 .inf -.inf +.inf .nan .NaN 6.8523015e+5 190:20:30.15 0.0 1. 2001-12-14 1.2.3 = <<
0_7 0x_ 0_ 0777_7 - -- 1__0 0 -0 +0 '12' "yes" text
"""


def test_scalars_are_resolved_as_safe_loaders_do():
    import yaml

    tagged = ["!!str 12", "!!int '12'", "!!bool 'yes'", "!!float '1.5'", "!!null ''", "! 12", "! '12'", "!x 12"]
    for word in (*SCALARS.split(), *tagged):
        try:
            value = yaml.safe_load(f"a: {word}")["a"]
        except (yaml.YAMLError, ValueError):  # What a safe loader refuses.
            continue
        ((_, kind, text),) = leaves(read(f"a: {word}"))
        if isinstance(value, bool) or value is None:
            assert (kind, text) == (("0", "") if value is None else ("b", str(value).lower())), word
        elif isinstance(value, int | float):
            assert kind == "n", word
            assert float(text) == value or isnan(value), word
        elif isinstance(value, str):
            assert (kind, text) == ("t", value), word
        else:
            assert kind == "t", word


WORDS = st.text(alphabet="ab/~'é: #-", max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_the_leaves_of_any_value_are_those_that_anybody_would_list(value):
    import yaml

    for flow in (True, False):
        facts = read(yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, sort_keys=False))
        assert leaves(facts) == documents.flat(value)
        assert of(facts, "DocumentOddity") == []


def test_rows_of_numbers_are_one_leaf():
    facts = read("a: [1, 0x10, 2.5]\nb:\n- 1\n- x\nc: [{d: 1}, {d: 2}]\ne: [[1, 2], [3, 4]]\n")
    assert leaves(facts) == [
        ("/a", "s", "1 16 2.5"),
        ("/b/0", "n", "1"),
        ("/b/1", "t", "x"),
        ("/c/0/d", "n", "1"),
        ("/c/1/d", "n", "2"),
        ("/e/0", "s", "1 2"),
        ("/e/1", "s", "3 4"),
    ]


def test_an_alias_stands_for_its_leaves():
    facts = read("a: &a {b: c, d: &n 7}\ne: *a\nf: [*n, *a]\n*n : g\n")
    assert leaves(facts)[2:] == [
        ("/e/b", "t", "c"),
        ("/e/d", "n", "7"),
        ("/f/0", "n", "7"),
        ("/f/1/b", "t", "c"),
        ("/f/1/d", "n", "7"),
        ("/7", "t", "g"),
    ]


def test_a_merge_key_lends_what_a_mapping_does_not_have():
    text = "a: &a {x: 1, y: {z: 2}}\nb: &b {x: 3, w: 4}\nc:\n  <<: *a\n  x: 5\nd: {<<: [*a, *b]}\ne: {'<<': 6}\n"
    assert leaves(read(text))[4:] == [
        ("/c/x", "n", "5"),
        ("/c/y/z", "n", "2"),
        ("/d/x", "n", "1"),
        ("/d/y/z", "n", "2"),
        ("/d/w", "n", "4"),
        ("/e/<<", "n", "6"),
    ]


def test_a_key_given_twice_is_told_where_values_differ():
    facts = read("a: 1\nb: {c: [x, y], c: [x, y]}\na: 2\nd: {e: 1}\nd: {e: 2}\n")
    told = of(facts, "DocumentOddity")
    assert [(one.kind, one.key, one.where.line) for one in told] == [
        ("repeated-key", "/a", 3),
        ("repeated-key", "/d", 5),
    ]
    assert [pointer for pointer, _, _ in leaves(facts)].count("/a") == 2


def test_a_choice_of_a_template_gives_no_key_twice():
    facts = read("{{ if .x }}\na: 1\n{{ else }}\na: 2\n{{ end }}\n")
    assert leaves(facts) == [("/a", "n", "1"), ("/a", "n", "2")]
    assert of(facts, "DocumentOddity") == []


def test_aliases_are_not_multiplied():
    facts = read(documents.laughs(40))
    assert len(leaves(facts)) < 5000
    assert one(facts, "DocumentOddity").kind == "alias-growth"
    assert judged(documents.laughs(12), "c.yaml")["document-aliases-grow"] == "high"


def test_a_few_aliases_are_no_growth():
    assert of(read(documents.laughs(3)), "DocumentOddity") == []


@pytest.mark.parametrize("text", ["a: &a\n  b: *a\n", "&a [*a]", "a: &a {<<: *a}", "a: &a\n- b: [*a, *a]\n"])
def test_a_value_that_holds_itself_is_told(text):
    assert one(read(text), "DocumentOddity").kind == "anchor-cycle"


@pytest.mark.parametrize(
    "text", ["*a", "a: *b", "{<<: *a}", "*a : b", "a: &a\n*a : 1", "&a : *a", "<<: {b: 1}", "<<: x"]
)
def test_odd_anchors_are_read(text):
    read(text)


HOSTILE = {
    "items": "- " * 400_000 + "a",
    "keys": "? " * 400_000,
    "repeated": "a: 1\n" * 100_000,
    "anchors": "".join(f"- &a{n} x\n" for n in range(60_000)),
    "aliases": "a: &a [" + "x, " * 1000 + "]\nb: [" + "*a, " * 60_000 + "]\n",
    "merges": "a0: &a0 {x: 1}\n"
    + "\n".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}" for n in range(1, 300)),
    "digits": "n: " + "9" * 2_000_000,
    "sixties": "n: 1" + ":59" * 500_000,
    "indents": "\n".join(f"{' ' * n}a:" for n in range(2000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_cost_linear_time(text):
    started = time.process_time()
    facts = read_deep(text.encode(), "c.yaml")
    assert time.process_time() - started < 4
    assert facts
    assert all(len(wire.encode(fact)) < 1 << 20 for fact in facts)


def test_more_leaves_than_are_listed_are_told_and_keys_of_loaders_are_listed():
    facts = read("".join(f"k{n}: v\n" for n in range(200_001)) + "n:\n  _target_: os.system\n")
    assert leaves(facts)[-1] == ("/n/_target_", "t", "os.system")
    assert one(facts, "DocumentOddity").kind == "unlisted"


def test_an_interpolation_of_itself_ends():
    assert one(read("x: ${x}\n_target_: ${x}${x}\n"), "ConfigTarget").target.startswith("${x}")


def test_what_was_read_before_a_break_is_told():
    facts = read_deep(b"a: {_target_: os.system}\nb: [\n", "c.yaml")
    assert of(facts, "ConfigTarget")
    assert of(facts, "Malformed")


SOURCE = (
    b'"""Trains.\n\nExample:\n\n    model:\n      _target_: os.system\n"""\n\nimport torch\n\ndef f(x): return {x: 1\n'
)


def test_a_source_that_shows_a_configuration_is_no_yaml():
    facts = read_deep(SOURCE, "train.py")
    assert of(facts, "Malformed") == []
    assert one(facts, "Unrecognised").text
    assert one(facts, "Examined").complete
    assert judged(SOURCE, "train.py") == {}


def test_the_same_bytes_with_the_suffix_of_yaml_are_malformed():
    assert judged(SOURCE, "train.yaml") == {"artifact-malformed": "medium"}


def test_targets_before_a_break_are_told_of_a_text_that_is_no_yaml():
    facts = read_deep(b"a: {_target_: os.system}\nb:\n  _target_: os.system\nc: [\n", "c.txt")
    assert of(facts, "ConfigTarget")
    assert of(facts, "Malformed") == []


@pytest.mark.parametrize(
    "text",
    [b"a:\n  _target_: torch.nn.Linear\n---\nb: [\n", b"%YAML 1.1\n---\na: [\n", b"\xef\xbb\xbf%YAML 1.1\n---\na: [\n"],
    ids=["a document ended", "it says that it is YAML", "it says so behind a mark"],
)
def test_a_text_that_is_yaml_by_its_content_is_malformed_where_it_breaks(text):
    assert judged(text, "c.txt")["artifact-malformed"] == "low"


TEMPLATES = {
    "helm": b'{{- if .Values.on }}\nkind: Deployment\nname: {{ include "chart.name" . | quote }}\n{{- end }}\n',
    "jinja": b"{% for name in names %}\n- id: {{ name }}\n{%- endfor %}\n",
    "comment": b"{{/*\na: [\n*/}}\nkind: Service\n",
    "key": b'metadata:\n  {{ include "a" . }}: "{{ .Name }}-x"\n  {{- toYaml . | nindent 2 }}\n',
    "choice": b"a: {% if b %}1{% else %}2{% endif %}\n{# note: [ #}\n",
}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_of_yaml_is_read_and_not_judged(text):
    assert one(read_deep(text, "deployment.yaml"), "Examined").complete
    assert judged(text, "deployment.yaml") == {}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_of_what_is_no_yaml_is_malformed(text):
    assert judged(text + b"\nz: [1, 2\ny: 3\n", "deployment.yaml") == {"artifact-malformed": "medium"}


@pytest.mark.parametrize("text", [b"a: [ # {{ x }}\n", b"a: {{ b\n", b"a: }} {{\n", b"a: {%\n", b"a: [\n"])
def test_braces_alone_make_no_template(text):
    assert judged(text, "c.yaml") == {"artifact-malformed": "medium"}


def test_a_target_in_a_template_is_told_once_with_its_line():
    facts = read_deep(b"a: {_target_: os.system}\n{{/* x\n*/}}\nb:\n  _target_: os.popen\n", "c.yaml")
    assert [(fact.target, fact.where.line) for fact in of(facts, "ConfigTarget")] == [("os.system", 1), ("os.popen", 5)]


def test_many_open_braces_cost_linear_time():
    started = time.process_time()
    read("a: [\n" + "{{ {% {# " * 100_000)
    assert time.process_time() - started < 3


def test_a_text_beyond_the_bound_is_told():
    facts, _ = read_as(FORMAT, b"_target_: os.system\n" + b"# x\n" * 100, "c.yaml", Limits(header_nbytes=64))
    assert one(facts, "LimitReached").limit == "document"
    assert of(facts, "ConfigTarget")


def test_a_deep_nest_is_read_or_malformed_in_linear_time():
    with contextlib.suppress(MalformedError):
        read("[" * 50_000)
    with contextlib.suppress(MalformedError):
        read("\n".join(f"{' ' * n}a:" for n in range(500)) + " {_target_: os.system}")


def test_more_targets_than_the_limit_are_told():
    assert one(read("- {_target_: a.b}\n" * 5001), "LimitReached").limit == "targets"


def test_an_empty_text_holds_nothing():
    assert read("") == []


def test_a_text_cut_anywhere_is_read_or_malformed():
    raw = make.text(make.HONEST)
    for end in range(len(raw)):
        with contextlib.suppress(MalformedError):
            read(raw[:end])


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b"a: 1", "x.yaml", True),
        (b"a: 1", "x.YML", True),
        (b"a: 1", "x.txt", False),
        (b"a:\n  _target_: os.system\n", "x.txt", True),
        (b"a: !!python/object/apply:os.system []\n", "x.cfg", True),
        (b"%YAML 1.2\n---\n", "x", True),
        (b"see _target_: in the manual", "x.md", False),
        (b"the tag !!python/object is", "x.md", False),
    ],
)
def test_it_claims_by_suffix_or_by_what_only_yaml_has(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


@given(st.binary(max_size=200))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)


@given(st.text(alphabet="_target: {}[]&*!<>'\"\n-?|%#${}.ab\\xpython/", max_size=120))
def test_any_text_leaves_only_malformed(text):
    with contextlib.suppress(MalformedError):
        read(text)


@pytest.mark.parametrize("action", ["{{a}}", "{% if a %}", "  {{a}}"])
def test_many_actions_on_one_line_are_read_in_one_pass(action):
    clock = time.process_time()
    read(f"a: {action * 60_000}\n")
    assert time.process_time() - clock < 2
