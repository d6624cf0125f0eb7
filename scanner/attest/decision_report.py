"""A decision as a report, so that whatever writes reports (SARIF for one) writes decisions too.

Each problem becomes a finding under its code, at every file that it is about; what the scan found stays beside it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from scanner.artifact import Location
from scanner.attest.decision import INCOMPLETE, Decision, Problem
from scanner.attest.errors import Code
from scanner.finding import Evidence, Finding
from scanner.report import Report, RuleHelp
from scanner.text import printable

PACK: Final = "verify"
"""The folder of these findings: none of rules has this name."""

FILES: Final = 200
"""Files that one finding points to."""

WHY: Final = "The model is not proved to be what a trusted signer signed, and nothing that did not prove so was loaded."
FIX: Final = "Load nothing of it. Get the model and its signature again from who publishes it, or ask the signer."


def made(decision: Decision, model: str, scanned: Report) -> Report:
    """Put a decision into the report of the same bytes; its verdict becomes that of the decision."""
    findings = tuple(_finding(one, decision, model) for one in decision.problems)
    codes = dict.fromkeys(one.code for one in decision.problems)
    return replace(
        scanned,
        verdict=decision.verdict,
        findings=(*findings, *scanned.findings),
        rules=(*map(_help, codes), *scanned.rules),
    )


def _finding(problem: Problem, decision: Decision, model: str) -> Finding:
    places = list(_places(problem.code, decision, model))
    identity = f"{problem.code}\0{places[0]}\0{problem.reason}"
    return Finding(
        rule=_id(problem.code),
        title=_title(problem.code),
        severity="medium" if problem.code in INCOMPLETE else "critical",
        confidence="high",
        stage="deployment",
        evidence=tuple(Evidence(where=Location(path=one), says=problem.reason) for one in places[:FILES]),
        fingerprint=hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32],
    )


def _places(code: Code, decision: Decision, model: str) -> Iterator[str]:
    """Name what a problem is about: files of the model as a scan names them, else the signature."""
    about: dict[Code, Sequence[str]] = {
        Code.FILE_CHANGED: decision.changed,
        Code.FILE_MISSING: decision.missing,
        Code.FILE_UNSIGNED: decision.unsigned,
        Code.FILE_IGNORED: decision.ignored,
        Code.FILE_LINKED: decision.linked,
    }
    names = about.get(code, ())
    prefix = "" if model in {".", "./"} else model.rstrip("/") + "/"
    yield from (prefix + name for name in names)
    if not names:
        yield decision.signature


def _help(code: Code) -> RuleHelp:
    return RuleHelp(
        id=_id(code), pack=PACK, title=_title(code), stage="deployment", why=WHY, fix=FIX, references=("CWE-347",)
    )


def _id(code: Code) -> str:
    return f"{PACK}-{code}"


def _title(code: Code) -> str:
    return printable(f"Not verified: {code.replace('-', ' ')}")
