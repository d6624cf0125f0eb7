"""Findings recorded in a file."""

import json

import pytest

from scanner.baseline import load, record
from scanner.usage import UsageError
from tests.builders.reports import HOSTILE_NAME, finding

ONE = finding("pickle-starts-process", "b.pkl", "calls os.system")
TWO = finding("pickle-runs-code", "a.pkl", "calls exec", severity="critical")


def test_what_is_recorded_is_loaded(tmp_path):
    file = tmp_path / "baseline.json"
    assert record(file, [ONE, TWO], tool="assay 0.1.0") == 2
    assert load(file) == {ONE.fingerprint: "high", TWO.fingerprint: "critical"}


def test_a_baseline_can_be_read_by_a_person(tmp_path):
    file = tmp_path / "baseline.json"
    record(file, [ONE, TWO], tool="assay 0.1.0")
    document = json.loads(file.read_text())
    assert (document["version"], document["tool"]) == (1, "assay 0.1.0")
    assert document["findings"][0] == {
        "path": "a.pkl",
        "rule": "pickle-runs-code",
        "severity": "critical",
        "fingerprint": TWO.fingerprint,
    }


def test_the_order_of_findings_does_not_matter(tmp_path):
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    record(first, [ONE, TWO], tool="t")
    record(second, [TWO, ONE], tool="t")
    assert first.read_bytes() == second.read_bytes()


def test_nothing_found_is_recorded_too(tmp_path):
    file = tmp_path / "baseline.json"
    assert record(file, [], tool="t") == 0
    assert load(file) == {}


def test_what_a_waiver_covers_is_left_to_it(tmp_path):
    file = tmp_path / "baseline.json"
    waived = finding("r", "a", "b", waived="our fixture")
    known = finding("r", "a", "c", waived="baseline")
    assert record(file, [waived, known], tool="t") == 1
    assert load(file) == {known.fingerprint: "high"}


def test_of_one_finding_at_two_grades_the_gravest_is_recorded(tmp_path):
    file = tmp_path / "baseline.json"
    grades = [finding("r", "a", "b", severity=severity) for severity in ("low", "high", "medium")]
    assert record(file, grades, tool="t") == 1
    assert set(load(file).values()) == {"high"}


def test_a_name_that_is_no_utf8_is_recorded(tmp_path):
    file = tmp_path / "baseline.json"
    record(file, [finding("r", HOSTILE_NAME, "x")], tool="t")
    assert json.loads(file.read_text(encoding="ascii"))["findings"][0]["path"] == HOSTILE_NAME


def test_recording_replaces_the_file_and_leaves_no_draft(tmp_path):
    file = tmp_path / "baseline.json"
    record(file, [ONE], tool="t")
    record(file, [TWO], tool="t")
    assert [entry.name for entry in tmp_path.iterdir()] == ["baseline.json"]
    assert load(file) == {TWO.fingerprint: "critical"}


def test_a_folder_that_does_not_exist_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        record(tmp_path / "none" / "baseline.json", [], tool="t")


def test_a_failed_write_keeps_the_old_file(tmp_path):
    file = tmp_path / "baseline.json"
    file.mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        record(file, [], tool="t")
    assert [entry.name for entry in tmp_path.iterdir()] == ["baseline.json"]


def test_a_missing_baseline_is_a_usage_error_that_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match="No such file or directory; record it with --update-baseline"):
        load(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no baseline of version 1"),
        ('{"version": 2}', "no baseline of version 1"),
        ('{"version": 1}', "findings: a list is missing"),
        ('{"version": 1, "findings": [3]}', r"findings\[0\]: needs a fingerprint and a severity"),
        ('{"version": 1, "findings": [{"fingerprint": "a", "severity": "hihg"}]}', r"findings\[0\]: needs"),
        ('{"version": 1, "findings": [{"fingerprint": 1, "severity": "high"}]}', r"findings\[0\]: needs"),
    ],
)
def test_a_malformed_baseline_is_a_usage_error_of_one_line(tmp_path, text, reason):
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=reason) as caught:
        load(file)
    assert str(caught.value).isprintable()
    assert str(caught.value).startswith(f"{file}: ")
