"""Where reports go: which format into which file."""

import os
import stat
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from scanner.record import record
from scanner.usage import UsageError

SUFFIXES = {".json": "json", ".sarif": "sarif", ".html": "html", ".md": "markdown"}
"""The format of a plain `--output FILE` where `--format` does not say it."""

TEXT = "text"

DETAILED = frozenset(("html",))
"""Formats that show what only a second look at each file tells."""


@record
class Output:
    """A format and the file it goes to; None is standard output."""

    format: str
    file: Path | None


def outputs(wanted: str | None, given: Sequence[str], known: Collection[str]) -> tuple[Output, ...]:
    """Pair formats and files. Standard output gets a report unless a plain FILE takes it.

    `given` are the values of `--output`: FILE, or FORMAT=FILE for one more report.
    Raises `UsageError` for an unknown format, two plain files, or a file that cannot be written.
    """
    if wanted is not None and wanted not in known:
        message = f"--format {wanted}: unknown; one of {', '.join(known)}"
        raise UsageError(message)
    paired, plain = [], []
    for value in given:
        name, equals, file = value.partition("=")
        if equals and name in known:
            paired.append(Output(format=name, file=Path(file)))
        elif equals and name.isalpha() and not Path(value).exists():
            message = f"--output {value}: no format is called {name}; one of {', '.join(known)}"
            raise UsageError(message)
        else:
            plain.append(Path(value))
    if len(plain) > 1:
        message = f"--output names two files, {plain[0]} and {plain[1]}; write FORMAT=FILE for a further report"
        raise UsageError(message)
    first = Output(format=wanted or _format_of(plain), file=plain[0] if plain else None)
    for output in (first, *paired):
        if output.file is not None:
            _check(output.file)
    return (*paired, first)


def _format_of(plain: Sequence[Path]) -> str:
    return SUFFIXES.get(plain[0].suffix.lower(), TEXT) if plain else TEXT


def _check(file: Path) -> None:
    """Refuse what cannot be written before any time is spent on a scan."""
    folder = file.parent
    if str(file) in {"", "."} or file.is_dir():
        message = f"--output {file}: a folder; name a file"
    elif not folder.is_dir():
        message = f"--output {file}: there is no folder {folder}"
    elif not os.access(file if file.exists() else folder, os.W_OK):
        message = f"--output {file}: no permission to write there"
    else:
        return
    raise UsageError(message)


def save(file: Path, text: str) -> None:
    """Write a file in one step: a reader sees the old one or the new one. Raises `UsageError`."""
    try:
        if file.exists() and not stat.S_ISREG(file.stat().st_mode):
            file.write_text(text, encoding="utf-8", errors="backslashreplace")  # a device or pipe stays what it is
        else:
            _replace(file.resolve(), text)
    except OSError as error:
        message = f"--output {file}: cannot be written: {error.strerror}"
        raise UsageError(message) from error


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else None
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:  # noqa: PTH123 - a descriptor
            if mode is not None:
                os.fchmod(descriptor, mode)
            stream.write(text)
        draft.replace(file)
    finally:
        with suppress(FileNotFoundError):  # once renamed it is gone
            draft.unlink()
