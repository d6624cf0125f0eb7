"""GitLab's code quality report, checked against what its documentation asks for."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.finding import Evidence
from scanner.writers.codequality import write
from tests.builders import detailed, reports

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "report-failing.codequality.json"

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""


def read(report):
    issues = json.loads(write(report))
    jsonschema.validate(issues, SCHEMA)
    return issues


def test_a_report_reads_as_its_snapshot():
    assert write(reports.failing()) == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_every_report_has_what_gitlab_asks_for(report):
    read(report())


def test_fingerprints_are_those_of_the_findings_and_differ():
    issues = read(reports.failing())
    found = {one.fingerprint for one in reports.failing().findings if not one.waived}
    assert found <= {one["fingerprint"] for one in issues}
    assert len({one["fingerprint"] for one in issues}) == len(issues)


def test_a_line_of_the_file_itself_is_said_and_a_member_is_in_the_first():
    own, inner = (
        reports.report("fail", [_at(Location(path=path, line=12))], [reports.examined("a.py")])
        for path in ("a.py", "a.py!b")
    )
    assert read(own)[0]["location"] == {"path": "a.py", "lines": {"begin": 12}}
    assert read(inner)[0]["location"] == {"path": "a.py", "lines": {"begin": 1}}
    assert "(b, line 12)" in read(inner)[0]["description"]


def _at(where):
    from dataclasses import replace

    return replace(reports.finding("r", where.path, "says"), evidence=(Evidence(where=where, says="says"),))


def test_a_file_that_was_not_read_to_its_end_is_an_issue():
    assert [
        one["location"]["path"] for one in read(reports.incomplete()) if one["check_name"].startswith("artifact-not")
    ] == [
        "data/corpus.7z",
        "model.ckpt",
    ]


@pytest.mark.parametrize(
    ("severity", "said"),
    [("info", "info"), ("low", "minor"), ("medium", "major"), ("high", "critical"), ("critical", "blocker")],
)
def test_severities_are_those_of_gitlab(severity, said):
    report = reports.report("fail", [reports.finding("r", "a", "x", severity=severity)], [reports.examined("a")])
    assert read(report)[0]["severity"] == said


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1))
def test_any_text_is_shown_on_one_line(text):
    assert all(one["description"].isprintable() for one in read(detailed.hostile(text)))


def test_waived_findings_are_left_out_and_nothing_found_is_an_empty_list():
    assert write(reports.clean()) == "[]\n"
    assert not [one for one in read(reports.failing()) if one["location"]["path"].startswith("zoo/")]
