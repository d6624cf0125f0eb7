"""Whether a value can count: it has the form that its subject asks for, and nobody wrote it only to fill a gap."""

import re
from collections.abc import Callable
from datetime import datetime

from scanner.attest.bill import Subject
from scanner.known import rows

BRACKETED = re.compile(
    r"\[.*(?:needed|information|insert|your|todo|placeholder).*\]|\{\{.*\}\}|<[^<>]*>", re.IGNORECASE
)
"""What templates of cards leave to be filled in: "[More Information Needed]", "{{ name }}", "<name>"."""

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
"""A repository of the hub, owner and name (huggingface_hub, `validate_repo_id`)."""

COMMIT = re.compile(r"[0-9a-f]{40}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?(?:/[^\s<>\"{}|\\^`\x00-\x20]*)?")
IDENTIFIER = re.compile(r"pkg:[a-z0-9.+-]+/[^\s]+")
DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[\d:.]{5,15}(?:Z|[+-]\d\d:\d\d))?")
VERSION = re.compile(r"[vV]?\d+(?:\.\d+){0,3}(?:[.+-]?[A-Za-z0-9.]{1,24})?|[0-9a-f]{40}")
CLASS = re.compile(r"[A-Za-z][\w./-]{2,80}")
FAMILY = re.compile(r"[a-z][a-z0-9_.-]{1,40}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
PAPER = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?|10\.\d{4,9}/\S+")
NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
WORDS = 4
"""Words that a description has at least."""


def filler(value: str) -> bool:
    """Say whether a value only fills a gap."""
    plain = value.strip().strip("\"'`*_").strip().lower()
    return not plain or plain in rows("fillers") or BRACKETED.fullmatch(plain) is not None or len(set(plain)) == 1


def checked(about: Subject, value: str) -> bool:
    """Say whether a value of this subject has the form of one and is no filler."""
    return not filler(value) and _FORMS[about](value.strip())


def repository(value: str) -> bool:
    """Say whether a name is that of a repository of the hub."""
    return REPOSITORY.fullmatch(value) is not None and ".." not in value and "--" not in value


def _named(value: str) -> bool:
    return 2 <= len(value) <= 200 and any(map(str.isalpha, value))  # noqa: PLR2004 - one letter names nothing


def _described(value: str) -> bool:
    words = {word.lower() for word in re.findall(r"\w{2,}", value)}
    return len(words) >= WORDS


def _dated(value: str) -> bool:
    """Say whether a value is a day of the calendar, or a moment of one."""
    try:
        return DATE.fullmatch(value) is not None and datetime.fromisoformat(value).year > 0
    except ValueError:
        return False


def _form(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


_FORMS: dict[Subject, Callable[[str], bool]] = {
    "name": _named,
    "title": _named,
    "version": _form(VERSION),
    "identifier": _form(IDENTIFIER),
    "supplier": _named,
    "description": _described,
    "released": _dated,
    "task": lambda value: value in rows("hub_tasks"),
    "family": _form(FAMILY),
    "architecture": _form(CLASS),
    "library": _form(FAMILY),
    "language": _form(LANGUAGE),
    "tag": _named,
    "quantization": _form(FAMILY),
    "context": _form(NUMBER),
    "size": _form(NUMBER),
    "link": _form(ADDRESS),
    "paper": _form(PAPER),
    "energy": _form(NUMBER),
}
