"""`assay explain`: a pickle as a readable program, with the lines that a rule speaks of."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli import terminal
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.artifact import Artifact
    from scanner.explain import Broken
    from scanner.facts.listing import Listed
    from scanner.finding import Finding
    from scanner.report import Report

HELP = """Show the pickles of a file as programs.

Line by line, with offsets; the lines that a rule speaks of are marked.

FILE may name a member of a container: model.pt!archive/data.pkl.

\b
  assay explain model.pkl
  assay explain model.pt!archive/data.pkl --offset 1042
  assay explain model.pkl --decompile     as Python source, through fickling
"""

MARGIN = " " * 14

Marks = dict[tuple[str, int | None], list["Finding"]]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("explain", help=HELP)(explain)


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    *,
    offset: Annotated[int | None, typer.Option(min=0, metavar="N", help="Only the lines around this byte.")] = None,
    decompile: Annotated[
        bool, typer.Option("--decompile", help="Show Python source, where fickling is installed and can make it.")
    ] = False,
) -> int:
    """Print each pickle's lines with their offsets, then what was found elsewhere in the file."""
    from scanner import pipeline
    from scanner.limits import DEFAULT

    outer, member = split(file)
    artifact = named_artifact(outer)
    marks = _marks(pipeline.scan(outer, jobs=1), member)
    if decompile and _say_source(artifact, member):
        _say_rest(marks, "Found in this file")
        return 0
    from scanner.explain import lines

    if not _say_lines(lines(artifact, DEFAULT, member=member, near=offset), marks):
        message = f"{file}: no pickle in it; `assay scan {outer}` says what it is"
        raise UsageError(message)
    if offset is None:
        _say_rest(marks, "Elsewhere in this file")
    return 0


def split(file: str) -> tuple[str, str]:
    """Split FILE!MEMBER at the first `!` before which there is a file."""
    at = file.find("!")
    while at > 0 and not Path(file).exists():
        if "://" in file[:at] or Path(file[:at]).is_file():
            return file[:at], file
        at = file.find("!", at + 1)
    return file, ""


def named_artifact(file: str) -> "Artifact":
    """Open the one regular file of that name. Raises `UsageError`."""
    from scanner import sources
    from scanner.artifact import Artifact
    from scanner.policy import DEFAULT

    if Path(file).is_dir():
        message = f"{file}: a folder; name one file"
        raise UsageError(message)
    found = [one for one in sources.walk([file], keep=DEFAULT.excludes) if isinstance(one, Artifact)]
    if len(found) == 1:
        return found[0]
    message = f"{file}: not one regular file"
    raise UsageError(message)


def _marks(report: "Report", member: str) -> Marks:
    marks: Marks = {}
    for finding in report.findings:
        for place in finding.evidence:
            if member in {"", place.where.path}:
                marks.setdefault((place.where.path, place.where.offset), []).append(finding)
    return marks


def _say_lines(listed: "Iterable[Listed | Broken]", marks: Marks) -> bool:
    """Print a listing; return whether there was one. Marks that were shown are taken out."""
    from scanner.explain import why
    from scanner.facts.listing import Listed

    shown = False
    for line in listed:
        if not isinstance(line, Listed):
            terminal.say(f"{MARGIN}the listing ends here: {printable(why(line), terminal.NOTE_CHARACTERS)}")
        elif line.where.offset is None:
            terminal.say(("\n" if shown else "") + printable(line.text, terminal.NOTE_CHARACTERS))
        else:
            found = marks.pop((line.where.path, line.where.offset), [])
            terminal.say(f"{'>' if found else ' '} {line.where.offset:>10}  {line.text}")
            for summary in _summaries(found, line.where.path, line.where.offset):
                terminal.say(f"{MARGIN}^ {summary}")
        shown = True
    return shown


def _summaries(findings: "Iterable[Finding]", path: str, offset: int | None) -> Iterator[str]:
    for finding in findings:
        place = next(one for one in finding.evidence if (one.where.path, one.where.offset) == (path, offset))
        yield f"{finding.severity}: {finding.title} ({finding.rule}): {place.says}"


def _say_source(artifact: "Artifact", member: str) -> bool:
    """Print decompiled source; return False, after one line that says why, where there is none."""
    from scanner.explain import decompiled, why
    from scanner.facts.listing import Listed
    from scanner.limits import DEFAULT

    if find_spec("fickling") is None:
        terminal.note("fickling is not installed (pip install fickling), so this is our own listing")
        return False
    found = list(decompiled(artifact, DEFAULT, member=member))
    broken = [line for line in found if not isinstance(line, Listed)]
    if broken or not found:
        reason = printable(why(broken[-1])) if broken else "it found no pickle"
        terminal.note(f"fickling cannot decompile this ({reason}), so this is our own listing")
        return False
    previous = ""
    for line in found:
        if isinstance(line, Listed) and line.where.path != previous:
            previous = line.where.path
            terminal.say(printable(line.text, terminal.NOTE_CHARACTERS))
        elif isinstance(line, Listed):
            terminal.say(f"    {line.text}")
    return True


def _say_rest(marks: Marks, title: str) -> None:
    rest = list(_rest(marks))
    if rest:
        terminal.say(f"\n{title}")
        for line in rest:
            terminal.say(f"  {line}")


def _rest(marks: Marks) -> Iterator[str]:
    for (path, offset), findings in sorted(marks.items(), key=lambda mark: (mark[0][0], mark[0][1] or 0)):
        at = "" if offset is None else f" at {offset}"
        for summary in _summaries(findings, path, offset):
            yield f"{printable(path, terminal.NOTE_CHARACTERS)}{at}: {summary}"
