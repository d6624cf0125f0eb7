"""SARIF 2.1.0, checked against the schema of the standard and read as its consumers read it."""

import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.policy import Policy, decide
from scanner.writers.sarif import write
from tests.builders import reports

SCHEMA = json.loads((Path(__file__).parent.parent / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
REFERENCE = re.compile(r"(file://)?(/|[A-Za-z0-9._~/-]|%[0-9A-F]{2})*")
"""RFC 3986: unreserved characters, slashes and percent-encoded bytes; all that our paths need."""


def run(report):
    document = json.loads(write(report))
    VALIDATOR.validate(document)
    return document["runs"][0]


def one(path, **changes):
    return reports.report("fail", [reports.finding("r", path, "says", **changes)], [reports.examined("a.pt", "zip")])


@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_every_report_is_valid_sarif(report):
    run(report())


def test_a_member_is_an_artifact_inside_its_container():
    result = run(one("a.pt!b.zip!c/d.pkl", offsets=(28,)))
    place = result["results"][0]["locations"][0]["physicalLocation"]
    member = result["artifacts"][place["artifactLocation"]["index"]]
    middle = result["artifacts"][member["parentIndex"]]
    assert member["location"]["uri"] == place["artifactLocation"]["uri"] == "/c/d.pkl"
    assert middle["location"]["uri"] == "/b.zip"
    assert result["artifacts"][middle["parentIndex"]]["location"]["uri"] == "a.pt"
    assert place["region"] == {"byteOffset": 28, "byteLength": 1}


def test_a_member_named_twice_is_one_artifact():
    findings = [reports.finding(rule, "a.pt!b", "says") for rule in ("r", "s")]
    result = run(reports.report("fail", findings, [reports.examined("a.pt")]))
    assert len(result["artifacts"]) == 2


def test_every_examined_file_is_an_artifact_with_digest_and_length():
    artifact = run(reports.clean())["artifacts"][0]
    assert artifact["location"] == {"uri": "config.json", "uriBaseId": "%SRCROOT%"}
    assert artifact["hashes"]["sha-256"] == reports.clean().examined[0].sha256
    assert artifact["length"] == 650


def test_a_rule_is_found_by_index_and_explains_itself():
    result = run(reports.failing())
    for finding in result["results"]:
        assert result["tool"]["driver"]["rules"][finding["ruleIndex"]]["id"] == finding["ruleId"]
    rule = next(rule for rule in result["tool"]["driver"]["rules"] if rule["id"] == "pickle-starts-process")
    assert "**Fix:** Do not load it." in rule["help"]["markdown"]
    assert rule["properties"]["security-severity"] == "9.5"
    assert set(rule["properties"]["tags"]) == {"security", "pickle", "stage/deployment", "external/cwe/cwe-502"}


@pytest.mark.parametrize(
    ("severity", "level", "kind"),
    [
        ("critical", "error", "fail"),
        ("high", "error", "fail"),
        ("medium", "warning", "fail"),
        ("low", "note", "fail"),
        ("info", "none", "informational"),
    ],
)
def test_severities_become_levels(severity, level, kind):
    result = run(one("a.pt", severity=severity))["results"][0]
    assert (result["level"], result["kind"]) == (level, kind)


def test_waivers_are_suppressions_with_their_reason():
    results = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: result["suppressions"]
               for result in run(reports.failing())["results"]}  # fmt: skip
    assert results["zoo/test-fixture.pkl"] == [
        {"kind": "external", "status": "accepted", "justification": "Our own test fixture, see TEAM-12"}
    ]
    assert results["zoo/old.pkl"][0]["justification"] == "baseline"
    assert results["models/second.bin"] == []


def test_an_incomplete_artifact_is_a_notification_and_no_success():
    invocation = run(reports.incomplete())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    named = [
        entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for entry in invocation["toolExecutionNotifications"]
    ]
    assert named == ["data/corpus.7z", "model.ckpt"]


def test_a_scan_that_read_everything_is_a_success():
    assert run(reports.clean())["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_further_places_are_related_locations():
    related = run(one("a.pt", offsets=(1, 2, 3)))["results"][0]["relatedLocations"]
    assert [place["physicalLocation"]["region"]["byteOffset"] for place in related] == [2, 3]


def test_a_fingerprint_is_that_of_the_finding():
    report = one("a.pt")
    assert run(report)["results"][0]["partialFingerprints"] == {"assay/v1": report.findings[0].fingerprint}


ANY_NAME = st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=40)


@given(ANY_NAME, ANY_NAME)
def test_any_name_becomes_a_uri_reference(path, member):
    report = reports.report("fail", [reports.finding("r", f"{path}!{member}", "x")], [reports.examined(path)])
    result = run(report)
    assert all(REFERENCE.fullmatch(artifact["location"]["uri"]) for artifact in result["artifacts"])


@given(st.binary(min_size=1, max_size=40).filter(lambda name: not name.startswith((b"/", b".."))))
def test_a_uri_decodes_to_the_bytes_of_the_name(name):
    report = reports.report("pass", (), [reports.examined(name.decode("utf-8", "surrogateescape"))])
    assert unquote_to_bytes(run(report)["artifacts"][0]["location"]["uri"]) == name


def test_dot_segments_of_a_member_are_encoded():
    artifacts = run(one("a.pt!../../etc/passwd"))["artifacts"]
    assert artifacts[1]["location"]["uri"] == "/%2E%2E/%2E%2E/etc/passwd"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/srv/a b.pt", {"uri": "file:///srv/a%20b.pt"}),
        ("hf://org/name/a%b.pt", {"uri": "hf://org/name/a%25b.pt"}),
        ("oci://127.0.0.1:5000/org/name/sha256:0", {"uri": "oci://127.0.0.1:5000/org/name/sha256%3A0"}),
        ("https://host:8443/a%20b.pt", {"uri": "https://host:8443/a%20b.pt"}),
        ("../a.pt", {"uri": "../a.pt"}),
        ("c:a.pt", {"uri": "c%3Aa.pt", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_a_path_is_relative_to_the_base_where_it_can_be(path, location):
    assert run(reports.report("pass", (), [reports.examined(path)]))["artifacts"][0]["location"] == location


@pytest.mark.parametrize(
    ("says", "shown"),
    [("[x](http://y)", r"\[x\](http://y)"), ("\\[x]", r"\\\[x\]"), ("a\x1b[1m\u202e", r"a\x1b\[1m\u202e")],
)
def test_a_message_of_an_artifact_makes_no_link(says, shown):
    report = reports.report("fail", [reports.finding("r", "a", says, title="T")], [reports.examined("a")])
    assert run(report)["results"][0]["message"]["text"] == f"T: {shown}"


def test_no_text_holds_a_lone_surrogate():
    document = json.dumps(json.loads(write(reports.hostile())), ensure_ascii=False)
    assert document.encode("utf-8")


def test_an_expired_waiver_suppresses_nothing():
    report = reports.failing()
    _, findings = decide(report.findings, report.examined, Policy(), date(2027, 1, 1))
    assert len(findings) == len(run(report)["results"])
