"""SARIF 2.1.0: findings as results, files and their members as nested artifacts, waivers as suppressions.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
import re
from collections.abc import Iterator, Mapping

from scanner.finding import CONFIDENCES, SEVERITIES, Confidence, Finding, Severity
from scanner.report import Report, RuleHelp
from scanner.text import printable
from scanner.writers._places import BASE, Node, Places

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: dict[Severity, str] = {
    "info": "none",
    "low": "note",
    "medium": "warning",
    "high": "error",
    "critical": "error",
}

SCORES: dict[Severity, str] = {"info": "0.0", "low": "2.0", "medium": "5.0", "high": "8.0", "critical": "9.5"}
"""The middle of each band of `security-severity`, which code scanning services read."""

SHOWN_CHARACTERS = 2000
"""Longest message and path, in characters."""

UNFINISHED = "artifact-not-read-to-its-end"
"""The notification that an incomplete artifact raises."""

_BRACKET = re.compile(r"(\\*)([\[\]])")
_CWE = re.compile(r"CWE-(\d+)")


def write(report: Report, /) -> str:
    """Write a report as one SARIF run, pure ASCII, without a timestamp."""
    places = Places(report.examined)
    indexes = {rule.id: index for index, rule in enumerate(report.rules)}
    results = [_result(finding, indexes, places) for finding in report.findings]
    run: Node = {
        "tool": {"driver": _driver(report)},
        "invocations": [_invocation(report, places)],
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder that paths of this report start from."}}},
        "artifacts": places.artifacts,
        "results": results,
        "properties": {
            "verdict": report.verdict,
            "ruleset": {"name": report.ruleset.name, "sha256": report.ruleset.sha256},
            "policy": {"name": report.policy.name, "sha256": report.policy.sha256},
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, allow_nan=False) + "\n"


def _driver(report: Report) -> Node:
    return {
        "name": report.tool.name,
        "version": report.tool.version,
        "semanticVersion": report.tool.version,
        "rules": [_rule(rule, report.findings) for rule in report.rules],
        "notifications": [
            {"id": UNFINISHED, "shortDescription": {"text": "An artifact was not read to its end."}},
        ],
    }


def _rule(rule: RuleHelp, findings: tuple[Finding, ...]) -> Node:
    """Describe a rule; its grade is the gravest that it has in this report."""
    own = [finding for finding in findings if finding.rule == rule.id]
    severity: Severity = max((one.severity for one in own), key=SEVERITIES.index, default="info")
    confidence: Confidence = max((one.confidence for one in own), key=CONFIDENCES.index, default="low")
    described: Node = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": "\n\n".join(_help(rule)), "markdown": "\n\n".join(_help(rule, strong="**"))},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "security-severity": SCORES[severity],
            "precision": confidence,
            "tags": ["security", rule.pack, f"stage/{rule.stage}", *_weaknesses(rule)],
        },
    }
    links = [link for link in rule.references if link.startswith("https://")]
    return {**described, "helpUri": links[0]} if links else described


def _help(rule: RuleHelp, strong: str = "") -> Iterator[str]:
    yield f"{strong}Why:{strong} {rule.why}"
    yield f"{strong}Fix:{strong} {rule.fix}"
    if rule.references:
        yield "\n".join(f"- {reference}" for reference in rule.references)


def _weaknesses(rule: RuleHelp) -> list[str]:
    found = [_CWE.fullmatch(reference) for reference in rule.references]
    return [f"external/cwe/cwe-{int(match[1]):03}" for match in found if match]


def _invocation(report: Report, places: Places) -> Node:
    unread = [one for one in report.examined if not one.complete]
    return {
        "executionSuccessful": not unread,
        "toolExecutionNotifications": [
            {
                "descriptor": {"id": UNFINISHED, "index": 0},
                "level": "error",
                "message": {"text": "This artifact was not read to its end; its findings say why."},
                "locations": [{"physicalLocation": places.physical(one.where)}],
            }
            for one in unread
        ],
    }


def _result(finding: Finding, indexes: Mapping[str, int], places: Places) -> Node:
    first, *others = finding.evidence
    result: Node = {
        "ruleId": finding.rule,
        "kind": "informational" if finding.severity == "info" else "fail",
        "level": LEVELS[finding.severity],
        "message": {"text": _plain(f"{finding.title}: {first.says}")},
        "locations": [places.location(first)],
        "partialFingerprints": {"assay/v1": finding.fingerprint},
        "suppressions": _suppressions(finding),
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "stage": finding.stage,
            "path": printable(first.where.path, SHOWN_CHARACTERS),
        },
    }
    if finding.rule in indexes:
        result["ruleIndex"] = indexes[finding.rule]
    if others:
        result["relatedLocations"] = [places.location(one, message=_plain(one.says)) for one in others]
    return result


def _suppressions(finding: Finding) -> list[Node]:
    if not finding.waived:
        return []
    return [{"kind": "external", "status": "accepted", "justification": printable(finding.waived, SHOWN_CHARACTERS)}]


def _plain(text: str) -> str:
    """Escape what a viewer would read as an embedded link (SARIF 2.1.0 §3.11.6); artifacts write parts of messages."""
    return _BRACKET.sub(lambda found: f"{found[1]}{found[1]}\\{found[2]}", printable(text, SHOWN_CHARACTERS))
