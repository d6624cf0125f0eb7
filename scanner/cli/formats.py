"""`assay formats`: what is read, and what is left unread."""

import json
import textwrap
from typing import Annotated, Literal

import typer

from scanner.cli import terminal

HELP = """List the formats that are read, and how far.

\b
  assay formats
  assay formats --format json
"""

INDENT = " " * 8


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("formats", help=HELP)(formats)


def formats(
    *,
    list_format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print them.")] = "text",
) -> int:
    """Print the table that the readers carry."""
    from scanner.formats import discover

    rows = [{"name": one.name, "reads": one.reads, "leaves": one.leaves, "spec": one.spec} for one in discover()]
    if list_format == "json":
        terminal.say(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        terminal.say(row["name"])
        for key in ("reads", "leaves", "spec"):
            if row[key]:
                label = f"  {key:<{len(INDENT)}}"
                terminal.say(
                    textwrap.fill(
                        row[key],
                        terminal.width(),
                        initial_indent=label,
                        subsequent_indent=" " * len(label),
                        break_long_words=False,
                        break_on_hyphens=False,
                    )
                )
    return 0
