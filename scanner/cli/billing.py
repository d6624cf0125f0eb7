"""What `assay bom` and `assay attest` share: scan a model, gather its bill, and say when that was."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import scanning
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.attest.bill import Bill
    from scanner.pipeline import Scanned
    from scanner.report import Report

EPOCH = "SOURCE_DATE_EPOCH"
"""The time that documents carry instead of the clock's (https://reproducible-builds.org/specs/source-date-epoch/)."""


def bill(  # noqa: PLR0913 - what is asked of a model
    model: str, *, policy: str | None, jobs: int | None, name: str = "", version: str = "", supplier: str = ""
) -> "Bill":
    """Scan a model and gather its bill. Raises `UsageError`, also where the model changes meanwhile."""
    from scanner.attest import collect, scanned, signatures, tree
    from scanner.attest.errors import AttestError

    if model == "-":
        message = "standard input is no model; name a folder or a file"
        raise UsageError(message)
    seen: list[Scanned] = []

    def scan(paths: tuple[str, ...]) -> "Report":
        seen.append(scanning.observed(paths, policy=policy, jobs=jobs))
        return seen[0].report

    try:
        before = tree.listing(Path(model))
        scanned.scan(Path(model), before, scan)
        tree.check_unchanged(before, Path(model))
    except AttestError as error:
        raise UsageError(error.reason) from error
    return collect.bill(
        seen[0].report,
        seen[0].facts,
        place=Path(model).as_posix(),
        real=Path(os.path.realpath(model)).as_posix(),
        name=name,
        version=version,
        supplier=supplier,
        signatures=signatures.within(before),
    )


def counted(count: int, noun: str) -> str:
    """Count a noun: "1 file", "3 files"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def now() -> datetime:
    """Return the time that documents carry, in whole seconds. Raises `UsageError` for an epoch that is none."""
    given = os.environ.get(EPOCH, "")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f"{EPOCH}={given[:40]}: not a number of seconds"
        raise UsageError(message) from error


def spelled(moment: datetime) -> str:
    """Spell a time as documents do (RFC 3339)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def outside(file: Path, model: str) -> None:
    """Refuse to write into the model: it would no longer be what the document describes. Raises `UsageError`."""
    if Path(os.path.realpath(file)).is_relative_to(os.path.realpath(model)):
        message = f"{file}: lies inside the model and would change it; name a file elsewhere"
        raise UsageError(message)
