"""The report tree as JSON."""

import json
import time
from dataclasses import asdict, replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.schema import report_schema
from scanner.writers.json import write
from tests.builders import reports

EVERY = [reports.failing, reports.clean, reports.incomplete, reports.hostile]


@pytest.mark.parametrize("report", EVERY)
def test_json_is_the_report_field_for_field(report):
    assert json.loads(write(report())) == json.loads(json.dumps(asdict(report())))


@pytest.mark.parametrize("report", EVERY)
def test_json_validates_against_the_schema(report):
    jsonschema.validate(json.loads(write(report())), report_schema())


@pytest.mark.parametrize("report", EVERY)
def test_json_is_ascii_and_ends_with_one_line_feed(report):
    text = write(report())
    assert text.isascii()
    assert text.endswith("}\n")


def test_a_finding_is_one_line():
    lines = write(reports.failing()).splitlines()
    assert sum(line.startswith('    {"rule": ') for line in lines) == len(reports.failing().findings)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_path_comes_back_as_it_was(path):
    report = reports.report("fail", [reports.finding("r", path, path)], [reports.examined(path)])
    document = json.loads(write(report))
    assert document["findings"][0]["evidence"][0]["where"]["path"] == path
    assert document["examined"][0]["where"]["path"] == path


def test_ten_thousand_findings_take_no_time():
    report = reports.failing()
    many = replace(report, findings=report.findings * 1500)
    start = time.process_time()
    write(many)
    assert time.process_time() - start < 2
