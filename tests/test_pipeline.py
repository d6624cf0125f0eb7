"""What the whole says of what no reader opens."""

import pytest

import scanner
from scanner import pipeline
from scanner.artifact import Location
from scanner.facts import Unreadable


@pytest.fixture
def locked(monkeypatch):
    """A source that finds a file it cannot open."""
    found = Unreadable(where=Location(path="models/locked.pkl"), reason="Permission denied")
    monkeypatch.setattr(pipeline.sources, "walk", lambda *_, **__: iter([found]))


@pytest.mark.usefixtures("locked")
def test_a_file_that_the_source_cannot_open_leaves_the_scan_incomplete():
    report = scanner.scan("models")
    assert report.verdict == "incomplete"
    assert [(one.where.path, one.complete) for one in report.examined] == [("models/locked.pkl", False)]
    assert [finding.rule for finding in report.findings] == ["artifact-unreadable"]
