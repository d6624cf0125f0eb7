"""What licences ask for, as a text report and a JSON report show it."""

import json

from scanner.report import Due
from scanner.writers import discover
from scanner.writers._duties import SHOWN
from tests.builders.reports import report


def due(duty="licence-copy", **fields):
    given = {
        "path": "m/README.md", "license": "LicenseRef-gemma", "words": "", "state": "missing", "satisfied_by": "",
        "relation": "finetune", "parent": "google/gemma-2-9b", "clause": "3.1", "source": "https://example.com/terms",
    }  # fmt: skip
    return Due(duty=duty, **{**given, **fields})


def shown(*dues, **options):
    return discover()["text"](report("pass", obligations=dues), width=400, **options)


def test_a_report_without_obligations_speaks_of_none():
    assert "owed" not in shown()
    assert "legal advice" not in shown()


def test_what_is_missing_and_what_is_met_stand_in_one_row_with_the_clause():
    text = shown(
        due(), due("display", words="Built with X", state="met", satisfied_by="m/NOTICE"), due("x", state="open")
    )
    (row,) = (line for line in text.splitlines() if line.lstrip().startswith("owed"))
    assert "m/README.md: LicenseRef-gemma of google/gemma-2-9b (3.1): missing: licence-copy; " in row
    assert 'met: display "Built with X" (m/NOTICE); 1 not seen from files' in row


def test_the_report_says_once_that_it_is_no_legal_advice():
    assert shown(due(), due(license="MIT", parent="")).count("no legal advice") == 1


def test_what_files_cannot_show_is_named_where_all_is_asked_for():
    assert "not seen from files: state-changes" in shown(due("state-changes", state="open"), verbose=True)


def test_many_licences_are_counted_and_all_shown_where_asked_for():
    many = [due(path=f"{number}/README.md") for number in range(SHOWN + 3)]
    assert "and 3 more licences" in shown(*many)
    assert f"{SHOWN + 2}/README.md" in shown(*many, verbose=True)


def test_a_hostile_name_does_not_reach_the_terminal():
    assert "\x1b" not in shown(due(parent="a\x1b[31m/b"))


def test_the_json_report_has_each_obligation_whole():
    (one,) = json.loads(discover()["json"](report("pass", obligations=[due()])))["obligations"]
    assert (one["duty"], one["state"], one["clause"], one["source"]) == (
        "licence-copy",
        "missing",
        "3.1",
        "https://example.com/terms",
    )
