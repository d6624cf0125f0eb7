"""What a person sees."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.writers.text import address, locate, write
from tests.builders import reports

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", ["failing", "clean", "incomplete", "hostile"])
def test_a_report_reads_as_its_snapshot(name):
    expected = (SNAPSHOTS / f"report-{name}.txt").read_text(encoding="utf-8")
    assert write(getattr(reports, name)()) == expected


def test_verbose_shows_waived_findings_notes_and_every_place():
    expected = (SNAPSHOTS / "report-failing-verbose.txt").read_text(encoding="utf-8")
    assert write(reports.failing(), verbose=True) == expected


def test_explain_says_of_each_finding_why_what_to_do_and_where_to_read_on():
    expected = (SNAPSHOTS / "report-failing-explained.txt").read_text(encoding="utf-8")
    assert write(reports.failing(), explain=True) == expected


def test_a_narrow_terminal_gets_the_rule_below_the_title_and_the_title_in_lines():
    expected = (SNAPSHOTS / "report-failing-narrow.txt").read_text(encoding="utf-8")
    assert write(reports.failing(), width=60) == expected


def test_what_stands_on_the_right_of_a_title_ends_at_the_edge_but_not_far_away():
    for width, edge in ((100, 100), (120, 120), (200, 120)):
        lines = write(reports.failing(), width=width).splitlines()
        assert {len(line) for line in lines if line.startswith("  critical")} == {edge}


def test_many_findings_of_one_rule_in_one_file_are_counted_and_shown_where_asked():
    many = [reports.finding("r", "a.pt", f"storage {number}") for number in range(40)]
    report = reports.report("fail", [*many, reports.finding("s", "a.pt", "another")], [reports.examined("a.pt")])
    text = write(report)
    assert text.count("storage ") == 10
    assert "and 30 more of r; --verbose shows all" in text
    assert "another" in text
    assert write(report, verbose=True).count("storage ") == 40


LINK = re.compile(r"\x1b\]8;;([^\x1b]*)\x1b\\")


def test_links_add_nothing_but_links_and_lead_to_the_files():
    linked = write(reports.failing(), base="/srv/models here", explain=True)
    assert LINK.sub("", linked) == write(reports.failing(), explain=True)
    addresses = [found for found in LINK.findall(linked) if found]
    assert "file:///srv/models%20here/models/model.pt" in addresses
    assert "https://cwe.mitre.org/data/definitions/502.html" in addresses
    assert "https://docs.python.org/3/library/pickle.html" in addresses


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_name_of_a_file_ends_its_link(path):
    report = reports.report("fail", [reports.finding("r", path, "says")], [reports.examined(path)])
    for line in write(report, base="/srv").split("\n"):
        assert LINK.sub("", line).isprintable()
        assert all(address.isascii() and address.isprintable() for address in LINK.findall(line))


def test_a_reference_that_is_no_address_is_no_link():
    assert [address(one) for one in ("AML.T0010", "http://example.com", "javascript:x", "CWE-x", "CWE-1\x1b")] == [
        ""
    ] * 5


def test_the_same_place_is_shown_once():
    found = reports.finding("r", "a", "says", offsets=(7, 7, 7, 9))
    text = write(reports.report("fail", [found], [reports.examined("a")]))
    assert text.count("byte 7") == 1
    assert "more place" not in text


def test_colours_add_nothing_but_colours():
    coloured = write(reports.failing(), colour=True)
    assert coloured != write(reports.failing())
    assert COLOUR.sub("", coloured) == write(reports.failing())


def test_there_is_no_colour_unasked():
    assert "\x1b" not in write(reports.failing())


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_nothing_of_an_artifact_reaches_the_terminal_unescaped(path, member, says, reason):
    found = [
        reports.finding("r", f"{path}!{member}", says, title=says),
        reports.finding("s", path, says, waived=reason),
        reports.finding("t", path, says, severity="info", title=says),
    ]
    for verbose in (False, True):
        report = reports.report("fail", found, [reports.examined(path, complete=False)])
        assert all(line.isprintable() for line in write(report, verbose=verbose).split("\n"))


def test_a_hostile_name_adds_no_line():
    plain = replace(
        reports.hostile(),
        findings=(reports.finding("pickle-starts-process", "a!b", "calls", title="Pickle starts a process"),),
        examined=(reports.examined("a", "zip"),),
    )
    assert write(reports.hostile()).count("\n") == write(plain).count("\n")


def test_the_gravest_file_comes_first():
    found = [reports.finding("r", "a", "x", severity="low"), reports.finding("s", "b", "x", severity="critical")]
    text = write(reports.report("fail", found, [reports.examined("a"), reports.examined("b")]))
    assert text.index("\nb\n" if text[0] != "b" else "b\n") < text.index("\na\n")


def test_info_about_a_file_that_was_read_is_counted():
    found = [reports.finding("archive-has-comment", "a", "12 bytes", severity="info")] * 3
    text = write(reports.report("pass", found, [reports.examined("a")]))
    assert "12 bytes" not in text
    assert "Archive has comment (3)" in text


def test_info_about_a_file_that_was_not_read_to_its_end_is_shown():
    found = [reports.finding("artifact-encrypted", "a", "needs a key", severity="info")]
    assert "needs a key" in write(reports.report("incomplete", found, [reports.examined("a", complete=False)]))


def test_every_unread_file_is_named_or_counted():
    files = [reports.examined(f"{at:02}.7z", complete=False) for at in range(25)]
    text = write(reports.report("incomplete", (), files))
    assert "19.7z: " in text
    assert "20.7z: " not in text
    assert "and 5 more files" in text


def test_a_pass_that_rests_on_waivers_says_so():
    found = [reports.finding("r", "a", "x", waived="our fixture")]
    text = write(reports.report("pass", found, [reports.examined("a")]))
    assert text.startswith("PASS  nothing found but what is waived\n")
    assert "waived     our fixture (1)" in text


def test_a_scan_of_nothing_says_so():
    text = write(reports.report("pass"))
    assert text.startswith("PASS  no file was examined\n")


@pytest.mark.parametrize("width", [20, 60, 100])
def test_lines_of_prose_keep_to_the_width(width):
    lines = write(reports.failing(), width=width).split("\n")
    prose = [line for line in lines if line.startswith(" " * 14) and " " in line.strip()]
    assert prose
    assert max(map(len, prose)) <= max(width, 40)


def test_a_path_is_never_broken():
    path = "models/" + "x" * 150 + ".pt"
    found = [reports.finding("r", f"{path}!{'y' * 150}", "calls", offsets=(1,))]
    text = write(reports.report("fail", found, [reports.examined(path)]))
    assert path in text
    assert "y" * 150 in text


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (Location(path="a"), ""),
        (Location(path="a", offset=0), "byte 0"),
        (Location(path="a", offset=28, length=4), "byte 28 (0x1c)"),
        (Location(path="a!b/c.pkl", offset=28), "b/c.pkl, byte 28 (0x1c)"),
        (Location(path="a!b.py", line=3, offset=10), "b.py, line 3"),
        (Location(path="a", pointer="/auto_map"), "/auto_map"),
    ],
)
def test_a_place_is_named_within_its_file(where, shown):
    assert locate(where, "a") == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (999_950, "1.0 MB"), (10**16, "10000.0 TB")],
)
def test_sizes_are_shown_in_decimal_units(size, shown):
    assert f", {shown}, all" in write(reports.report("pass", (), [reports.examined("a", size=size)]))


@pytest.mark.parametrize(
    "said", ["::set-output name=verdict::pass", "x ##[add-mask]y", "##vso[task.complete]", "##teamcity[buildProblem]",
             "loading calls " + "x" * 70 + " ::add-mask::x"]
)  # fmt: skip
def test_no_line_is_a_command_for_what_runs_a_pipeline(said):
    found = reports.finding("r", said, said)
    text = write(reports.report("fail", [found], [reports.examined(said, complete=False)]))
    assert not re.search(r"(?m)^\s*::|##\[|##vso\[|##teamcity\[", text)
    assert "\\x3a:" in text or "\\x23#" in text
