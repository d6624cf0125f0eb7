"""A report for people: findings by file, most severe first, then the verdict and how far was looked."""

import posixpath
import textwrap
from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Location
from scanner.finding import SEVERITIES, Evidence, Finding
from scanner.nesting import SEPARATOR, file_of
from scanner.report import Report, RuleHelp
from scanner.text import printable
from scanner.writers._page import NARROWEST, Page, plural
from scanner.writers._summary import summary

WEAKNESS = "https://cwe.mitre.org/data/definitions/{}.html"

PLACES_SHOWN = 3
"""Places of one finding that are shown unless asked for all; the others are counted."""

FINDINGS_SHOWN = 10
"""Findings of one rule in one file that are shown unless asked for all, the gravest; the others are counted."""

SHOWN_CHARACTERS = 1000
"""Longest path, message or reason shown, in characters after escaping."""

WIDEST = 120
"""Columns at which what stands on the right of a title ends at the latest: further away it is overlooked."""

INDENT = 12
"""Column of what stands below a title: two blanks, the longest severity, two blanks."""


def write(  # noqa: PLR0913 - one argument a choice
    report: Report,
    /,
    *,
    colour: bool = False,
    width: int = 100,
    verbose: bool = False,
    explain: bool = False,
    base: str = "",
) -> str:
    """Write a report in lines of up to `width` columns, with ANSI colours and links only where asked.

    Why and fix of a rule stand at its first finding; with `explain` at each, with references. `base` is the folder
    that paths start from: given, files are links to themselves. Waived findings, those of severity info, further
    places and the eleventh of a rule in one file are counted unless `verbose`. What keeps a file from being read to
    its end is always shown.
    Nothing that an artifact holds reaches the terminal unescaped.
    """
    page = Page(width=width, colour=colour, links=bool(base))
    rules = {rule.id: rule for rule in report.rules}
    for file, findings in _groups(report, verbose=verbose):
        name = page.paint(_shown(file) or "(no name)", "strong")
        page.line(page.link(name, file_uri(base, file)) if base else name)
        seen: Counter[str] = Counter()
        for finding in findings:
            seen[finding.rule] += 1
            if seen[finding.rule] > FINDINGS_SHOWN and not verbose:
                continue
            _finding(page, file, finding, None if verbose else PLACES_SHOWN)
            if finding.rule in rules:
                _help(page, rules[finding.rule] if explain else rules.pop(finding.rule), explain=explain)
        for rule, count in seen.items():
            if count > FINDINGS_SHOWN and not verbose:
                rest = f"and {count - FINDINGS_SHOWN:,} more of {rule}; --verbose shows all"
                page.line(f"{' ' * INDENT}{page.paint(rest, 'quiet')}")
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


def _finding(page: Page, file: str, finding: Finding, most: int | None) -> None:
    severity = page.paint(finding.severity.ljust(INDENT - 4), finding.severity)
    aside = f"{finding.rule}, confidence {finding.confidence}"
    first, *further = textwrap.wrap(_shown(finding.title), max(page.width - INDENT, NARROWEST)) or [""]
    head = f"  {severity}  {page.paint(first, 'strong')}"
    room = min(page.width, WIDEST) - INDENT - len(first)
    if not further and room >= len(aside) + 2:
        page.line(f"{head}{' ' * (room - len(aside))}{page.paint(aside, 'quiet')}")
    else:
        page.line(head)
        for text in further:
            page.line(f"{' ' * INDENT}{page.paint(text, 'strong')}")
        page.line(f"{' ' * INDENT}{page.paint(aside, 'quiet')}")
    for place, says in _places(file, finding.evidence, most):
        page.entry(place, "place", says, indent=INDENT, hang=2)
    if finding.waived:
        page.entry("waived  ", "quiet", _shown(finding.waived), indent=INDENT, hang=8)


def _help(page: Page, rule: RuleHelp, *, explain: bool) -> None:
    page.entry("why  ", "quiet", _shown(rule.why), indent=INDENT, hang=5)
    page.entry("fix  ", "quiet", _shown(rule.fix), indent=INDENT, hang=5)
    for at, reference in enumerate(rule.references if explain else ()):
        label = "" if at else page.paint("see", "quiet")
        shown = page.link(_shown(reference), address(reference)) if page.links else _shown(reference)
        page.line(f"{' ' * INDENT}{label or '   '}  {shown}")


def address(reference: str) -> str:
    """Return where a reference of a rule can be read, "" where that is not known."""
    from urllib.parse import quote  # 10 ms that only a terminal with links needs

    number = reference.removeprefix("CWE-")
    found = WEAKNESS.format(number) if number.isascii() and number.isdecimal() else reference
    return quote(found, safe=":/?#[]@!$&'()*+,;=%~") if found.startswith("https://") else ""


def file_uri(base: str, path: str) -> str:
    """Return the address of a file on this machine, percent-encoded (RFC 8089); "" for what no file is called."""
    from urllib.parse import quote

    try:
        return "file://" + quote(posixpath.join(base, path), errors="surrogateescape")
    except UnicodeEncodeError:
        return ""


def _places(file: str, evidence: tuple[Evidence, ...], most: int | None) -> Iterator[tuple[str, str]]:
    """Say what is there once; where the same is said again, the place alone."""
    evidence = tuple(dict.fromkeys(evidence))
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
