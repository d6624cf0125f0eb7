"""What a rule says about a fact: `Finding`, with its evidence, severity and confidence."""

from typing import Literal

from scanner.artifact import Location
from scanner.record import record

Severity = Literal["info", "low", "medium", "high", "critical"]
Confidence = Literal["low", "medium", "high"]
Stage = Literal["data", "pre-training", "post-training", "deployment", "commercialization"]

SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
STAGES: tuple[Stage, ...] = ("data", "pre-training", "post-training", "deployment", "commercialization")


@record
class Evidence:
    """A place that shows the finding, and what it says there (one printable line)."""

    where: Location
    says: str


@record
class Finding:
    """A judgement of one rule. `evidence` is never empty; its first item is the primary one.

    `fingerprint` is stable for the same rule, path and message, whatever the offset.
    `waived` holds the reason of the waiver that covers it, or is empty.
    """

    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    stage: Stage
    evidence: tuple[Evidence, ...]
    fingerprint: str
    waived: str = ""
