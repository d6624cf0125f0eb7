"""A report for people: findings by file, most severe first, then the verdict and how far was looked."""

from collections.abc import Iterator

from scanner.artifact import Location
from scanner.finding import SEVERITIES, Evidence, Finding
from scanner.nesting import SEPARATOR, file_of
from scanner.report import Report, RuleHelp
from scanner.text import printable
from scanner.writers._page import Page, plural
from scanner.writers._summary import summary

PLACES_SHOWN = 3
"""Places of one finding that are shown unless asked for all; the others are counted."""

SHOWN_CHARACTERS = 1000
"""Longest path, message or reason shown, in characters after escaping."""

INDENT = 12
"""Column of what stands below a title: two blanks, the longest severity, two blanks."""


def write(report: Report, /, *, colour: bool = False, width: int = 100, verbose: bool = False) -> str:
    """Write a report in lines of up to `width` columns, with ANSI colours only where asked.

    Why and fix of a rule stand at its first finding. Waived findings, those of severity info and further
    places are counted unless `verbose`. What keeps a file from being read to its end is always shown.
    Nothing that an artifact holds reaches the terminal unescaped.
    """
    page = Page(width=width, colour=colour)
    rules = {rule.id: rule for rule in report.rules}
    for file, findings in _groups(report, verbose=verbose):
        page.line(page.paint(_shown(file) or "(no name)", "strong"))
        for finding in findings:
            _finding(page, file, finding, rules.pop(finding.rule, None), None if verbose else PLACES_SHOWN)
        page.line()
    summary(page, report, verbose=verbose)
    return page.text()


def _groups(report: Report, *, verbose: bool) -> list[tuple[str, list[Finding]]]:
    files = {one.where.path: one.complete for one in report.examined}
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        file = file_of(finding.evidence[0].where.path, files)
        if verbose or (not finding.waived and (finding.severity != "info" or not files.get(file, True))):
            found.setdefault(file, []).append(finding)
    for findings in found.values():
        findings.sort(key=_rank)
    return sorted(found.items(), key=lambda group: (_rank(group[1][0]), group[0]))


def _rank(finding: Finding) -> tuple[bool, int]:
    return bool(finding.waived), -SEVERITIES.index(finding.severity)


def _finding(page: Page, file: str, finding: Finding, rule: RuleHelp | None, most: int | None) -> None:
    severity = page.paint(finding.severity.ljust(INDENT - 4), finding.severity)
    aside = page.paint(f"{finding.rule}, confidence {finding.confidence}", "quiet")
    page.line(f"  {severity}  {page.paint(_shown(finding.title), 'strong')}  {aside}")
    for place, says in _places(file, finding.evidence, most):
        page.entry(place, "place", says, indent=INDENT, hang=2)
    if finding.waived:
        page.entry("waived  ", "quiet", _shown(finding.waived), indent=INDENT, hang=8)
    if rule is not None:
        page.entry("why  ", "quiet", _shown(rule.why), indent=INDENT, hang=5)
        page.entry("fix  ", "quiet", _shown(rule.fix), indent=INDENT, hang=5)


def _places(file: str, evidence: tuple[Evidence, ...], most: int | None) -> Iterator[tuple[str, str]]:
    """Say what is there once; where the same is said again, the place alone."""
    said = ""
    for one in evidence[:most]:
        place, says = locate(one.where, file), "" if one.says == said else _shown(one.says)
        said = one.says
        yield f"{place}: " if place and says else place, says
    if most is not None and len(evidence) > most:
        yield f"and {plural(len(evidence) - most, 'more place')}", ""


def locate(where: Location, file: str) -> str:
    """Name a place within its file: "archive/data.pkl, byte 28 (0x1c)"; empty for the file as a whole."""
    parts = [_shown(where.path.removeprefix(file).removeprefix(SEPARATOR))]
    if where.line is not None:
        parts.append(f"line {where.line}")
    elif where.offset is not None:
        parts.append(f"byte {where.offset} ({where.offset:#x})" if where.offset > 9 else f"byte {where.offset}")  # noqa: PLR2004 - one digit reads the same
    parts.append(_shown(where.pointer or ""))
    return ", ".join(part for part in parts if part)


def _shown(text: str) -> str:
    return printable(text, SHOWN_CHARACTERS)
