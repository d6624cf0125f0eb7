"""The plain line `assay scan PATH... --OPTION VALUE`, understood without Typer: importing that is a third of a start.

Whatever else stands in a line (help, `--option=value`, letters run together, mistakes) is Typer's to understand
or to refuse. A test holds both to the same answers.
"""

from collections.abc import Callable, Sequence
from typing import TypedDict

from scanner.finding import CONFIDENCES, SEVERITIES, Confidence, Severity


class Asked(TypedDict, total=False):
    """The arguments of `scanning.scan` that a line gives."""

    paths: list[str]
    policy: str
    profile: str
    baseline: str
    update_baseline: bool
    fail_at: Severity
    min_confidence: Confidence
    report_format: str
    output: list[str]
    jobs: int
    weights: str
    digest: bool
    quiet: bool
    verbose: bool
    explain: bool


INDEX = "index:"
"""What `--staged` puts before each path: the scheme of `scanner.sources.staged`."""

FLAGS = {
    "--update-baseline": "update_baseline",
    "--digest": "digest",
    "--staged": "staged",
    "--quiet": "quiet",
    "-q": "quiet",
    "--verbose": "verbose",
    "-v": "verbose",
    "--explain": "explain",
}

WEIGHTS = ("off", "fast", "full")


def whole(text: str) -> int | None:
    """Return a number from 1 on, in plain digits; None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and text.strip("0") else None


VALUES: dict[str, tuple[str, Callable[[str], object]]] = {
    "--policy": ("policy", str),
    "--profile": ("profile", str),
    "--baseline": ("baseline", str),
    "--fail-at": ("fail_at", lambda text: text if text in SEVERITIES else None),
    "--min-confidence": ("min_confidence", lambda text: text if text in CONFIDENCES else None),
    "--format": ("report_format", str),
    "--output": ("output", lambda text: [text]),
    "--jobs": ("jobs", whole),
    "--weights": ("weights", lambda text: text if text in WEIGHTS else None),
}
"""The parameter of each option, and what its value means; None where it is not for here."""


def understood(line: Sequence[str]) -> Asked | None:
    """Return what a plain line asks `scan` for, or None where the line is not plain."""
    if line[:1] != ["scan"]:
        return None
    asked: dict[str, object] = {}
    paths: list[str] = []
    words = iter(line[1:])
    for word in words:
        if word in FLAGS:
            asked[FLAGS[word]] = True
        elif word in VALUES:
            name, meaning = VALUES[word]
            text = next(words, "-")
            value = None if text.startswith("-") or name in asked else meaning(text)
            if value is None:
                return None
            asked[name] = value
        elif word.startswith("-") and word not in {"-", "--"}:
            return None
        else:
            paths.extend(words if word == "--" else (word,))
    if asked.pop("staged", False):
        paths = [f"{INDEX}{path}" for path in paths]
    return Asked(paths=paths, **asked) if paths else None  # type: ignore[typeddict-item]
