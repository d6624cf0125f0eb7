"""A summary for a page that a pipeline shows, such as the job summary of GitHub: verdict, coverage, findings by file.

GitHub Flavored Markdown. What artifacts say stands in code spans, which hold neither markup, links nor mentions.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from scanner.finding import SEVERITIES, STAGES, Finding
from scanner.nesting import file_of
from scanner.report import Due, Report
from scanner.text import printable
from scanner.writers._duties import NO_ADVICE, duty
from scanner.writers._page import nbytes, plural
from scanner.writers._summary import headline, not_read
from scanner.writers.text import locate

LARGEST_NBYTES = 1_000_000
"""GitHub takes 1,048,576 bytes for one step and refuses the whole summary above."""

SHOWN = 50
"""Findings, files and obligations of one table that are shown; the others are counted."""

CELL_CHARACTERS = 300

MARKS = {"pass": "\u2705", "fail": "\u274c", "incomplete": "\u26a0\ufe0f"}

_BACKTICKS = re.compile("`+")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~@&$:-])")


def write(report: Report, /) -> str:
    """Write a summary of at most `LARGEST_NBYTES` bytes; what is left out is counted."""
    text = "\n".join(_lines(report)) + "\n"
    if len(text.encode("utf-8")) <= LARGEST_NBYTES:
        return text
    note = "\nThe summary is cut here; the full report has the rest.\n"
    kept = text.encode("utf-8")[: LARGEST_NBYTES - len(note)]
    return kept[: kept.rfind(b"\n") + 1].decode("utf-8") + note


def _lines(report: Report) -> Iterator[str]:
    counted = [one for one in report.findings if not one.waived]
    yield f"## {MARKS[report.verdict]} Assay: {report.verdict}"
    yield from ("", f"{plain(headline(report))}.", "")
    yield from _coverage(report)
    grave = sorted((one for one in counted if one.severity != "info"), key=lambda one: -SEVERITIES.index(one.severity))
    if grave:
        yield from _findings(report, grave)
        yield from _help(report, grave)
        yield from _stages(grave)
    yield from _owed(report.obligations)
    digests = f"rules {report.ruleset.sha256[:12]}, policy {report.policy.sha256[:12]}"
    yield f"<sub>{report.tool.name} {report.tool.version}, {digests}</sub>"


def _coverage(report: Report) -> Iterator[str]:
    unread = [one for one in report.examined if not one.complete]
    whole = len(report.examined) - len(unread)
    size = nbytes(sum(one.size for one in report.examined))
    waived = sum(bool(one.waived) for one in report.findings)
    yield f"**Read to the end:** {whole:,} of {plural(len(report.examined), 'file')}, {size} in all."
    if left := not_read(report):
        yield f"**Not read:** {left}."
    if waived:
        yield f"**Waived:** {plural(waived, 'finding')}."
    yield ""
    if unread:
        yield from ("Not read to the end:", "")
        yield from (f"- {code(one.where.path)}" for one in unread[:SHOWN])
        yield from _rest(len(unread), "file")


def _findings(report: Report, found: Sequence[Finding]) -> Iterator[str]:
    files = {one.where.path for one in report.examined}
    yield from ("### Findings", "", "| Severity | Finding | File | Where |", "|---|---|---|---|")
    for one in found[:SHOWN]:
        where = one.evidence[0].where
        file = file_of(where.path, files)
        more = f" and {len(one.evidence) - 1:,} more" if len(one.evidence) > 1 else ""
        place = locate(where, file)
        cells = (
            one.severity, f"{plain(one.title)}<br>{code(one.evidence[0].says)}", code(file),
            f"{code(place)}{more}" if place else "",
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    yield from _rest(len(found), "finding")


def _help(report: Report, found: Sequence[Finding]) -> Iterator[str]:
    rules = {rule.id: rule for rule in report.rules}
    named = list(dict.fromkeys(one.rule for one in found[:SHOWN] if one.rule in rules))
    yield from ("<details><summary>Why, and what to do</summary>", "")
    for rule in named:
        yield from (f"- **{plain(rules[rule].title)}** ({code(rule)}): {plain(rules[rule].why)}",
                    f"  **What to do:** {plain(rules[rule].fix)}")  # fmt: skip
    yield from ("", "</details>", "")


def _stages(found: Sequence[Finding]) -> Iterator[str]:
    counts = Counter((one.stage, one.severity) for one in found)
    names = [name for name in reversed(SEVERITIES) if name != "info"]
    yield f"| Stage | {' | '.join(names)} |"
    yield f"|---|{'---:|' * len(names)}"
    for stage in STAGES:
        yield f"| {stage} | {' | '.join(f'{counts[stage, name]:,}' for name in names)} |"
    yield ""


def _owed(dues: Sequence[Due]) -> Iterator[str]:
    missing = [one for one in dues if one.state == "missing"]
    if not dues:
        return
    said = f"{len(missing):,} of {plural(len(dues), 'obligation')} missing. {NO_ADVICE}"
    yield from ("### What licences ask for", "", said, "")
    if missing:
        yield from ("| Missing | Licence | Clause | Where |", "|---|---|---|---|")
        for one in missing[:SHOWN]:
            cells = (duty(one), f"{one.license}{f' of {one.parent}' if one.parent else ''}", one.clause or one.source)
            yield f"| {' | '.join(map(code, cells))} | {code(one.path)} |"
        yield from _rest(len(missing), "obligation")


def _rest(count: int, noun: str) -> Iterator[str]:
    yield ""
    if count > SHOWN:
        yield from (f"and {plural(count - SHOWN, f'more {noun}')}", "")


def code(text: str) -> str:
    """Show a text as it is, in a code span that nothing in it can end, also within a table."""
    shown = printable(text, CELL_CHARACTERS).replace("|", "\\|")
    if not shown.strip():
        return ""
    longest = max((len(run[0]) for run in _BACKTICKS.finditer(shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` \\" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def plain(text: str) -> str:
    """Show a text as words: whatever would be markup is escaped."""
    return _MARKUP.sub(r"\\\1", printable(text, CELL_CHARACTERS * 3))
