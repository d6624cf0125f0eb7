"""A rule's mapping: what is needed, and what is refused with which words."""

import copy

import pytest

from scanner.rule import RuleError, parse

DOCUMENT = {
    "id": "pickle-starts-process",
    "title": "Pickle starts a process",
    "severity": "high",
    "confidence": "medium",
    "stage": "deployment",
    "since": "0.1",
    "match": {"fact": "PickleCall", "where": {"callable": "os.system"}},
    "raise": [{"where": {"args": {"contains": "curl"}}, "severity": "critical"}],
    "unless": {"module": "own"},
    "message": "calls {callable}",
    "why": "Because.",
    "fix": "Do not.",
    "references": ["CWE-502"],
    "examples": {"flags": [{"callable": "os.system"}], "ignores": [{"callable": "x"}]},
    "samples": {"flags": [{"file": "a.pkl", "text": "."}]},
}


def parsed(document):
    return parse(document, file="pickle-starts-process.yaml", pack="pickle")


def changed(**keys):
    document = copy.deepcopy(DOCUMENT)
    document.update(keys)
    return document


def test_a_rule_holds_what_its_file_says() -> None:
    rule = parsed(DOCUMENT)
    assert (rule.id, rule.pack, rule.fact, rule.severity) == (
        "pickle-starts-process",
        "pickle",
        "PickleCall",
        "high",
    )
    assert rule.raises[0].severity == "critical"
    assert rule.raises[0].confidence is None
    assert rule.references == ("CWE-502",)
    assert rule.samples.flags[0]["file"] == "a.pkl"


def test_what_may_be_left_out_is_empty() -> None:
    document = {
        key: value for key, value in DOCUMENT.items() if key not in {"raise", "unless", "references", "samples"}
    }
    rule = parsed(document)
    assert (rule.raises, dict(rule.unless), rule.references, rule.samples.flags) == ((), {}, (), ())


@pytest.mark.parametrize("key", ["id", "title", "severity", "match", "why", "fix", "examples"])
def test_a_missing_key_is_named(key) -> None:
    document = changed()
    del document[key]
    with pytest.raises(RuleError, match=f"missing {key}"):
        parsed(document)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("id", 3, "id is a text"),
        ("title", "  ", "title is a text"),
        ("since", 0.1, "since is a text, in quotes"),
        ("severity", "severe", "severity is one of"),
        ("severity", ["high"], "severity is one of"),
        ("confidence", "sure", "confidence is one of"),
        ("stage", "production", "stage is one of"),
        ("match", "PickleCall", "match is a mapping"),
        ("match", {"where": {}}, "match takes"),
        ("match", {"fact": "X", "when": {}}, "match takes"),
        ("match", {"fact": "X", "where": []}, "where is a mapping"),
        ("match", {"fact": "X", "where": {1: 2}}, "where is a mapping of names"),
        ("unless", ["x"], "unless is a mapping"),
        ("raise", {"where": {}}, "raise is a list"),
        ("raise", b"ab", "raise is a list"),
        ("raise", [{"severity": "high"}], "an entry of raise takes"),
        ("raise", [{"where": {}}], "an entry of raise takes"),
        ("raise", [{"where": {}, "severity": "high", "message": "x"}], "an entry of raise takes"),
        ("references", "CWE-502", "references is a list"),
        ("references", [502], "references is a list of texts"),
        ("examples", [], "examples is a mapping"),
        ("examples", {"flag": []}, "examples takes"),
        ("examples", {"flags": ["x"]}, "an entry of examples"),
        ("samples", {"flags": 3}, "samples.flags is a list"),
        ("colour", "red", "unknown colour"),
    ],
)
def test_what_breaks_the_language_is_refused(key, value, reason) -> None:
    with pytest.raises(RuleError, match=reason):
        parsed(changed(**{key: value}))


@pytest.mark.parametrize("document", [None, [], "text", 3, {1: 2}])
def test_a_document_that_is_no_mapping_is_refused(document) -> None:
    with pytest.raises(RuleError, match="a rule is a mapping"):
        parsed(document)


def test_the_error_names_the_file() -> None:
    with pytest.raises(RuleError, match=r"^pickle-starts-process\.yaml: "):
        parsed([])
