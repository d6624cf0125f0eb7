"""`assay sanitize`: a model written anew, with nothing in it but its tensors."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scanner.cli import terminal

if TYPE_CHECKING:
    from scanner.sanitize.folder import Done

TENSORS_SHOWN = 12
DRAWN = 15

HELP = """Write a model anew, with nothing in it but its tensors.

Metadata, bytes behind and between tensors, and the low bits of their numbers go: a file hidden there is gone.
A PyTorch archive becomes safetensors; its pickle is interpreted, never run, and must pass a scan. Of a folder the other
files are copied, but not its signatures, which do not fit what is written: sign that anew. What is written is scanned
before it gets its name.

\b
  assay sanitize model.safetensors clean.safetensors
  assay sanitize pytorch_model.bin model.safetensors --bits 0    same numbers
  assay sanitize model/ clean/ --format json

What was trained into the numbers stays: a backdoor in the weights is not removed. A GGUF header stays as it is.

\b
Exit codes:
  0  written
  1  refused, nothing is written: it fails a scan, or cannot be read as it is
  2  the command cannot be carried out as it was given
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("sanitize", help=HELP)(sanitize)


def sanitize(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A file or folder of weights.")],
    out: Annotated[str, typer.Argument(metavar="OUT", help="What to write; it must not be there.")],
    *,
    low: Annotated[
        int,
        typer.Option(
            "--bits", min=0, max=20, metavar="N",
            help="Low bits of each 32-bit number that are drawn anew, of others in proportion.",
        ),
    ] = DRAWN,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Draw the bits from this seed instead of the system's.")
    ] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",
) -> int:  # fmt: skip
    """Write, say what changed and answer with the exit code."""
    from scanner.cli import scanning
    from scanner.sanitize import folder

    scanning.here(model)
    try:
        done = folder.sanitize(model, out, low=low, seed=seed)
    except folder.RefusedError as error:
        terminal.note(str(error))
        return 1
    if form == "json":
        terminal.say(_json(done, low, seed))
    else:
        _say(done)
    return 0


def _json(done: "list[Done]", low: int, seed: int | None) -> str:
    import json

    files = [{**one._asdict(), "tensors": [tensor._asdict() for tensor in one.tensors]} for one in done]
    return json.dumps({"bits": low, "seed": seed, "files": files}, indent=2)


def _say(done: "list[Done]") -> None:
    for one in done:
        if one.how == "left out":
            terminal.say(f"left out  {one.path}: {one.why}")
        elif one.how == "copied":
            terminal.say(f"copied    {one.path}")
        else:
            source = f"{one.path} -> " if one.path != one.out and one.path else ""
            terminal.say(f"written   {source}{one.out}: {_sum(one)}")
            changed = sorted((tensor for tensor in one.tensors if tensor.changed), key=lambda each: -each.difference)
            for tensor in changed[:TENSORS_SHOWN]:
                terminal.say(
                    f"            {tensor.name}: {tensor.changed} numbers, {tensor.bits} bits, "
                    f"by at most {tensor.difference:.2g} ({tensor.relative:.2%})"
                )
            if len(changed) > TENSORS_SHOWN:
                terminal.say(f"            and {len(changed) - TENSORS_SHOWN} more; --format json lists all")


def _sum(one: "Done") -> str:
    largest = max((tensor.difference for tensor in one.tensors), default=0.0)
    changed = sum(tensor.changed > 0 for tensor in one.tensors)
    less = one.nbytes - one.out_nbytes
    size = f"{abs(less)} bytes {'less' if less > 0 else 'more'}" if one.nbytes and less else f"{one.out_nbytes} bytes"
    return f"{len(one.tensors)} tensors, {changed} changed, largest difference {largest:.2g}, {size}"
