"""The verdict in the words of SLSA: a Verification Summary Attestation, for gates that know no other.

https://slsa.dev/spec/v1.1/verification_summary
"""

from scanner.attest import predicates
from scanner.attest.bill import Bill
from scanner.attest.predicates import PASSED
from scanner.attest.shown import text
from scanner.attest.statement import Node, passed
from scanner.attest.svr import verifier

TYPE = predicates.VSA

LEVEL = PASSED
"""A level of our own: those that begin with `SLSA_` speak of builds, of which a scan knows nothing."""


def predicate(bill: Bill, moment: str, *, resource: str) -> Node:
    """Return the predicate. `resource` is a URI that names the model; what did not pass, or not whole, failed."""
    good = passed(bill)
    return {
        "verifier": {"id": verifier(bill), "version": {bill.tool.name: bill.tool.version}},
        "timeVerified": moment,
        "resourceUri": resource,
        "policy": {"uri": f"policy:{text(bill.policy.name)}", "digest": {"sha256": bill.policy.sha256}},
        "verificationResult": "PASSED" if good else "FAILED",
        "verifiedLevels": [LEVEL] if good else ["FAILED"],
        "slsaVersion": "1.1",
    }
