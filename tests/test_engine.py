"""Facts and rules become findings."""

from dataclasses import replace

import pytest

from scanner.artifact import Location
from scanner.engine import PLACES_PER_FINDING, compile_rule, judge, render
from scanner.facts.core import Encrypted, LimitReached
from scanner.rule import RuleError, parse


def rule(**keys):
    document = {
        "id": "limit-reached",
        "title": "A limit is reached",
        "severity": "medium",
        "confidence": "high",
        "stage": "deployment",
        "since": "0.1",
        "match": {"fact": "LimitReached", "where": {}},
        "message": "stops at {bound} {unit}",
        "why": "Because.",
        "fix": "Do.",
        "examples": {},
        **keys,
    }
    return parse(document, file="limit-reached.yaml", pack="integrity")


def fact(bound=3, unit="bytes", path="a", offset=0) -> LimitReached:
    return LimitReached(where=Location(path=path, offset=offset), limit="size", bound=bound, unit=unit)


def found(facts, *rules):
    return judge(facts, rules, lambda _: frozenset())


def test_a_fact_that_a_rule_matches_is_a_finding() -> None:
    (finding,) = found([fact()], rule())
    assert (finding.rule, finding.severity, finding.confidence) == ("limit-reached", "medium", "high")
    assert finding.evidence[0].says == "stops at 3 bytes"
    assert finding.evidence[0].where == Location(path="a", offset=0)


def test_a_rule_speaks_of_its_own_fact_only() -> None:
    assert found([Encrypted(where=Location(path="a"), method="aes")], rule()) == ()


def test_unless_withdraws_a_match() -> None:
    assert found([fact(unit="bytes"), fact(unit="files")], rule(unless={"unit": "files"}))[0].evidence[0].says == (
        "stops at 3 bytes"
    )


def test_the_first_raise_that_hits_wins() -> None:
    one = rule(
        **{
            "raise": [
                {"where": {"bound": {"above": 9}}, "severity": "critical"},
                {"where": {"bound": {"above": 5}}, "severity": "high", "confidence": "low"},
                {"where": {"bound": {"above": 4}}, "confidence": "medium"},
            ]
        }
    )
    grades = [(f.severity, f.confidence) for n in (10, 6, 5, 4) for f in found([fact(bound=n)], one)]
    assert grades == [("critical", "high"), ("high", "low"), ("medium", "medium"), ("medium", "high")]


def test_same_rule_path_and_message_are_one_finding_with_several_places() -> None:
    (finding,) = found([fact(offset=1), fact(offset=2)], rule())
    assert [one.where.offset for one in finding.evidence] == [1, 2]


def test_places_beyond_the_bound_are_counted() -> None:
    (finding,) = found([fact(offset=n) for n in range(PLACES_PER_FINDING + 7)], rule())
    assert len(finding.evidence) == PLACES_PER_FINDING
    assert finding.evidence[-1].says.endswith("(and 7 more places)")


def test_a_surer_match_is_not_folded_into_a_doubtful_one() -> None:
    one = rule(**{"raise": [{"where": {"limit": "x"}, "confidence": "low"}]})
    findings = found([replace(fact(), limit="x"), fact()], one)
    assert sorted(finding.confidence for finding in findings) == ["high", "low"]


def test_a_graver_match_is_not_folded_into_a_lighter_one() -> None:
    one = rule(**{"raise": [{"where": {"limit": "x"}, "severity": "info"}]})
    findings = found([replace(fact(), limit="x"), fact()], one)
    assert [finding.severity for finding in findings] == ["medium", "info"]


def test_findings_are_sorted_by_path_then_the_most_severe_first() -> None:
    low = rule(id="limit-named", severity="low")
    findings = found([fact(path="b"), fact(path="a")], low, rule())
    assert [(f.evidence[0].where.path, f.severity) for f in findings] == [
        ("a", "medium"),
        ("a", "low"),
        ("b", "medium"),
        ("b", "low"),
    ]


def test_the_fingerprint_outlives_another_offset_but_not_another_message() -> None:
    prints = [found([one], rule())[0].fingerprint for one in (fact(), fact(offset=9), fact(bound=4), fact(path="b"))]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_a_message_shows_no_raw_control_character() -> None:
    (finding,) = found([fact(unit="\x1b[31m\u202e\n\udc80")], rule())
    assert finding.evidence[0].says.isprintable()


def test_a_field_that_is_none_is_shown_as_a_question() -> None:
    assert render("line {line} of {path}", fact()) == "line ? of a"


def test_braces_of_a_value_are_not_filled_in_again() -> None:
    assert render("{unit}", fact(unit="{path}")) == "{path}"


def test_a_condition_outside_the_language_names_the_rule() -> None:
    with pytest.raises(RuleError, match=r"limit-reached\.yaml: unknown operator"):
        compile_rule(rule(match={"fact": "LimitReached", "where": {"bound": {"over": 3}}}), lambda _: frozenset())


def test_judging_twice_is_equal() -> None:
    facts = [fact(path=path, bound=bound) for path in "cab" for bound in range(4)]
    assert found(facts, rule()) == found(facts, rule())
