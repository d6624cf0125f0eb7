"""GitLab's code quality report: the part of the Code Climate format that it reads.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import json
from collections.abc import Iterator

from scanner.finding import Finding, Severity
from scanner.nesting import file_of
from scanner.report import Report, RuleHelp
from scanner.text import printable
from scanner.writers.text import locate

SEVERITIES: dict[Severity, str] = {
    "info": "info",
    "low": "minor",
    "medium": "major",
    "high": "critical",
    "critical": "blocker",
}

SHOWN_CHARACTERS = 1000

UNREAD = "artifact-not-read-to-its-end"
"""The check of a file that was not read to its end: such a report is no pass."""

FIRST_LINE = 1
"""What has no lines is said to be in the first: the format knows nothing else."""


def write(report: Report, /) -> str:
    """Write an array of issues, one a line, pure ASCII.

    Waived findings are left out: the format has no word for them.
    """
    issues = ",\n".join(json.dumps(one, allow_nan=False) for one in _issues(report))
    return f"[\n{issues}\n]\n" if issues else "[]\n"


def _issues(report: Report) -> Iterator[dict[str, object]]:
    files = {one.where.path for one in report.examined}
    rules = {rule.id: rule for rule in report.rules}
    for one in report.examined:
        if not one.complete:
            yield _issue(UNREAD, "This file was not read to its end; its findings say why.", "major",
                         one.where.path, FIRST_LINE, _fingerprint(one.where.path))  # fmt: skip
    for finding in report.findings:
        if not finding.waived:
            yield _of(finding, file_of(finding.evidence[0].where.path, files), rules.get(finding.rule))


def _of(finding: Finding, file: str, rule: RuleHelp | None) -> dict[str, object]:
    first = finding.evidence[0]
    place = locate(first.where, file)
    said = f"{finding.title}: {first.says}{f' ({place})' if place else ''}"
    inside = first.where.path == file
    line = first.where.line if inside and first.where.line else FIRST_LINE
    issue = _issue(finding.rule, said, SEVERITIES[finding.severity], file, line, finding.fingerprint)
    if rule is not None:
        issue["content"] = {"body": f"{rule.why}\n\n{rule.fix}"}
    return issue


def _issue(check: str, said: str, severity: str, file: str, line: int, fingerprint: str) -> dict[str, object]:  # noqa: PLR0913, PLR0917 - one a key
    return {
        "type": "issue",
        "check_name": check,
        "description": printable(said, SHOWN_CHARACTERS),
        "severity": severity,
        "categories": ["Security"],
        "fingerprint": fingerprint,
        "location": {"path": printable(file, SHOWN_CHARACTERS), "lines": {"begin": line}},
    }


def _fingerprint(path: str) -> str:
    import hashlib

    return hashlib.sha256(f"{UNREAD}\0{path}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
