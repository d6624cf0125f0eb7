"""The verdict, regrading, waivers and what a policy leaves out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.finding import CONFIDENCES, SEVERITIES
from scanner.policy import BASELINE, DEFAULT, NOT_INCLUDED, Policy, Waiver, decide, digest
from tests.builders.reports import examined, finding

TODAY = date(2027, 3, 1)
RULE = "pickle-starts-process"
PATH = "models/a.pt!archive/data.pkl"
FILES = (examined("models/a.pt", "zip"),)


def found(**changes):
    return finding(RULE, PATH, "calls os.system", **changes)


def waiver(**changes):
    return Waiver(**{"rule": RULE, "path": "models/a.pt", "reason": "our fixture", **changes})


def verdict(*findings, policy=DEFAULT, files=FILES):
    return decide(findings, files, policy, TODAY)[0]


def test_nothing_found_and_everything_read_passes():
    assert verdict() == "pass"


def test_a_high_finding_of_medium_confidence_fails_the_default_policy():
    assert verdict(found(severity="high", confidence="medium")) == "fail"


@pytest.mark.parametrize(("severity", "confidence"), [("medium", "high"), ("critical", "low")])
def test_a_finding_below_either_threshold_passes(severity, confidence):
    assert verdict(found(severity=severity, confidence=confidence)) == "pass"


def test_an_unread_file_makes_a_scan_incomplete():
    assert verdict(files=(examined("a.7z", complete=False), *FILES)) == "incomplete"


def test_a_failing_finding_outweighs_an_unread_file():
    assert verdict(found(), files=(examined("a.7z", complete=False),)) == "fail"


GRADES = st.tuples(st.sampled_from(SEVERITIES), st.sampled_from(CONFIDENCES))
ORDER = {"pass": 0, "fail": 1}


def _policy(grade):
    return Policy(fail_at=grade[0], min_confidence=grade[1])


@given(st.lists(GRADES, max_size=4), GRADES, GRADES)
def test_raising_a_threshold_never_turns_pass_into_fail(grades, one, other):
    findings = [found(severity=severity, confidence=confidence) for severity, confidence in grades]
    low = (min(one[0], other[0], key=SEVERITIES.index), min(one[1], other[1], key=CONFIDENCES.index))
    high = (max(one[0], other[0], key=SEVERITIES.index), max(one[1], other[1], key=CONFIDENCES.index))
    assert ORDER[verdict(*findings, policy=_policy(high))] <= ORDER[verdict(*findings, policy=_policy(low))]


@given(st.lists(GRADES, max_size=4), GRADES, GRADES)
def test_one_more_finding_never_turns_fail_into_pass(grades, more, thresholds):
    findings = [found(severity=severity, confidence=confidence) for severity, confidence in grades]
    further = found(severity=more[0], confidence=more[1])
    policy = _policy(thresholds)
    assert ORDER[verdict(*findings, policy=policy)] <= ORDER[verdict(*findings, further, policy=policy)]


@given(st.lists(GRADES, max_size=4), GRADES)
def test_a_scan_fails_where_one_finding_reaches_both_thresholds(grades, thresholds):
    findings = [found(severity=severity, confidence=confidence) for severity, confidence in grades]
    reached = any(
        SEVERITIES.index(severity) >= SEVERITIES.index(thresholds[0])
        and CONFIDENCES.index(confidence) >= CONFIDENCES.index(thresholds[1])
        for severity, confidence in grades
    )
    assert verdict(*findings, policy=_policy(thresholds)) == ("fail" if reached else "pass")


def test_a_policy_regrades_a_rule():
    policy = Policy(severity={RULE: "low"})
    result, findings = decide([found(severity="critical")], FILES, policy, TODAY)
    assert result == "pass"
    assert [one.severity for one in findings] == ["low"]


def test_findings_stay_sorted_by_path_then_severity_after_regrading():
    other = finding("archive-has-comment", PATH, "12 bytes", severity="low")
    _, findings = decide([found(), other], FILES, Policy(severity={"archive-has-comment": "critical"}), TODAY)
    assert [one.rule for one in findings] == ["archive-has-comment", RULE]


@pytest.mark.parametrize("path", ["models/a.pt", PATH, "models/*", "**/a.pt", "models/"])
def test_a_waiver_that_covers_a_file_covers_what_it_holds(path):
    result, findings = decide([found()], FILES, Policy(waivers=(waiver(path=path),)), TODAY)
    assert (result, findings[0].waived) == ("pass", "our fixture")


@pytest.mark.parametrize(
    "changes", [{"path": "models/b.pt"}, {"path": "a.pt"}, {"path": "*"}, {"rule": "pickle-runs-code"}]
)
def test_a_waiver_covers_no_other_path_and_no_other_rule(changes):
    assert verdict(found(), policy=Policy(waivers=(waiver(**changes),))) == "fail"


def test_a_file_whose_name_only_looks_nested_is_not_covered_by_another_files_waiver():
    files = (*FILES, examined("models/a.pt!evil.pkl"))
    evil = finding(RULE, "models/a.pt!evil.pkl", "calls os.system")
    assert verdict(evil, policy=Policy(waivers=(waiver(),)), files=files) == "fail"


def test_a_waiver_holds_through_its_last_day():
    assert verdict(found(), policy=Policy(waivers=(waiver(until=TODAY),))) == "pass"


def test_an_expired_waiver_waives_nothing_and_says_so():
    policy = Policy(waivers=(waiver(until=TODAY - timedelta(days=1)),))
    result, findings = decide([found(offsets=(7, 9))], FILES, policy, TODAY)
    assert (result, findings[0].waived) == ("fail", "")
    assert findings[0].evidence[0] == found(offsets=(7, 9)).evidence[0]
    assert findings[0].evidence[1].says == "its waiver ended on 2027-02-28: our fixture"


def test_a_later_waiver_takes_over_from_an_expired_one():
    policy = Policy(waivers=(waiver(until=TODAY - timedelta(days=1)), waiver(reason="extended")))
    assert decide([found()], FILES, policy, TODAY)[1][0].waived == "extended"


def test_a_waiver_without_a_reason_cannot_be_made():
    with pytest.raises(ValueError, match="reason"):
        waiver(reason=" ")


def test_a_waived_finding_stays_in_the_report():
    before = (found(), finding("pickle-runs-code", "b.pkl", "calls exec"))
    _, after = decide(before, FILES, Policy(waivers=(waiver(),)), TODAY)
    assert {replace(one, waived="") for one in after} == set(before)


def test_a_baseline_waives_what_it_records():
    policy = Policy(baseline={found().fingerprint: "high"})
    result, findings = decide([found()], FILES, policy, TODAY)
    assert (result, findings[0].waived) == ("pass", BASELINE)


def test_a_finding_that_has_become_more_severe_is_new():
    assert verdict(found(severity="critical"), policy=Policy(baseline={found().fingerprint: "high"})) == "fail"


def test_exclude_leaves_out_what_its_patterns_cover():
    policy = Policy(exclude=("docs/**", "*.md"))
    assert policy.excludes("docs/a.pkl") == "docs/**"
    assert policy.excludes("README.md") == "*.md"
    assert policy.excludes("model.pt") is None


def test_include_leaves_out_everything_else():
    policy = Policy(include=("**/*.pt",), exclude=("old/**",))
    assert policy.excludes("x/model.pt") is None
    assert policy.excludes("model.bin") == NOT_INCLUDED
    assert policy.excludes("old/model.pt") == "old/**"


def test_a_folder_is_left_out_only_where_nothing_below_it_can_be_wanted():
    policy = Policy(include=("**/*.pt",), exclude=("docs/**", "vendor/", "x/*", "**/*.md"))
    assert policy.excludes("docs/") == "docs/**"
    assert policy.excludes("vendor/") == "vendor/"
    assert policy.excludes("x/") is None
    assert policy.excludes("a.md/") is None
    assert policy.excludes("models/") is None


def test_a_digest_depends_on_what_a_policy_says_not_on_its_name():
    assert digest(Policy(name="assay.toml")) == digest(DEFAULT)
    others = [
        Policy(fail_at="low"),
        Policy(exclude=("x",)),
        Policy(include=("x",)),
        Policy(severity={RULE: "low"}),
        Policy(waivers=(waiver(),)),
        Policy(waivers=(waiver(until=TODAY),)),
        Policy(baseline={"f": "low"}),
    ]
    assert len({digest(policy) for policy in (DEFAULT, *others)}) == len(others) + 1


def test_a_digest_does_not_depend_on_the_order_of_tables():
    assert digest(Policy(severity={"a": "low", "b": "high"})) == digest(Policy(severity={"b": "high", "a": "low"}))
