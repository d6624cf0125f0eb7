"""The published schema of a JSON report."""

from pathlib import Path

import jsonschema

from scanner.report import SCHEMA
from scanner.schema import report_schema, report_schema_text

PUBLISHED = Path(__file__).parent.parent / ".github" / "schema" / "report-1.json"


def test_the_published_schema_is_that_of_the_code():
    assert PUBLISHED.read_text(encoding="utf-8") == report_schema_text()


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(report_schema())


def test_the_schema_is_called_what_reports_name():
    assert report_schema()["$id"] == SCHEMA
    assert SCHEMA.endswith(PUBLISHED.name)
