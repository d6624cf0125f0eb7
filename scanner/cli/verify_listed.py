"""`assay verify hf://...`: a repository is verified where it lies, by the digests that the Hub lists."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.attest.authenticate import Anchor
    from scanner.attest.comparison import Asked
    from scanner.attest.decision import Decision
    from scanner.attest.scanned import Scanned as Looked
    from scanner.pipeline import Scanned


Observe = Callable[[list[str]], "Scanned"]
"""Scans targets, and keeps the facts."""


def verify(
    model: str, trusted: "Anchor", asked: "Asked", signatures: Sequence[str], observe: Observe
) -> "tuple[Decision, Looked | None]":
    """Scan without downloading, and verify what was listed then. Raises `UsageError`."""
    from dataclasses import replace
    from functools import cache

    from scanner.attest import evidence, listed
    from scanner.attest.scanned import Scanned as Looked

    found = observe([model])
    held = listed.of(found.facts)
    looked = Looked(verdict=found.report.verdict, report=found.report, digests=held.digests)
    decision = listed.verify(
        held,
        trusted,
        fetch=cache(lambda name: _content(f"{held.address}/{name}")),
        looked=looked,
        signature=evidence.raw(Path(signatures[0])) if signatures else None,
        asked=asked,
    )
    if looked.verdict == "fail":  # without a signature nothing else is decided, and what is there fails all the same
        decision = replace(decision, verdict="fail", scan="fail")
    return decision, looked


def _content(address: str) -> bytes:
    """Read a small file, at the commit of the scan. Raises `UsageError`."""
    from scanner.cli.explain import named_artifact
    from scanner.limits import SIGNATURE_NBYTES

    artifact = named_artifact(address)
    try:
        with artifact.open() as stream:
            return stream.read(SIGNATURE_NBYTES + 1)
    except OSError as error:
        message = f"{address}: {error.strerror or error}"
        raise UsageError(message) from error
