"""What an address of the Hub names: kind of repository, repository, revision and path."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from scanner.sources.hub import FULL, SCHEME
from scanner.text import printable
from scanner.usage import UsageError

KINDS = {"models": "model", "datasets": "dataset", "spaces": "space"}

_NAME = re.compile(r"[\w.-]{1,96}", re.ASCII)
_SPECIAL = re.compile(r"refs/(?:pr|convert)/[^/]+")
"""Revisions with slashes of their own: pull requests and conversions (hf://org/name@refs/pr/3)."""


class Address(NamedTuple):
    """A repository, or what lies below a path of it; `revision` is None for the default branch.

    `shown` is the repository's part of the address: names below it are joined with "/".
    """

    kind: str
    repository: str
    revision: str | None
    path: str
    shown: str
    full: bool


def parse(target: str) -> Address:
    """Read an address. Raises `UsageError` for what names no repository."""
    full = target.startswith(FULL)
    rest = target.removeprefix(FULL if full else SCHEME).rstrip("/")
    first, _, below = rest.partition("/")
    kind = KINDS.get(first, "model") if below else "model"
    prefix = f"{first}/" if first in KINDS and below else ""
    rest = rest.removeprefix(prefix)
    name, revision, path = _split(rest)
    if not all(_NAME.fullmatch(part) for part in name.split("/")) or revision == "":
        message = f"{printable(target, 200)}: no address of the Hub; hf://NAMESPACE/NAME[@REVISION][/PATH]"
        raise UsageError(message)
    shown = f"{SCHEME}{prefix}{name}" + (f"@{revision}" if revision is not None else "")
    return Address(kind, name, revision, path, shown, full)


def _split(rest: str) -> tuple[str, str | None, str]:
    """Split into name, revision and path. A name without a namespace stands alone, or before its revision."""
    before, at, behind = rest.partition("@")
    if at and before.count("/") <= 1:
        special = _SPECIAL.match(behind)
        revision = special[0] if special else behind.partition("/")[0]
        return before, unquote(revision), behind.removeprefix(revision).lstrip("/")
    namespace, slash, tail = rest.partition("/")
    name, _, path = tail.partition("/")
    return f"{namespace}{slash}{name}", None, path
