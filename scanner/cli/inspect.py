"""`assay inspect`: what a file holds, as a list."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scanner.cli import terminal
from scanner.cli.explain import named_artifact, split
from scanner.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.contents import Broken
    from scanner.facts.listing import Held

HELP = """List what a file holds.

Tensors with dtype, shape and bytes; inputs, outputs and operators of graphs; metadata; members of archives.

FILE may name a member of a container: model.zip!weights.npy.

\b
  assay inspect model.safetensors
  assay inspect model.pt --format json
"""

VALUE_CHARACTERS = 120


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("inspect", help=HELP)(inspect)


def inspect(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    *,
    list_format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print it.")] = "text",
) -> int:
    """Print the list; one line a thing, or one JSON document."""
    from scanner.contents import contents
    from scanner.limits import DEFAULT
    from scanner.usage import UsageError

    outer, member = split(file)
    found = list(contents(named_artifact(outer), DEFAULT, member=member))
    if not any(getattr(line, "kind", "") == "artifact" for line in found):
        message = f"{file}: no such member; `assay inspect {outer}` lists what there is"
        raise UsageError(message)
    if list_format == "json":
        terminal.say(json.dumps(_document(found), indent=2))
    else:
        _say(found)
    return 0


def _document(found: "Iterable[Held | Broken]") -> dict[str, object]:
    """Group lines by artifact. `ended` says why the list is not whole, null where it is."""
    from scanner.explain import why
    from scanner.facts.listing import Held

    artifacts: list[dict[str, object]] = []
    rows: dict[str, list[dict[str, object]]] = {}
    ended: str | None = None
    for line in found:
        if not isinstance(line, Held):
            ended = why(line)
        elif line.kind == "artifact":
            holds: list[dict[str, object]] = []
            rows[line.where.path] = holds
            formats = line.dtype.split(", ") if line.dtype else []
            artifacts.append({"path": line.name, "formats": formats, "nbytes": line.nbytes, "holds": holds})
        else:
            rows[line.where.path].append(_record(line))
    return {"artifacts": artifacts, "ended": ended}


def _record(line: "Held") -> dict[str, object]:
    record: dict[str, object] = {"kind": line.kind, "name": line.name, "offset": line.where.offset}
    if line.kind == "member":
        return {**record, "method": line.dtype, "nbytes": line.nbytes, "packed": line.packed}
    if line.kind == "operator":
        return {**record, "domain": line.dtype, "nodes": line.shape[0] if line.shape else None}
    if line.kind in ("metadata", "broken"):
        return {**record, "value": line.value}
    return {**record, "dtype": line.dtype, "shape": list(line.shape), "nbytes": line.nbytes, "value": line.value}


def _say(found: "Iterable[Held | Broken]") -> None:
    from scanner.explain import why
    from scanner.facts.listing import Held

    shown = False
    for line in found:
        if not isinstance(line, Held):
            terminal.say(f"the list ends here: {printable(why(line), terminal.NOTE_CHARACTERS)}")
        elif line.kind == "artifact":
            form = line.dtype or "no format that is read"
            terminal.say(f"{chr(10) if shown else ''}{line.name}  {line.nbytes} bytes, {form}")
            shown = True
        else:
            terminal.say(f"  {line.kind:<9} {_words(line)}".rstrip())


def _words(line: "Held") -> str:
    at = "" if line.where.offset is None else f" at {line.where.offset}"
    value = printable(line.value, VALUE_CHARACTERS)
    if line.kind == "member":
        packed = f", {line.packed} packed" if line.packed >= 0 else ""
        return f"{line.name}  {line.nbytes} bytes{packed}{f', {line.dtype}' if line.dtype else ''}{at}"
    if line.kind == "operator":
        name = f"{line.dtype}.{line.name}" if line.dtype else line.name
        return f"{name}  {line.shape[0]}" if line.shape else name
    if line.kind in ("metadata", "broken"):
        return f"{line.name}  {value or line.dtype}".strip()
    nbytes = f"  {line.nbytes} bytes" if line.nbytes >= 0 and line.dtype else ""
    shape = f"  {line.dtype}[{', '.join(map(str, line.shape))}]" if line.dtype else ""
    return f"{line.name}{shape}{nbytes}{at}{f'  {value}' if value else ''}".strip()
