"""`assay scan MODEL --base BASE`: the scan and the comparison in one report."""

import json

import pytest

from scanner import cli
from scanner.pipeline import scan
from scanner.usage import UsageError
from tests.builders import deltas
from tests.compare.cases import DOWN, PLAIN


def rules(report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_an_equal_model_passes(folders):
    folders("model", deltas.file_of(PLAIN))
    assert cli.main(["scan", "model", "--base", "base"]) == 0


def test_an_edit_fails_and_is_in_the_report_beside_what_the_scan_finds(folders, capsys):
    folders("model", deltas.file_of(deltas.rank_edit(PLAIN, [DOWN], 1, 0.03)))
    folders("model", b"cos\nsystem\n(S'echo'\ntR.", "extra.pkl")
    assert cli.main(["scan", "model", "--base", "base", "--format", "json"]) == 1
    found = {one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert {"delta-edits-few-things", "pickle-starts-process"} <= found


def test_what_the_user_says_of_the_model_counts(folders):
    folders("model", deltas.file_of(deltas.tuned(PLAIN, 0.02)))
    assert cli.main(["scan", "model", "--base", "base"]) == 1
    assert cli.main(["scan", "model", "--base", "base", "--relation", "finetune"]) == 0


def test_what_cannot_be_compared_makes_the_scan_incomplete(folders):
    folders("model", deltas.file_of(PLAIN))
    folders("base", deltas.file_of(PLAIN)[:-9])
    report = scan("model", base="base")
    assert report.verdict == "incomplete"
    assert [one.where.path for one in report.examined if not one.complete] == ["base"]


def test_the_result_does_not_depend_on_the_cache(folders, tmp_path):
    folders("model", deltas.file_of(deltas.row_edit(PLAIN, [5])))
    first, second = (scan("model", base="base", cache=tmp_path / "cache") for _ in range(2))
    assert rules(first) == rules(second) >= {"delta-edits-few-things"}
    assert "delta-edits-few-things" not in rules(scan("model", cache=tmp_path / "cache"))


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize(
    "line",
    [["base", "base", "--base", "base"], ["base", "--base", "nowhere"], ["base", "--relation", "copy"]],
)
def test_a_line_that_cannot_be_carried_out_is_a_usage_error(line):
    assert cli.main(["scan", *line]) == 2


@pytest.mark.usefixtures("folders")
def test_the_library_call_asks_for_one_model():
    with pytest.raises(UsageError, match="one MODEL"):
        scan("base", "base", base="base")
