"""`assay schema`: the shape of a JSON report."""

import typer

from scanner.cli import terminal

HELP = """Print the JSON Schema of `assay scan --format json`.

\b
  assay schema > report.schema.json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("schema", help=HELP)(schema)


def schema() -> int:
    """Print the schema that the report's own types give."""
    from scanner.schema import report_schema_text

    terminal.say(report_schema_text())
    return 0
