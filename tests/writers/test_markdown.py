"""The summary of a job, as a renderer of GitHub's Markdown reads it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scanner.writers.markdown import LARGEST_NBYTES, SHOWN, write
from tests.builders import detailed, reports

WIDE = "\u6f22"
"""A letter of three bytes."""

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
RENDERER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

OURS = {"details", "/details", "summary", "/summary", "sub", "/sub", "br"}


def rendered(text):
    """Render all but our own few tags, which stand for nothing here."""
    return RENDERER.render(re.sub("|".join(f"<{tag}>" for tag in OURS), "", text))


def tags(text):
    return sorted(re.findall(r"<(/?\w+)", rendered(text)))


@pytest.mark.parametrize("name", ["detailed", "clean", "incomplete", "hostile"])
def test_a_summary_reads_as_its_snapshot(name):
    report = detailed.detailed() if name == "detailed" else getattr(reports, name)()
    assert write(report) == (SNAPSHOTS / f"report-{name}.md").read_text(encoding="utf-8")


def test_an_incomplete_report_is_not_shown_as_a_pass():
    text = write(reports.incomplete())
    assert text.startswith("## \u26a0\ufe0f Assay: incomplete\n")
    assert "`data/corpus.7z`" in text


@pytest.mark.parametrize(
    "text", [*detailed.HOSTILE, "`", "``a`", "a|b", "\\", "@org/team #1", "![x](http://h/i.png)", "|||\n# x"]
)
def test_a_hostile_text_adds_no_markup(text):
    assert tags(write(detailed.hostile(text))) == tags(write(detailed.hostile("x")))


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1).filter(str.strip))
def test_no_text_leaves_its_place(text):
    lines = write(detailed.hostile(text)).splitlines()
    assert len(lines) == len(write(detailed.hostile("x")).splitlines())
    assert all(line.isprintable() for line in lines)


def test_many_findings_are_counted_and_the_gravest_are_shown():
    found = [reports.finding("r", f"{at}.pt", f"says {at}", severity="low") for at in range(SHOWN * 3)]
    found.append(reports.finding("s", "z.pt", "the gravest", severity="critical"))
    text = write(reports.report("fail", found, [reports.examined("z.pt")]))
    assert "the gravest" in text
    assert f"and {SHOWN * 2 + 1} more findings" in text


def test_a_summary_is_never_larger_than_github_takes():
    found = [reports.finding(f"rule-{at}", WIDE * 900, WIDE * 900, title=WIDE * 900) for at in range(2000)]
    rules = [reports._help(one.rule, one.title) for one in found]
    wide = reports.report(
        "fail", found, [reports.examined(f"{at}{WIDE * 300}", complete=False) for at in range(9)], rules
    )
    assert len(write(wide).encode("utf-8")) <= LARGEST_NBYTES
