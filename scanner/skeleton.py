"""The file that a new rule starts from: it obeys every law, so that its author goes from green to green."""

from scanner.facts import Fact
from scanner.fields import Kind, kinds, own_kinds
from scanner.version import VERSION

SHOWN: dict[Kind, str] = {
    "text": "example",
    "number": "{above: 1000}",
    "flag": "true",
    "texts": "{some: example}",
    "numbers": "{some: {above: 1000}}",
}

FLAGGED: dict[Kind, str] = {
    "text": "example",
    "number": "1001",
    "flag": "true",
    "texts": "[example]",
    "numbers": "[1001]",
}

TEXT = """\
id: {id}
title: What the rule finds, in one sentence without a full stop
severity: low # the harm if it is true: info, low, medium, high, critical
confidence: medium # how often it is true: low, medium, high
stage: deployment # data, pre-training, post-training, deployment, commercialization
since: "{since}"
match:
  fact: {fact}
  # Fields: {fields}
  where: {{{field}: {shown}}}
message: "{{path}} has {{{field}}}"
why: What can happen to whom, if this is true.
fix: What the reader of the finding can do today.
references: [] # https addresses, CWE-502, CVE-2025-32434, GHSA-..., arXiv:2508.19774, AML.T0010
examples:
  flags: # facts that the rule must find; `is: high` also checks the grade
    - {{{field}: {flagged}}}
  ignores: # facts that it must not find; three from severity high
    - {{{field}: {ignored}}}
"""


def skeleton(rule_id: str, cls: type[Fact]) -> str:
    """Write the YAML text of a new rule about a fact class, matched by the first of its fields."""
    known = kinds(cls)
    field, kind = next(iter({**own_kinds(cls), "path": known["path"]}.items()))
    return TEXT.format(
        id=rule_id,
        since=".".join(VERSION.split(".")[:2]),
        fact=cls.__name__,
        fields=", ".join(f"{name} ({known[name]})" for name in known),
        field=field,
        shown=SHOWN[kind],
        flagged=FLAGGED[kind],
        ignored={"text": "another", "number": "1", "flag": "false", "texts": "[]", "numbers": "[]"}[kind],
    )
