"""Each law of a rule pack is broken once, and said in words."""

import pytest

from scanner import examples, mutation, pack, skeleton
from scanner.document import parse as document_parser
from scanner.engine import compile_rule
from scanner.facts import vocabulary
from scanner.fields import kinds
from scanner.lint import lint
from scanner.rule import parse

RULE = """\
id: limit-reached
title: A limit is reached
severity: low
confidence: high
stage: deployment
since: "0.1"
match: {fact: LimitReached, where: {unit: {in: $units}}}
message: stops at {bound}
why: Because.
fix: Do.
references: [CWE-400]
examples: {flags: [{unit: bytes, is: low}], ignores: [{unit: files}]}
"""


def reasons(folder, text=RULE, name="limit-reached.yaml", table="bytes\n"):
    file = folder / "integrity" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / "units.txt").write_text(table)
    return [f"{problem.file}: {problem.reason}" for problem in lint(folder)]


def changed(old, new):
    assert RULE.count(old) == 1
    return RULE.replace(old, new)


def test_a_lawful_rule_has_no_problem(tmp_path) -> None:
    assert reasons(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("id: limit-reached", "id: limit-hit", "id is `limit-hit`, the file says `limit-reached`"),
        ("id: limit-reached", "id: S101", "no sentence in kebab-case"),
        ("id: limit-reached", "id: suspicious-limit", "judges (`suspicious`)"),
        ("A limit is reached", "A limit is reached.", "title ends without a full stop"),
        ("stops at {bound}", "|\n  stops\n  at {bound}", "message is one line"),
        ("stops at {bound}", "stops at {bund}", "message names {bund}"),
        ("stops at {bound}", "'stops at {bound'", "a brace that encloses no field"),
        ("stops at {bound}", "x" * 161, "message is longer than"),
        ('"0.1"', "soon", "since is a version"),
        ("CWE-400", "http://example.com", "reference `http://example.com` is no"),
        ("CWE-400", "CVE-24-1", "reference `CVE-24-1` is no"),
        ("LimitReached", "LimitWasReached", "there is no fact `LimitWasReached`"),
        ("unit: {in: $units}", "unt: {in: $units}", "the fact has no field `unt`"),
        ("{in: $units}", "{in: $things}", "table $things is missing or empty"),
        ("{in: $units}", "{in: $units, like: x}", "unknown operator `like`"),
        ("{in: $units}", "{in: $units, above: 3}", "`above` cannot match `unit`, which holds text"),
        ("{in: $units}", "{in: $units, not: 3}", "3 cannot match `unit`, which holds text"),
        ("{in: $units}", "[]", "an empty list never matches `unit`"),
        ("{in: $units}", "{in: $units, not: {matches: '('}}", "pattern '('"),
        ("{unit: {in: $units}}", "{bound: high}", "'high' cannot match `bound`, which holds number"),
        ("{unit: {in: $units}}", "{bound: {some: {above: 1}}}", "`some` cannot match `bound`"),
        ("{unit: {in: $units}}", "{any: [{unt: x}]}", "the fact has no field `unt`"),
        ("flags: [{unit: bytes, is: low}]", "flags: []", "examples.flags is empty"),
        ("ignores: [{unit: files}]", "ignores: []", "examples.ignores has 0 facts; a rule of this severity shows 1"),
        ("severity: low", "severity: high", "examples.ignores has 1 facts; a rule of this severity shows 3"),
        ("unit: bytes, is: low", "unit: bytes, is: high", "examples.flags[1] is low, not high"),
        ("unit: bytes, is: low", "unit: files", "examples.flags[1] is not flagged"),
        ("unit: files", "unit: bytes", "examples.ignores[1] is flagged as low"),
        ("unit: files", "unt: files", "examples.ignores[1]: LimitReached has no field `unt`"),
        ("unit: files", "unit: 3", "examples.ignores[1]: `unit` holds text, not 3"),
        ("id: limit-reached", "id: limit-reached\nid: limit-reached", "'id' is given twice"),
        ("title: A limit is reached\n", "", "missing title"),
    ],
)
def test_a_broken_law_is_said(tmp_path, old, new, reason) -> None:
    assert any(reason in said for said in reasons(tmp_path, changed(old, new)))


def test_a_high_grade_of_raise_asks_for_three_ignores_too(tmp_path) -> None:
    text = RULE + "raise: [{where: {bound: 3}, severity: high}]\n"
    assert any("shows 3" in said for said in reasons(tmp_path, text))


def test_an_empty_table_is_said(tmp_path) -> None:
    assert any("table $units is missing or empty" in said for said in reasons(tmp_path, table="# nothing\n"))


