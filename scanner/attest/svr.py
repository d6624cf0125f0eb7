"""The gate: a Simple Verification Result, which says that a model passed, or is not written at all.

https://in-toto.io/attestation/svr/v0.2
"""

from scanner.attest import predicates
from scanner.attest.bill import Bill
from scanner.attest.predicates import COMPLETE, HOME, PASSED
from scanner.attest.statement import Node, passed
from scanner.finding import SEVERITIES
from scanner.text import printable

TYPE = predicates.SVR


def verifier(bill: Bill) -> str:
    """Name who verified: this program, in this version."""
    return f"{HOME}/scanner/{bill.tool.version}"


def policies(bill: Bill) -> list[Node]:
    """Name the policy and the rules that it was judged by, by digest (in-toto, ResourceDescriptor)."""
    return [
        {"name": printable(f"policy {bill.policy.name}", 200), "digest": {"sha256": bill.policy.sha256}},
        {"name": printable(f"ruleset {bill.ruleset.name}", 200), "digest": {"sha256": bill.ruleset.sha256}},
    ]


def predicate(bill: Bill, moment: str) -> Node | None:
    """Return the predicate, or None for a model that did not pass: an empty result could be taken for a pass."""
    if not passed(bill):
        return None
    return {
        "verifier": {"id": verifier(bill), "policies": policies(bill)},
        "timeCreated": moment,
        "properties": properties(bill),
    }


def properties(bill: Bill) -> list[str]:
    """List what holds of a model that passed. A waived finding is still one."""
    found = {finding.severity for finding in bill.findings}
    clean = [f"ASSAY_NO_{one.upper()}_FINDINGS" for one in reversed(SEVERITIES) if one not in found and one != "info"]
    return [PASSED, COMPLETE, *clean]
