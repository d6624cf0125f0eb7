"""The verbs put together with Typer: help, parsing, and errors in the way a line was asked."""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from scanner.cli import COMPLETING, overview, terminal
from scanner.cli.overview import HELP, VERBS
from scanner.usage import UsageError
from scanner.version import VERSION

USAGE_ERROR = 2


def run(given: Sequence[str]) -> int:
    """Parse a line and run its verb; return the exit code. Raises `UsageError` for a line that is not understood."""
    try:
        asked = given[0] if given and given[0] in VERBS else None
        command = typer.main.get_command(application(None if COMPLETING in os.environ else asked))
        code = command.main(list(given), prog_name="assay", standalone_mode=False)
    except typer.TyperException as error:
        raise UsageError(_asked_wrongly(error)) from error
    return code if isinstance(code, int) else 0


def application(asked: str | None = None) -> typer.Typer:
    """Put the verbs together, or only the one that is `asked` for: each takes time at every start.

    Plain help and plain errors, for the same reason, and completion of shells where all verbs are.
    """
    settings = {"help_option_names": ["--help", "-h"], "max_content_width": overview.WIDEST}
    app = typer.Typer(
        rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=asked is None, context_settings=settings
    )
    app.callback(invoke_without_command=True, help=HELP)(_assay)
    for verb in VERBS:
        if asked in {None, verb}:
            import_module(f"scanner.cli.{verb}").register(app)
    return app


def _version(value: bool) -> None:  # noqa: FBT001 - the shape that typer calls
    if value:
        terminal.say(f"assay {VERSION}")
        raise typer.Exit


def _assay(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version  # its callback has answered
    if context.invoked_subcommand is None:
        terminal.say(context.get_help())
        raise typer.Exit(USAGE_ERROR)


def _asked_wrongly(error: typer.TyperException) -> str:
    asked = getattr(getattr(error, "ctx", None), "command_path", "assay")
    return f"{error.format_message().rstrip('.')}; see `{asked} --help`"
