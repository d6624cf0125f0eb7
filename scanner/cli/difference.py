"""What `assay diff` does with what was compared: text, JSON or a picture, here or in a file."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli import comparison, terminal
from scanner.facts import Fact
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.against import Compared
    from scanner.compare.lock import Print
    from scanner.policy import Policy

EXIT_CODES = {"pass": 0, "fail": 1, "incomplete": 3}

LINE_CHARACTERS = 200


class Shown(NamedTuple):
    """How a comparison is shown: "text", "json" or "svg", in a file or (None) here."""

    form: str
    file: str | None = None


def known(named: str) -> "dict[str, dict[str, Print]]":
    """Read the fingerprints of known models: one file, or every .json of a folder. Raises `UsageError`."""
    place = Path(named)
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files:
        message = f"--known {named}: there are no fingerprints in it; assay diff MODEL --lock FILE writes some"
        raise UsageError(message)
    return {str(file): _prints("--known", file) for file in files}


def _prints(option: str, file: Path) -> "dict[str, Print]":
    from scanner.compare.lock import read
    from scanner.format import MalformedError

    try:
        return read(file.read_bytes())
    except (MalformedError, OSError) as error:
        reason = error.reason if isinstance(error, MalformedError) else error.strerror
        message = f"{option} {file}: no fingerprints that can be trusted: {reason}"
        raise UsageError(message) from error


def locked(lock: str, model: str, *, shown: Shown, policy: "Policy") -> int:
    """Check fingerprints, or write them where there are none yet. Raises `UsageError`."""
    from scanner import against
    from scanner.cli.output import save
    from scanner.compare.lock import write
    from scanner.facts.delta import DeltaUnread, TensorPrint

    file = Path(lock)
    if file.exists():
        return show(against.check(_prints("--lock", file), lock, model, policy=policy), shown)
    compared = against.trust(lock, model, policy=policy)
    prints = [fact for fact in compared.facts if isinstance(fact, TensorPrint)]
    if not prints or any(isinstance(fact, DeltaUnread) for fact in compared.facts):
        terminal.note(f"{lock} is not written: not all of {model} could be read")
        return show(compared, shown) or EXIT_CODES["incomplete"]
    save(file, write(prints))
    terminal.say(f"wrote the fingerprints of {len(prints)} tensors to {lock}; the next run compares with them")
    return EXIT_CODES[compared.report.verdict]


def show(compared: "Compared", shown: Shown) -> int:
    """Print or write a comparison and return the verdict's exit code. Raises `UsageError`."""
    from scanner import picture, writers
    from scanner.cli.output import save

    report = compared.report
    whole = ""
    if shown.form == "json":
        document = {"report": json.loads(writers.discover()["json"](report)), "facts": _document(compared.facts)}
        whole = json.dumps(document, indent=2) + "\n"
    elif shown.form == "svg":
        whole = picture.delta(compared.facts)
        if not whole:
            terminal.note("there is no picture: no tensors were compared")
    if whole and shown.file is None:
        terminal.write(whole)
        return EXIT_CODES[report.verdict]
    if whole and shown.file is not None:
        save(Path(shown.file), whole)
    page = "".join(f"{printable(line, LINE_CHARACTERS)}\n" for line in comparison.lines(compared))
    if shown.form == "text" and shown.file is not None:
        save(Path(shown.file), page + writers.discover()["text"](report, verbose=False))
        return EXIT_CODES[report.verdict]
    terminal.write(page)
    terminal.write(writers.discover()["text"](report, colour=terminal.colour(), width=terminal.width(), verbose=False))
    return EXIT_CODES[report.verdict]


def _document(facts: Sequence[Fact]) -> list[dict[str, object]]:
    return [
        {"fact": type(one).__name__, **asdict(one)} for one in facts if type(one).__module__ == "scanner.facts.delta"
    ]
