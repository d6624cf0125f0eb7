"""JUnit XML, checked against the schema of Jenkins' xUnit plugin as far as we use it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report import Gate
from scanner.writers.junit import write
from tests.builders import detailed, reports

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "report-failing.junit.xml"

ALLOWED = {
    "testsuites": ({"name", "tests", "failures", "errors", "skipped"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped"}, {"testcase"}),
    "testcase": ({"name", "classname"}, {"failure", "error", "skipped"}),
    "failure": ({"message", "type"}, set()),
    "error": ({"message", "type"}, set()),
    "skipped": ({"message"}, set()),
}
"""Attributes and children, all of which junit-10.xsd has for these elements."""


def read(report):
    root = ET.fromstring(write(report))  # noqa: S314 - our own
    for node in root.iter():
        attributes, children = ALLOWED[node.tag]
        assert set(node.attrib) <= attributes
        assert {child.tag for child in node} <= children
    for suite in (root, *root.iter("testsuite")):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(list(suite.iter(tag)))
    return root


def test_a_report_reads_as_its_snapshot():
    assert write(reports.failing()) == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_every_report_keeps_to_the_schema_and_counts_right(report):
    read(report())


def test_a_pipeline_fails_where_the_verdict_does():
    assert len(list(read(reports.failing()).iter("failure"))) == 2
    low = [reports.finding("r", "a", "says", severity="medium")]
    root = read(reports.report("pass", low, [reports.examined("a")]))
    assert root.get("failures") == root.get("errors") == "0"
    strict = replace(
        reports.report("fail", low, [reports.examined("a")]), gate=Gate(fail_at="medium", min_confidence="high")
    )
    assert read(strict).get("failures") == "1"


def test_a_file_that_was_not_read_to_its_end_is_an_error():
    root = read(reports.incomplete())
    assert root.get("errors") == "2"
    assert [suite.get("name") for suite in root if suite.get("errors") == "1"] == ["data/corpus.7z", "model.ckpt"]


def test_every_examined_file_is_a_suite():
    assert [suite.get("name") for suite in read(reports.clean())] == [
        one.where.path for one in reports.clean().examined
    ]


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1))
def test_any_text_is_well_formed(text):
    read(detailed.hostile(text))


def test_a_report_is_ascii():
    assert write(reports.hostile()).isascii()
