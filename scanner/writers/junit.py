"""JUnit XML, for Jenkins, GitLab and others: a suite a file, a case a finding, and one that says whether it was read.

The schema is that of Jenkins' xUnit plugin (junit-10.xsd). Failures are the findings that fail the policy, so that a
pipeline fails where the verdict does; all others are skipped cases, with what they say as their message.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from scanner.finding import SEVERITIES, Finding
from scanner.nesting import file_of
from scanner.report import Report, RuleHelp
from scanner.text import printable
from scanner.writers._summary import fails
from scanner.writers.text import locate

SHOWN_CHARACTERS = 1000

PLACES = 10

READ = "read to its end"

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 §2.2: all other characters cannot be written, not even as references."""


def write(report: Report, /) -> str:
    """Write a report; pure ASCII, without times, so that the same report gives the same bytes."""
    files = {one.where.path: one for one in report.examined}
    found: dict[str, list[Finding]] = {path: [] for path in sorted(files)}
    for one in report.findings:
        found.setdefault(file_of(one.evidence[0].where.path, files), []).append(one)
    rules = {rule.id: rule for rule in report.rules}
    suites, totals = [], [0, 0, 0, 0]
    for path, findings in found.items():
        complete = path not in files or files[path].complete
        counts = _counts(report, findings, complete=complete)
        totals = [one + other for one, other in zip(totals, counts, strict=True)]
        lines = "".join(_cases(report, path, findings, rules, complete=complete))
        suites.append(f"<testsuite name={_quoted(path)} {_numbers(counts)}>\n{lines}</testsuite>\n")
    head = f'<testsuites name="assay" {_numbers(totals)}>\n'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(suites)}</testsuites>\n'
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _counts(report: Report, findings: list[Finding], *, complete: bool) -> list[int]:
    """Count cases, failures, errors and skipped ones."""
    skipped = sum(not fails(one, report) for one in findings)
    return [len(findings) + 1, len(findings) - skipped, int(not complete), skipped]


def _numbers(counts: list[int]) -> str:
    names = ("tests", "failures", "errors", "skipped")
    return " ".join(f'{name}="{count}"' for name, count in zip(names, counts, strict=True))


def _cases(
    report: Report, path: str, findings: list[Finding], rules: dict[str, RuleHelp], *, complete: bool
) -> Iterator[str]:
    where = f"<testcase name={_quoted(READ)} classname={_quoted(path)}"
    yield (
        f"{where}/>\n" if complete else f'{where}><error message="not read to its end" type="incomplete"/></testcase>\n'
    )
    for one in sorted(findings, key=lambda one: -SEVERITIES.index(one.severity)):
        said = one.evidence[0].says
        yield f"<testcase name={_quoted(f'{one.rule}: {said}')} classname={_quoted(path)}>"
        if not fails(one, report):
            reason = f"waived: {one.waived}" if one.waived else f"{one.severity}: {one.title}"
            yield f"<skipped message={_quoted(reason)}/></testcase>\n"
        else:
            body = escape(_shown("\n".join(_body(path, one, rules.get(one.rule)))))
            message = f"{one.severity}: {one.title}"
            yield f"<failure message={_quoted(message)} type={_quoted(one.rule)}>{body}</failure></testcase>\n"


def _body(path: str, one: Finding, rule: RuleHelp | None) -> Iterator[str]:
    for place in one.evidence[:PLACES]:
        yield ": ".join(filter(None, (locate(place.where, path), printable(place.says, SHOWN_CHARACTERS))))
    if len(one.evidence) > PLACES:
        yield f"and {len(one.evidence) - PLACES} more places"
    if rule is not None:
        yield from (f"Why: {rule.why}", f"What to do: {rule.fix}")


def _quoted(text: str) -> str:
    return quoteattr(printable(text, SHOWN_CHARACTERS))


def _shown(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
