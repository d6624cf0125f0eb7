"""`assay diff`: what did a model change against its base, or against what it was when it was trusted?"""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from scanner.policy import Policy

HELP = """Say what a model changed against its base.

Every tensor of MODEL is compared with that of BASE: identical, low bits only, rows, one direction, a merged adapter,
a fine-tune of everything, a copy in another type. Beside it, the files that differ: tokenizer, template, configuration.
With --lock and MODEL alone, its fingerprints are written on the first run and checked on every later one.

\b
  assay diff base/ model/
  assay diff base/model.safetensors model-Q8_0.gguf --relation quantized
  assay diff model/ --lock fingerprints.json

Numbers are compared: a fine-tune is named, not cleared. A backdoor that was trained in looks like
any other training.

\b
Exit codes:
  0  nothing that fails the policy
  1  a finding reaches the policy's severity and confidence
  2  the command cannot be carried out as it was given
  3  nothing fails, but something was not compared
"""

Relation = Literal["copy", "quantized", "adapter", "finetune", "merge"]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("diff", help=HELP)(diff)


def diff(
    paths: Annotated[list[str], typer.Argument(metavar="[BASE] MODEL", help="Folders or files of weights.")],
    *,
    relation: Annotated[
        Relation | None,
        typer.Option(
            metavar="RELATION",
            help="What MODEL is to BASE: copy, quantized, adapter, finetune or merge; else its card is asked.",
        ),
    ] = None,
    lock: Annotated[
        str | None, typer.Option(metavar="FILE", help="Fingerprints: written if the file is not there, else checked.")
    ] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge by.")] = None,
) -> int:
    """Compare, print and answer with the exit code."""
    from scanner import against
    from scanner.cli import difference
    from scanner.usage import UsageError

    if len(paths) != (2 if lock is None else 1):
        message = "name BASE and MODEL" if lock is None else "with --lock, name MODEL alone"
        raise UsageError(message)
    judged_by = _policy(policy)
    if lock is not None:
        return difference.locked(lock, paths[0], form=form, policy=judged_by)
    return difference.show(against.compare(*paths, relation=relation or "", policy=judged_by), form)


def _policy(named: str | None) -> "Policy":
    from pathlib import Path

    from scanner import policy_file

    return policy_file.load(Path(named) if named is not None else None)
