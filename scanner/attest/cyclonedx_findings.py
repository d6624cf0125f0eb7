"""Findings as vulnerabilities of CycloneDX: what a rule says of a file, with its reasons and what can be done."""

import re
from collections.abc import Iterator

from scanner.attest import shown
from scanner.attest.bill import Bill
from scanner.attest.cyclonedx_model import MODEL, Node
from scanner.finding import Evidence, Finding
from scanner.report import RuleHelp

_CWE = re.compile(r"CWE-(\d{1,5})")


def vulnerabilities(bill: Bill) -> Iterator[Node]:
    """Yield one entry a finding; a waived one says who accepted it and why."""
    rules = {rule.id: rule for rule in bill.rules}
    files = shown.files(bill)
    seen: dict[str, int] = {}
    for finding in bill.findings:
        seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        number = seen[finding.fingerprint]
        reference = f"finding:{finding.fingerprint}" + (f":{number}" if number > 1 else "")
        made = _vulnerability(finding, rules.get(finding.rule), shown.file(finding, files))
        yield {"bom-ref": reference, "source": {"name": bill.tool.name}, **made}


def _vulnerability(finding: Finding, rule: RuleHelp | None, file: str) -> Node:
    node: Node = {
        "id": finding.rule,
        "ratings": [{"severity": finding.severity, "method": "other"}],
    }
    if rule is not None:
        node |= _reasons(rule)
    node["description"] = shown.text(finding.evidence[0].says)
    if finding.waived:
        node["analysis"] = {"response": ["will_not_fix"], "detail": shown.text(f"waived: {finding.waived}")}
    node["affects"] = [{"ref": f"file:{shown.reference(file)}" if file else MODEL}]
    said: list[tuple[str, str]] = [("assay:confidence", finding.confidence), ("assay:stage", finding.stage)]
    said += [("assay:place", _place(one)) for one in finding.evidence]
    node["properties"] = [{"name": key, "value": value} for key, value in said]
    return node


def _reasons(rule: RuleHelp) -> Node:
    cwes = sorted({int(match[1]) for one in rule.references if (match := _CWE.fullmatch(one))})
    links = [one for one in rule.references if one.startswith("https://")]
    node: Node = {"detail": rule.why, "recommendation": rule.fix}
    if cwes:
        node["cwes"] = cwes
    if links:
        node["advisories"] = [{"url": one} for one in links]
    return node


def _place(evidence: Evidence) -> str:
    where = evidence.where
    at = f" at byte {where.offset}" if where.offset is not None else ""
    line = f" line {where.line}" if where.line is not None else ""
    pointer = f" {where.pointer}" if where.pointer else ""
    return shown.text(f"{where.path}{at}{line}{pointer}")
