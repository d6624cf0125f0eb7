"""One rule as data: `Rule`, parsed from the mapping that a rule file holds."""

from collections.abc import Mapping, Sequence
from typing import cast

from scanner.finding import CONFIDENCES, SEVERITIES, STAGES, Confidence, Severity, Stage
from scanner.record import record
from scanner.usage import UsageError

Where = Mapping[str, object]
"""Field names to conditions; `predicate.py` gives them their meaning."""


class RuleError(UsageError):
    """A rule file breaks the rule language; `file` and the reason make one line for its author."""

    def __init__(self, file: str, reason: str) -> None:
        """Keep file and reason apart for reports."""
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@record
class Raise:
    """Another grade for facts that meet a second condition; None keeps the rule's own."""

    where: Where
    severity: Severity | None
    confidence: Confidence | None


@record
class Examples:
    """What a rule must flag and must ignore: fields of facts, or samples of bytes."""

    flags: tuple[Where, ...] = ()
    ignores: tuple[Where, ...] = ()


@record
class Rule:
    """One sentence about one fact, with its reasons, its fix and its tests. `pack` is its folder."""

    id: str
    pack: str
    title: str
    severity: Severity
    confidence: Confidence
    stage: Stage
    since: str
    fact: str
    where: Where
    raises: tuple[Raise, ...]
    unless: Where
    message: str
    why: str
    fix: str
    references: tuple[str, ...]
    examples: Examples
    samples: Examples


REQUIRED = ("id", "title", "severity", "confidence", "stage", "since", "match", "message", "why", "fix", "examples")
OPTIONAL = ("raise", "unless", "references", "samples")


def parse(document: object, *, file: str, pack: str) -> Rule:
    """Check a rule file's mapping and freeze it.

    Raises `RuleError` naming the file and the first thing that is wrong.
    """
    top = _mapping(document, file, "a rule")
    _check_keys(top, file)
    match = _mapping(top["match"], file, "match")
    if set(match) - {"fact", "where"} or not isinstance(match.get("fact"), str):
        raise RuleError(file, "match takes `fact` (a name) and `where` (a mapping)")
    return Rule(
        id=_text(top, "id", file),
        pack=pack,
        title=_text(top, "title", file),
        severity=_severity(top["severity"], file),
        confidence=_confidence(top["confidence"], file),
        stage=_stage(top["stage"], file),
        since=_text(top, "since", file),
        fact=str(match["fact"]),
        where=_mapping(match.get("where", {}), file, "where"),
        raises=tuple(_raise(entry, file) for entry in _sequence(top.get("raise", ()), file, "raise")),
        unless=_mapping(top.get("unless", {}), file, "unless"),
        message=_text(top, "message", file),
        why=_text(top, "why", file),
        fix=_text(top, "fix", file),
        references=_texts(top.get("references", ()), file, "references"),
        examples=_examples(top["examples"], file, "examples"),
        samples=_examples(top.get("samples", {}), file, "samples"),
    )


def _check_keys(document: Where, file: str) -> None:
    missing = [key for key in REQUIRED if key not in document]
    unknown = [str(key) for key in document if key not in (*REQUIRED, *OPTIONAL)]
    if missing:
        raise RuleError(file, f"missing {', '.join(missing)}")
    if unknown:
        raise RuleError(file, f"unknown {', '.join(unknown)}")


def _mapping(value: object, file: str, what: str) -> Where:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise RuleError(file, f"{what} is a mapping of names")
    return value


def _sequence(value: object, file: str, what: str) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise RuleError(file, f"{what} is a list")
    return value


def _text(document: Where, key: str, file: str) -> str:
    value = document[key]
    if not isinstance(value, str) or not value.strip():
        raise RuleError(file, f"{key} is a text, in quotes where YAML would read something else")
    return value.strip()


def _texts(value: object, file: str, what: str) -> tuple[str, ...]:
    entries = _sequence(value, file, what)
    if not all(isinstance(entry, str) for entry in entries):
        raise RuleError(file, f"{what} is a list of texts")
    return tuple(str(entry) for entry in entries)


def _severity(value: object, file: str) -> Severity:
    return cast("Severity", _one_of(value, SEVERITIES, file, "severity"))


def _confidence(value: object, file: str) -> Confidence:
    return cast("Confidence", _one_of(value, CONFIDENCES, file, "confidence"))


def _stage(value: object, file: str) -> Stage:
    return cast("Stage", _one_of(value, STAGES, file, "stage"))


def _one_of(value: object, choices: tuple[str, ...], file: str, what: str) -> str:
    if value not in choices:
        raise RuleError(file, f"{what} is one of {', '.join(choices)}, not {value!r}")
    return str(value)


def _raise(entry: object, file: str) -> Raise:
    fields = _mapping(entry, file, "an entry of raise")
    if set(fields) - {"where", "severity", "confidence"} or "where" not in fields or len(fields) == 1:
        raise RuleError(file, "an entry of raise takes `where` and `severity` or `confidence`")
    return Raise(
        where=_mapping(fields["where"], file, "where"),
        severity=_severity(fields["severity"], file) if "severity" in fields else None,
        confidence=_confidence(fields["confidence"], file) if "confidence" in fields else None,
    )


def _examples(value: object, file: str, what: str) -> Examples:
    lists = _mapping(value, file, what)
    if set(lists) - {"flags", "ignores"}:
        raise RuleError(file, f"{what} takes `flags` and `ignores`")
    flags = _sequence(lists.get("flags", ()), file, f"{what}.flags")
    ignores = _sequence(lists.get("ignores", ()), file, f"{what}.ignores")
    return Examples(
        flags=tuple(_mapping(entry, file, f"an entry of {what}") for entry in flags),
        ignores=tuple(_mapping(entry, file, f"an entry of {what}") for entry in ignores),
    )
