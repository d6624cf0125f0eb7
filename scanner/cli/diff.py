"""`assay diff`: what did a model change against its base, or against what it was when it was trusted?"""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scanner.cli.relation import Relation

if TYPE_CHECKING:
    from scanner.policy import Policy

HELP = """Say what a model changed against its base.

Every tensor of MODEL is compared with that of BASE: identical, low bits only, rows, one direction, a merged adapter,
a fine-tune of everything, a copy in another type. Beside it, the files that differ: tokenizer, template, configuration.
A graph (ONNX, TFLite, TorchScript, Keras, TensorFlow) is compared node by node with that of the base.
With --lock and MODEL alone, its fingerprints are written on the first run and checked on every later one;
with --known, the fingerprints of many models say which one is the likely base.

\b
  assay diff base/ model/
  assay diff base/model.safetensors model-Q8_0.gguf --relation quantized
  assay diff base.onnx model.onnx
  assay diff base/ model/ --format svg --output picture.svg
  assay diff model/ --lock fingerprints.json
  assay diff model/ --known fingerprints/

Numbers are compared: a fine-tune is named, not cleared. A backdoor that was trained in looks like
any other training.

\b
Exit codes:
  0  nothing that fails the policy
  1  a finding reaches the policy's severity and confidence
  2  the command cannot be carried out as it was given
  3  nothing fails, but something was not compared
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("diff", help=HELP)(diff)


def diff(  # noqa: PLR0913 - one parameter an option
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
    known: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Fingerprints of known models, a folder or file: name the likely base."),
    ] = None,
    form: Annotated[
        Literal["text", "json", "svg"],
        typer.Option("--format", metavar="FORMAT", help="text, json, or svg: layers against kinds of change."),
    ] = "text",
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write to FILE what --format says, and text here.")
    ] = None,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge by.")] = None,
) -> int:
    """Compare, print and answer with the exit code."""
    from scanner import against
    from scanner.cli import difference
    from scanner.usage import UsageError

    alone = lock is not None or known is not None
    if len(paths) != (1 if alone else 2) or (lock is not None and known is not None):
        message = "with --lock or --known, name MODEL alone" if alone else "name BASE and MODEL"
        raise UsageError(message)
    judged_by = _policy(policy)
    shown = difference.Shown(form, output)
    if lock is not None:
        return difference.locked(lock, paths[0], shown=shown, policy=judged_by)
    if known is not None:
        return difference.show(against.likely(difference.known(known), paths[0], policy=judged_by), shown)
    return difference.show(against.compare(*paths, relation=relation or "", policy=judged_by), shown)


def _policy(named: str | None) -> "Policy":
    from pathlib import Path

    from scanner import policy_file

    return policy_file.load(Path(named) if named is not None else None)
