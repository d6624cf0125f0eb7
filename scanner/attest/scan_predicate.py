"""The whole verdict as a predicate: who looked, by which rules and bounds, how far, and what was found.

`verdict` is "PASSED", "FAILED" or "INCOMPLETE". It is "PASSED" only where every byte of every file was looked at.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields

from scanner.attest import predicates, shown
from scanner.attest.bill import Bill
from scanner.attest.statement import Node, passed
from scanner.attest.svr import verifier
from scanner.finding import SEVERITIES, Finding
from scanner.limits import Limits
from scanner.record import record

TYPE = predicates.SCAN


@record
class Run:
    """One run of the program: its times (RFC 3339, UTC), until when it speaks ("" for no end), and its own digest.

    `program` is the SHA-256 over the program's own files, `limits` what bounded the reading.
    """

    started: str
    finished: str
    until: str
    program: str
    limits: Limits


def predicate(bill: Bill, run: Run) -> Node:
    """Return the predicate."""
    files = shown.files(bill)
    times: Node = {"startedOn": run.started, "finishedOn": run.finished}
    return {
        "scanner": {
            "id": verifier(bill),
            "version": bill.tool.version,
            "digest": {"sha256": run.program},
            "ruleset": {"name": bill.ruleset.name, "digest": {"sha256": bill.ruleset.sha256}},
        },
        "configuration": {
            "policy": {"name": shown.text(bill.policy.name), "digest": {"sha256": bill.policy.sha256}},
            "limits": {one.name: getattr(run.limits, one.name) for one in fields(Limits)},
        },
        "time": {**times, "validUntil": run.until} if run.until else times,
        "coverage": _coverage(bill),
        "verdict": verdict(bill),
        "counts": _counts(bill),
        "findings": [_finding(one, files) for one in bill.findings],
    }


def verdict(bill: Bill) -> str:
    """Say it in one word; what was not looked at cannot pass."""
    if passed(bill):
        return "PASSED"
    return "FAILED" if bill.verdict == "fail" else "INCOMPLETE"


def _coverage(bill: Bill) -> Node:
    return {
        "files": len(bill.parts),
        "bytes": sum(part.nbytes for part in bill.parts),
        "scanned": sum(part.complete for part in bill.parts),
        "skipped": [{"name": shown.name(gap.name), "reason": shown.text(gap.reason)} for gap in bill.gaps],
        "complete": bill.complete,
    }


def _counts(bill: Bill) -> Node:
    counted = Counter(finding.severity for finding in bill.findings)
    waived = sum(bool(finding.waived) for finding in bill.findings)
    return {**{one: counted[one] for one in SEVERITIES}, "waived": waived}


def _finding(finding: Finding, digests: Mapping[str, str]) -> Node:
    where = finding.evidence[0].where
    file = shown.file(finding, digests)
    resource: Node = {"name": shown.name(file or where.path)}
    if digests.get(file):
        resource["digest"] = {"sha256": digests[file]}
    member = where.path[len(file) + 1 :] if file else ""
    places = {"member": shown.text(member), "offset": where.offset, "line": where.line, "pointer": where.pointer}
    node: Node = {
        "ruleId": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "resource": resource,
        "location": {
            key: shown.text(value) if isinstance(value, str) else value
            for key, value in places.items()
            if value not in ("", None)
        },
        "message": shown.text(finding.evidence[0].says),
        "fingerprint": finding.fingerprint,
    }
    return {**node, "waived": shown.text(finding.waived)} if finding.waived else node
