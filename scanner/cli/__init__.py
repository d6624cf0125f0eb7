"""The command line: one module a verb. What a verb needs is imported when it runs."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from scanner.cli import terminal
from scanner.usage import UsageError
from scanner.version import VERSION

VERBS = ("scan", "explain", "inspect", "rules", "formats", "schema")
"""Modules of this package, in the order of the help; each registers its commands."""

COLLECT = (50_000, 20, 20)
"""Thresholds of the garbage collector: a start makes many objects and hardly a cycle, so looking often is 3 ms lost."""

USAGE_ERROR = 2
INTERRUPTED = 130
"""What shells report for a program that SIGINT ends; 141 likewise for SIGPIPE."""
NOBODY_READS = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code. What the user can mend is one line on standard error."""
    gc.set_threshold(*COLLECT)
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        command = typer.main.get_command(application(given[0] if given and given[0] in VERBS else None))
        code = command.main(given, prog_name="assay", standalone_mode=False)
        terminal.flush()
    except typer.TyperException as error:
        return refuse(_asked_wrongly(error))
    except UsageError as error:
        return refuse(str(error))
    except terminal.ClosedError:
        return NOBODY_READS
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def application(asked: str | None = None) -> typer.Typer:
    """Put the verbs together, or only the one that is `asked` for: each takes time at every start.

    Plain help, plain errors and no completion, for the same reason.
    """
    settings = {"help_option_names": ["--help", "-h"], "max_content_width": 100}
    app = typer.Typer(
        rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=settings
    )
    app.callback(invoke_without_command=True, help=HELP)(_assay)
    for verb in VERBS:
        if asked in {None, verb}:
            import_module(f"{__name__}.{verb}").register(app)
    return app


HELP = """Inspect model files before anyone loads them.

Nothing that is scanned is executed, imported, unpickled or unpacked to disk.

\b
  assay scan model.pt          what would loading this file do?
  assay explain model.pt       show its pickles as a program, line by line
  assay rules show ID          what does a finding mean, and what can be done?
"""


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


def refuse(reason: str) -> int:
    """Say in one line what was wrong."""
    terminal.note(" ".join(reason.split()))
    return USAGE_ERROR


def _asked_wrongly(error: typer.TyperException) -> str:
    asked = getattr(getattr(error, "ctx", None), "command_path", "assay")
    return f"{error.format_message().rstrip('.')}; see `{asked} --help`"
