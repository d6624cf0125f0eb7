"""A decision of `assay verify` in the format that was asked for."""

import json
from typing import TYPE_CHECKING, Final

from scanner.cli import terminal
from scanner.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scanner.attest.decision import Decision
    from scanner.report import Report

    Write = Callable[[str, Decision, Report | None], str]

DECIDED: Final = ("verdict", "code", "reason", "signature", "signer", "policy", "rule", "checks")
"""What SARIF carries of a decision beside its problems; JSON has all."""


def _json(_model: str, decision: "Decision", report: "Report | None") -> str:
    from scanner.attest.decision import document
    from scanner.writers import json as writer

    whole = {**document(decision), "report": json.loads(writer.write(report)) if report else None}
    return json.dumps(whole, indent=1) + "\n"


def _sarif(model: str, decision: "Decision", report: "Report | None") -> str:
    """Write the problems beside the findings, and under the run's properties what decided."""
    from scanner.attest import decision_report
    from scanner.attest.decision import document
    from scanner.writers import sarif

    log = json.loads(sarif.write(decision_report.made(decision, model, report or _unscanned())))
    whole = document(decision)
    log["runs"][0]["properties"]["decision"] = {name: whole[name] for name in DECIDED}
    return json.dumps(log, indent=1) + "\n"


def _unscanned() -> "Report":
    """Make the report of a scan that did not take place: nothing was looked at, nothing found."""
    from scanner.report import SCHEMA, Digested, Report, Tool
    from scanner.version import VERSION

    nothing = Digested(name="none: nothing was scanned", sha256="")
    return Report(
        schema=SCHEMA,
        tool=Tool(name="assay", version=VERSION),
        ruleset=nothing,
        policy=nothing,
        verdict="incomplete",
        findings=(),
        examined=(),
        obligations=(),
        rules=(),
    )


def _text(model: str, decision: "Decision", report: "Report | None") -> str:
    from scanner import writers
    from scanner.attest import decision_text

    text = decision_text.write(model, decision)
    if report is None or report.verdict == "pass":
        return text
    shown = writers.discover()["text"](report, colour=terminal.colour(), width=terminal.width())
    return f"{text}\n{shown}"


FORMATS: "Mapping[str, Write]" = {"text": _text, "json": _json, "sarif": _sarif}
"""How a decision is written: the model's name, what was decided, and the report of a scan."""


def check(wanted: str) -> None:
    """Refuse a format that there is none of. Raises `UsageError`."""
    if wanted not in FORMATS:
        message = f"--format {wanted}: unknown; one of {', '.join(FORMATS)}"
        raise UsageError(message)
