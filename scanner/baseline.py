"""Findings as they were on a day, kept in a file, so that a scan fails only on new ones."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from scanner.finding import SEVERITIES, Finding, Severity
from scanner.policy import BASELINE
from scanner.text import printable
from scanner.usage import UsageError

VERSION = 1
"""The shape of the file."""

_RECORD = "record it with --update-baseline"


def record(file: Path, findings: Iterable[Finding], *, tool: str) -> int:
    """Write what is found now, old and new, and return how many findings that is. What a waiver covers is left to it.

    The file is replaced in one step, sorted, and equal for equal findings. `tool` is name and version.
    Raises `UsageError` where it cannot be written.
    """
    entries = _entries(findings)
    lines = ",\n    ".join(map(json.dumps, entries))
    listed = f"[\n    {lines}\n  ]" if entries else "[]"
    content = f'{{\n  "version": {VERSION},\n  "tool": {json.dumps(tool)},\n  "findings": {listed}\n}}\n'
    try:
        _replace(file, content)
    except OSError as error:
        raise _refused(file, f"cannot be written: {error.strerror}") from error
    return len(entries)


def load(file: Path) -> Mapping[str, Severity]:
    """Read a baseline for `Policy.baseline`: fingerprints and their severity.

    Raises `UsageError`: one line with the file and what to do.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(file, f"cannot be read: {error.strerror}; {_RECORD}") from error
    except (ValueError, RecursionError) as error:
        raise _refused(file, f"no JSON; {_RECORD}") from error
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise _refused(file, f"no baseline of version {VERSION}; {_RECORD}")
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise _refused(file, f"findings: a list is missing; {_RECORD}")
    return dict(_entry(entry, f"findings[{at}]", file) for at, entry in enumerate(entries))


def _entries(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """List findings by path, rule and fingerprint; of one that is there at several grades, the most severe."""
    kept: dict[str, Finding] = {}
    for finding in findings:
        known = kept.get(finding.fingerprint)
        if finding.waived in ("", BASELINE) and (known is None or _rank(finding) > _rank(known)):
            kept[finding.fingerprint] = finding
    return [
        {
            "path": finding.evidence[0].where.path,
            "rule": finding.rule,
            "severity": finding.severity,
            "fingerprint": finding.fingerprint,
        }
        for finding in sorted(kept.values(), key=lambda one: (one.evidence[0].where.path, one.rule, one.fingerprint))
    ]


def _rank(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _entry(entry: object, key: str, file: Path) -> tuple[str, Severity]:
    if isinstance(entry, dict):
        fingerprint, severity = entry.get("fingerprint"), entry.get("severity")
        for known in SEVERITIES:
            if severity == known and isinstance(fingerprint, str):
                return fingerprint, known
    raise _refused(file, f"{key}: needs a fingerprint and a severity; {_RECORD}")


def _replace(file: Path, content: str) -> None:
    """Write beside the file, then rename: a reader sees the old one or the new one, never half of one."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with draft.open("x", encoding="ascii") as stream:
            stream.write(content)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _refused(file: Path, reason: str) -> UsageError:
    return UsageError(printable(f"{file}: {reason}", 500))
