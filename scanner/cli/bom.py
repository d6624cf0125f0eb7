"""`assay bom`: what is this model, what is it made of, and who says so?"""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scanner.cli import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.attest.bill import Bill
    from scanner.attest.elements import Document, Element

HELP = """Write the bill of materials of a model.

Every file with its SHA-256 as it was read, what the model says that it comes from, licences, findings, and how far
was looked. Each value names the file and place that says it; what nothing says is left out, never guessed. The same
model gives the same bytes if SOURCE_DATE_EPOCH gives the time.

\b
  assay bom models/mine --out mine.cdx.json
  assay bom models/mine --format spdx-3.0.1 --out mine.spdx.json
  assay bom models/mine --report             elements of G7 and NTIA, with sources

\b
Exit codes:
  0  written; findings are listed in it and do not fail it
  2  the command cannot be carried out as it was given
  3  written, but something of the model was not read to its end, and the document says so
"""

Form = Literal["cyclonedx-1.6", "cyclonedx-1.7", "spdx-3.0.1"]
NAMES = {"cyclonedx": "CycloneDX", "spdx": "SPDX"}
VALUE_CHARACTERS = 60


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("bom", help=HELP)(bom)


def bom(  # noqa: PLR0913 - one parameter an option
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder, or one file.")],
    *,
    form: Annotated[
        Form, typer.Option("--format", metavar="FORMAT", help="cyclonedx-1.6, cyclonedx-1.7 or spdx-3.0.1.")
    ] = "cyclonedx-1.6",
    out: Annotated[str, typer.Option(metavar="FILE", help="Where it goes; - is standard output.")] = "-",
    report: Annotated[
        bool, typer.Option("--report", help="Print which elements are known instead, and the source of each.")
    ] = False,
    name: Annotated[str, typer.Option(metavar="NAME", help="What the model is called.")] = "",
    version: Annotated[str, typer.Option(metavar="VERSION", help="The version of the model.")] = "",
    supplier: Annotated[str, typer.Option(metavar="NAME", help="Who supplies the model.")] = "",
    author: Annotated[str, typer.Option(metavar="NAME", help="Who answers for the document.")] = "",
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge the scan by.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; all cores unless said otherwise.")
    ] = None,
) -> int:
    """Scan, write the document or the report, and return the exit code."""
    from pathlib import Path

    from scanner.attest.elements import Document
    from scanner.cli import billing, scanning

    scanning.here(model)
    moment = billing.spelled(billing.now())
    if out != "-":
        billing.outside(Path(out), model)
    bill = billing.bill(model, policy=policy, jobs=jobs, name=name, version=version, supplier=supplier)
    kind, _, edition = form.partition("-")
    document = Document(form=NAMES[kind], version=edition, moment=moment, author=author)
    text = "".join(_report(bill, document)) if report else _written(bill, document)
    short = "" if bill.complete else ", not all of them read to the end"
    what = "the report" if report else f"{document.form} {edition}"
    _deliver(text, out, f"{what} of {billing.counted(len(bill.parts), 'file')}{short}")
    return scanning.EXIT_CODES["pass" if bill.complete else "incomplete"]


def _written(bill: "Bill", document: "Document") -> str:
    from scanner.attest import cyclonedx, spdx

    if document.form == NAMES["spdx"]:
        return spdx.write(bill, moment=document.moment, author=document.author)
    return cyclonedx.write(bill, version=document.version, moment=document.moment, author=document.author)


def _report(bill: "Bill", document: "Document") -> "Iterator[str]":
    from scanner.attest.elements import elements

    found = elements(bill, document)
    for profile in dict.fromkeys(one.profile for one in found):
        own = [one for one in found if one.profile == profile]
        known = sum(bool(one.value) for one in own)
        yield f"{profile}  {known} of {len(own)} elements\n"
        for one in own:
            yield f"  {'yes' if one.value else 'no ':<3}  {one.cluster:<14}  {one.name}{_because(one)}\n"


def _because(element: "Element") -> str:
    from scanner.text import printable

    if not element.value:
        return ""
    return f": {printable(element.value, VALUE_CHARACTERS)}  ({printable(element.source, VALUE_CHARACTERS)})"


def _deliver(text: str, out: str, what: str) -> None:
    from pathlib import Path

    from scanner.attest import files

    if out == "-":
        terminal.write(text)
    else:
        files.write(Path(out), text.encode("utf-8"))
        terminal.say(f"{out}  {what}")
