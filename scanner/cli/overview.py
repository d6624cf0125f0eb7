"""`assay --help`: what the program is and its verbs, written without Typer, whose import is half the time of it.

The text is what Typer writes of the same verbs; a test holds the two together.
"""

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

WIDEST: Final = 100
"""Columns of help at most; Typer is told the same."""

NARROWEST: Final = 50
TAKEN: Final = 30
"""Columns that the longest name can take."""

HELP: Final = """Inspect model files before anyone loads them.

Nothing that is scanned is executed, imported, unpickled or unpacked to disk.

\b
  assay scan model.pt          what would loading this file do?
  assay explain model.pt       show its pickles as a program, line by line
  assay rules show ID          what does a finding mean, and what can be done?
"""

OPTIONS: Final = {
    "--version": "Show the version.",
    "--install-completion": "Install completion for the current shell.",
    "--show-completion": "Show completion for the current shell, to copy it or customize the installation.",
    "-h, --help": "Show this message and exit.",
}

VERBS: Final = {
    "scan": "Say what loading files and folders would do.",
    "explain": "Show the pickles of a file as programs.",
    "inspect": "List what a file holds.",
    "diff": "Say what a model changed against its base.",
    "sanitize": "Write a model anew, with nothing in it but its tensors.",
    "sweep": "Run a model, and try each token as a trigger.",
    "license": "Say what licences allow, ask for and forbid.",
    "sign": "Scan a model, and sign it if it passes.",
    "verify": "Check who signed a model and each of its files, and scan it.",
    "attest": "Scan a model and sign statements of the verdict.",
    "bom": "Write the bill of materials of a model.",
    "keygen": "Make a key to sign models with.",
    "formats": "List the formats that are read, and how far.",
    "schema": "Print the JSON Schema of `assay scan --format json`.",
    "init": "Write a policy and the configuration of a commit hook.",
    "rules": "List, show, check and start rules; sign and use packs of them.",
}
"""Each verb, in the order of the help, and its first sentence, which fits the narrowest terminal."""


def write(columns: int | None = None) -> str:
    """Write the help for a terminal of so many columns, of this one where nothing is said."""
    width = max(min(columns or shutil.get_terminal_size().columns, WIDEST) - 2, NARROWEST)
    return "\n".join((
        "Usage: assay [OPTIONS] COMMAND [ARGS]...", "", *_paragraphs(width),
        "Options:", *_listed(OPTIONS, width), "",
        "Commands:", *_listed(VERBS, width),
    ))  # fmt: skip


def _paragraphs(width: int) -> Iterator[str]:
    for paragraph in HELP.strip().split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield from (f"  {line}" for line in paragraph.splitlines()[1:])
        else:
            yield from textwrap.wrap(paragraph, width, initial_indent="  ", subsequent_indent="  ")
        yield ""


def _listed(rows: Mapping[str, str], width: int) -> Iterator[str]:
    column = min(max(map(len, rows)), TAKEN) + 4
    for name, text in rows.items():
        first, *further = textwrap.wrap(text, max(width - column, 10))
        yield f"{f'  {name}':<{column}}{first}"
        yield from (f"{'':{column}}{line}" for line in further)
