"""What a scan says: what was looked at, how far, what was found, and the verdict."""

from typing import Literal

from scanner.details import Details
from scanner.facts import Examined
from scanner.finding import Confidence, Finding, Severity, Stage
from scanner.record import record

Verdict = Literal["pass", "fail", "incomplete"]

SCHEMA = "https://modelassay.dev/schema/report-1.json"
"""Identifies the shape of a JSON report; the schema itself is `assay schema`."""


@record
class Tool:
    """The program that made a report."""

    name: str
    version: str


@record
class Digested:
    """Something a verdict depends on, by digest: the rule set (`name` "bundled") or the policy (its file)."""

    name: str
    sha256: str


@record
class RuleHelp:
    """What a reader of a finding needs from its rule. `pack` is the rule's folder."""

    id: str
    pack: str
    title: str
    stage: Stage
    why: str
    fix: str
    references: tuple[str, ...]


@record
class Due:
    """What a licence asks of those who hand on what lies at `path`. No legal advice: `clause` and `source` say it.

    `state`: "met" (by the file `satisfied_by`), "missing", or "open" (files cannot show it). `words` are those that a
    duty to show or to name asks for. `relation` to `parent` as in `scanner.facts.lineage`; "own" is the licence of the
    repository itself.
    """

    path: str
    license: str
    duty: str
    words: str
    state: str
    satisfied_by: str
    relation: str
    parent: str
    clause: str
    source: str


@record
class Gate:
    """The severity and the confidence from which on a finding fails the policy."""

    fail_at: Severity
    min_confidence: Confidence


@record
class Judged:
    """What the rules say of a scan, before a policy decides: the parts of a report that no policy changes."""

    findings: tuple[Finding, ...]
    examined: tuple[Examined, ...]
    obligations: tuple[Due, ...]
    rules: tuple[RuleHelp, ...]
    details: Details | None = None


@record
class Report:
    """The result of a scan. `rules` explains the rules that found something; paths are relative to the scan's roots.

    `obligations` lists what the licences ask for, met or not. `details` are there where a page was asked for.
    """

    schema: str
    tool: Tool
    ruleset: Digested
    policy: Digested
    verdict: Verdict
    findings: tuple[Finding, ...]
    examined: tuple[Examined, ...]
    obligations: tuple[Due, ...]
    rules: tuple[RuleHelp, ...]
    details: Details | None = None
    gate: Gate = Gate(fail_at="high", min_confidence="medium")