def test_a_table_that_nothing_uses_is_said(tmp_path) -> None:
    assert reasons(tmp_path, changed("{in: $units}", "bytes")) == ["tables/units.txt: no rule uses this table"]


def test_a_file_that_is_no_rule_is_said(tmp_path) -> None:
    reasons(tmp_path)
    (tmp_path / "integrity" / "code.py").write_text("")
    assert reasons(tmp_path) == ["integrity/code.py: a pack holds rules only, each ID.yaml"]


def test_an_id_in_two_packs_is_said(tmp_path) -> None:
    reasons(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "limit-reached.yaml").write_text(RULE)
    assert reasons(tmp_path) == ["limit-reached.yaml: 2 packs have a rule of this id"]


def test_one_broken_file_hides_no_other(tmp_path) -> None:
    reasons(tmp_path, "- 1", name="a-rule.yaml")
    said = reasons(tmp_path, "[", name="b-rule.yaml")
    assert [line.partition(":")[0] for line in said][:2] == ["integrity/a-rule.yaml", "integrity/b-rule.yaml"]


def test_a_folder_without_rules_is_said(tmp_path) -> None:
    assert "holds no rule" in lint(tmp_path)[0].reason


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ("{file: a.zip, text: x}", "samples.flags[1] is not flagged"),
        ("{file: a.zip, hex: zz}", "`hex` does not decode"),
        ("{file: a.zip, base64: '='}", "`base64` does not decode"),
        ("{file: a.zip}", "a sample is `file`"),
        ("{file: a.zip, text: x, hex: '00'}", "a sample is `file`"),
    ],
)
def test_a_sample_is_read_as_a_scan_reads_it(tmp_path, sample, reason) -> None:
    assert any(reason in said for said in reasons(tmp_path, f"{RULE}samples: {{flags: [{sample}]}}\n"))


@pytest.mark.parametrize("name", sorted(vocabulary()))
def test_the_skeleton_of_every_fact_obeys_every_law(tmp_path, name) -> None:
    cls = vocabulary()[name]
    file = tmp_path / "own" / "a-new-rule.yaml"
    file.parent.mkdir()
    file.write_text(skeleton.skeleton("a-new-rule", cls))
    assert lint(tmp_path) == ()
    rule = parse(pack.read_rule(file), file=file.name, pack="own")
    assert list(mutation.unneeded(rule, cls, lambda _: frozenset())) == []


@pytest.mark.parametrize("name", sorted(vocabulary()))
def test_every_field_of_a_fact_is_of_a_known_kind_and_hides_none_of_its_place(name) -> None:
    cls = vocabulary()[name]
    assert kinds(cls)
    assert not {"path", "offset", "length", "line", "pointer", "any", "is"} & set(cls.__slots__)


def test_an_example_takes_the_defaults_of_its_class() -> None:
    fact = examples.build(vocabulary()["Malformed"], {"reason": "x", "offset": 3})
    assert (fact.format, fact.declared, fact.where.offset, fact.where.line) == ("", True, 3, None)


def mutated(where, flags, ignores, **keys):
    document = document_parser(RULE) | {"match": {"fact": "LimitReached", "where": where}}
    document |= {"examples": {"flags": flags, "ignores": ignores}, **keys}
    rule, cls = parse(document, file="limit-reached.yaml", pack="integrity"), vocabulary()["LimitReached"]
    assert list(examples.run(compile_rule(rule, lambda _: frozenset()), cls)) == []
    return list(mutation.unneeded(rule, cls, lambda _: frozenset()))


def test_a_condition_that_no_ignore_needs_is_named() -> None:
    where = {"unit": "bytes", "limit": "size"}
    assert mutated(where, [{"unit": "bytes", "limit": "size"}], [{"unit": "files", "limit": "size"}]) == ["where.limit"]


def test_a_choice_that_no_flag_shows_is_named() -> None:
    where = {"any": [{"unit": "bytes"}, {"unit": "files"}]}
    assert mutated(where, [{"unit": "bytes"}], [{"unit": "x"}]) == ["where.any[2]"]


def test_an_unless_and_a_raise_that_nothing_shows_are_named() -> None:
    keys = {"unless": {"limit": "x"}, "raise": [{"where": {"bound": 3}, "severity": "high"}]}
    named = mutated({"unit": "bytes"}, [{"unit": "bytes"}], [{"unit": "files"}], **keys)
    assert named == ["unless", "raise[1]", "raise[1].where.bound"]


def test_a_raise_is_shown_by_the_grade_of_an_example() -> None:
    keys = {"raise": [{"where": {"bound": 3}, "severity": "high"}]}
    flags = [{"unit": "bytes", "bound": 3, "is": "high"}, {"unit": "bytes", "is": "low"}]
    assert mutated({"unit": "bytes"}, flags, [{"unit": "files"}], **keys) == []
