"""Findings put together: by file, and in a file by rule and grade."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scanner.finding import SEVERITIES, Finding
from scanner.nesting import file_of
from scanner.report import Report

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Group:
    """The findings of one file that one rule grades alike."""

    rule: str
    anchor: str
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class FileOfFindings:
    """A file with its findings in groups."""

    path: str
    groups: dict[Key, Group] = field(default_factory=dict)


def by_file(report: Report) -> list[FileOfFindings]:
    """Group findings by file and rule, the gravest first; what is waived comes last."""
    files = {one.where.path for one in report.examined}
    found: dict[str, FileOfFindings] = {}
    for one in sorted(report.findings, key=lambda one: (bool(one.waived), -SEVERITIES.index(one.severity))):
        path = file_of(one.evidence[0].where.path, files)
        key = (one.rule, one.severity, one.confidence, one.waived)
        file = found.setdefault(path, FileOfFindings(path))
        file.groups.setdefault(key, Group(one.rule, "")).findings.append(one)
    number = 0
    for file in found.values():
        for group in file.groups.values():
            number += 1
            group.anchor = f"f{number}"
    return list(found.values())


def firsts(files: Sequence[FileOfFindings]) -> dict[str, str]:
    """Find the anchor of each rule's first finding that is not waived; of others the first at all."""
    found: dict[str, str] = {}
    for group in sorted(
        (one for file in files for one in file.groups.values()), key=lambda one: bool(one.findings[0].waived)
    ):
        found.setdefault(group.rule, group.anchor)
    return found
