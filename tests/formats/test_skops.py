"""skops schemas: what each kind of node makes the loader import, by the names that are used, not those shown."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import skops as subject
from scanner.limits import Limits
from tests.builders import skops as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(schema, path="m.skops!schema.json", limits=None):
    raw = schema if isinstance(schema, bytes) else make.text(schema)
    return read_as(FORMAT, raw, path, limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_an_estimator_is_summed_up_and_not_judged():
    model = one(read(make.estimator()), "SkopsModel")
    assert (model.protocol, model.version, model.nodes) == (2, "0.13", 4)
    assert judged(make.file(make.estimator(a=make.function("numpy", "log1p"))), "m.skops") == {}


CASES = {
    "function": (make.function("os", "system"), "skops-names-code-runner", "critical"),
    "object": (make.node("ObjectNode", "subprocess", "Popen"), "skops-names-code-runner", "critical"),
    "type": (make.node("TypeNode", "builtins", "eval"), "skops-names-code-runner", "critical"),
    "reduce": (make.node("ReduceNode", "posix", "system"), "skops-names-code-runner", "critical"),
    "CVE-2025-54412": (make.operator("call"), "skops-calls-operator", "critical"),
    "CVE-2025-54412 disguised": (make.operator("call", "sklearn.linear_model"), "skops-calls-operator", "critical"),
    "CVE-2025-54413": (make.method("__init__.__globals__"), "skops-reaches-into-object", "critical"),
    "CVE-2025-54413 owner": (
        make.method("run", make.node("ObjectNode", "subprocess", "Popen")),
        "skops-names-code-runner",
        "critical",
    ),
    "stdlib": (make.node("ObjectNode", "difflib", "HtmlDiff"), "skops-needs-unlisted-name", "medium"),
    "unknown package": (make.node("ObjectNode", "mine", "Net"), "skops-needs-unknown-package", "low"),
}


@pytest.mark.parametrize(("node", "rule", "severity"), CASES.values(), ids=CASES)
def test_the_rule_speaks_at_any_depth(node, rule, severity):
    for _ in range(30):
        node = make.mapping(a=node)
    assert judged(make.file(make.estimator(a=node)), "m.skops").get(rule) == severity


def test_the_archive_need_not_be_named_skops():
    assert "skops-names-code-runner" in judged(make.file(make.function("os", "system")), "model.bin")


def test_padding_before_the_first_loader_hides_nothing():
    schema = {"pad": " " * 20_000, **make.function("os", "system")}
    assert "skops-names-code-runner" in judged(make.file(schema), "m.skops")


def test_a_schema_in_utf_16_is_read():
    raw = json.dumps(make.function("os", "system")).encode("utf-16")
    assert "skops-names-code-runner" in judged(make.file(raw), "m.skops")


def test_an_honest_operator_and_method_are_not_judged():
    schema = make.estimator(a=make.operator("itemgetter"), b=make.method("transform"))
    assert judged(make.file(schema), "m.skops") == {}


def test_a_pickle_in_place_of_the_archive_is_read_as_one():
    """CVE-2025-54886: model cards load what is no zip with joblib."""
    found = judged(system(), "m.skops")
    assert found["pickle-starts-process"] == "critical"


def test_a_key_given_twice_is_told():
    facts = read(b'{"__loader__": "ObjectNode", "__module__": "os", "__module__": "mine", "__class__": "x"}')
    assert one(facts, "RepeatedKey").key == "__module__"


def test_a_schema_of_something_else_holds_nothing():
    assert read(b'{"type": "object", "properties": {}}') == []


def test_limits_are_told():
    assert one(read(make.estimator(), limits=Limits(header_nbytes=9)), "LimitReached").limit == "header"
    nodes = [make.node("ObjectNode", "m", f"C{number}") for number in range(5001)]
    assert one(read(nodes), "LimitReached").limit == "names"


def test_a_nest_deeper_than_the_parser_goes_is_malformed():
    with pytest.raises(MalformedError):
        read(b'{"content":' * 100_000)


def test_a_schema_cut_anywhere_is_malformed():
    raw = make.text(make.estimator())
    for end in range(len(raw)):
        with pytest.raises(MalformedError):
            read(raw[:end])


@pytest.mark.parametrize(
    ("head", "path", "claimed"),
    [
        (b'{"__class__": "x", "__loader__": "DictNode"}', "schema.json", True),
        (b"{}", "a.zip!schema.json", True),
        (b"{}", "schema.json", False),
        (b'print("__loader__")', "a.py", False),
        (b"", "x", False),
    ],
)
def test_it_claims_schemas(head, path, claimed):
    assert FORMAT.claims(head, path) is claimed


WORDS = st.sampled_from(["ObjectNode", "MethodNode", "FunctionNode", "TypeNode", "os", "system", ""])


@given(
    st.recursive(
        st.none() | st.integers() | WORDS,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["__loader__", "__module__", "__class__", "content", "obj", "func", "protocol"]),
                inner,
                max_size=6,
            )
        ),
        max_leaves=15,
    )
)
def test_any_json_is_read_without_an_error_of_ours(document):
    read(document)


@given(st.binary(max_size=100))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)
