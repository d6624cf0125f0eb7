"""What a scan says: what was looked at, how far, what was found, and the verdict."""

from dataclasses import dataclass
from typing import Literal

from scanner.facts import Examined
from scanner.finding import Finding, Stage

Verdict = Literal["pass", "fail", "incomplete"]

SCHEMA = "https://modelassay.dev/schema/report-1.json"
"""Identifies the shape of a JSON report; the schema itself is `assay schema`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program that made a report."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """Something a verdict depends on, by digest: the rule set (`name` "bundled") or the policy (its file)."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHelp:
    """What a reader of a finding needs from its rule. `pack` is the rule's folder."""

    id: str
    pack: str
    title: str
    stage: Stage
    why: str
    fix: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of a scan. `rules` explains the rules that found something; paths are relative to the scan's roots."""

    schema: str
    tool: Tool
    ruleset: Digested
    policy: Digested
    verdict: Verdict
    findings: tuple[Finding, ...]
    examined: tuple[Examined, ...]
    rules: tuple[RuleHelp, ...]
