"""`assay scan`: what would loading these files do?"""

from enum import StrEnum
from typing import Annotated

import typer

from scanner.cli.relation import Relation
from scanner.finding import Confidence, Severity


class Weights(StrEnum):
    """How far the numbers inside tensors are looked at."""

    OFF = "off"
    FAST = "fast"
    FULL = "full"


HELP = """Say what loading files and folders would do.

Every file is read by its content, whatever its name; a folder is read to its last file.
"-" reads standard input.

\b
  assay scan model.pt
  assay scan models/ --fail-at medium
  assay scan models/ --output sarif=assay.sarif    text here, SARIF in a file
  assay scan models/ --output html=report.html     text here, a page to hand on
  assay scan models/ --format json --output report.json
  curl -s https://example.com/model.pkl | assay scan -
  assay scan staged:                               what the next commit changes
  assay scan hf://org/name@main                    headers and small files of it

\b
Exit codes:
  0  pass: everything was read to its end, and nothing fails the policy
  1  fail: a finding reaches the policy's severity and confidence
  2  the command cannot be carried out as it was given
  3  incomplete: nothing fails, but something was not read to its end

Without --policy, assay.toml or [tool.assay] in pyproject.toml is looked for here and in the
folders above, but never inside what is scanned: what is judged does not choose the judge.
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("scan", help=HELP)(scan)


def scan(  # noqa: PLR0913 - one parameter an option
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.")],
    *,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy to judge by.")] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The use to judge licences for: commercial, research, redistribute, or one of the policy.",
        ),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Fail only on findings that this file does not record.")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Record what is found now in the baseline, and report nothing.")
    ] = False,
    fail_at: Annotated[
        Severity | None,
        typer.Option(
            metavar="SEVERITY", help="Fail from this severity, whatever the policy: info, low, medium, high, critical."
        ),
    ] = None,
    min_confidence: Annotated[
        Confidence | None,
        typer.Option(metavar="CONFIDENCE", help="Fail from this confidence, whatever the policy: low, medium, high."),
    ] = None,
    report_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="text (unless said otherwise), html, json, sarif, markdown, junit or codequality.",
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[FORMAT=]FILE", help="Write the report to FILE; with FORMAT= one more report. Repeatable."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; all cores unless said otherwise.")
    ] = None,
    weights: Annotated[
        Weights | None,
        typer.Option(
            metavar="PROFILE",
            help="Look at the numbers inside tensors: off, fast (of folders if nothing is said) or full. Needs numpy.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(metavar="BASE", help="What the model comes from; what changed is judged too, as assay diff does."),
    ] = None,
    relation: Annotated[
        Relation | None,
        typer.Option(metavar="RELATION", help="With --base: copy, quantized, adapter, finetune or merge."),
    ] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Compute the SHA-256 of large files too.")] = False,
    cache: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Keep what is found in DIR; what did not change is not read again."),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PACK", help="Judge by this pack too; rules.lock pins it (`assay rules add`). Repeatable."
        ),
    ] = None,
    rules_lock: Annotated[
        str | None, typer.Option(metavar="FILE", help="The lock that pins rule packs; ./rules.lock unless said here.")
    ] = None,
    allow_unsigned_rules: Annotated[
        bool, typer.Option("--allow-unsigned-rules", help="Take rule packs that nobody signed; the report says so.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Download repositories of the Hub into its cache, and read all of them.")
    ] = False,
    staged: Annotated[
        bool, typer.Option("--staged", help="Read the PATHs as they are in git's index, as hooks for commits do.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing; the exit code and the files answer.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="In text, show every place and every note.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="In text, say of each finding why, what to do, and where to read on.")
    ] = False,
) -> int:
    """Scan, write the reports and return the verdict's exit code."""
    from scanner.cli import judges, plain, scanning

    named = judges.Named(packs=tuple(rules or ()), lock=rules_lock, unsigned=allow_unsigned_rules)
    return scanning.scan(
        [plain.INDEX + path for path in paths] if staged else paths,
        policy=policy,
        profile=profile,
        baseline=baseline,
        update_baseline=update_baseline,
        fail_at=fail_at,
        min_confidence=min_confidence,
        report_format=report_format,
        output=output,
        jobs=jobs,
        digest=digest,
        weights=weights.value if weights else None,
        cache=cache,
        base=base,
        relation=relation or "",
        rules=None if named == judges.NOBODY else named,
        full=full,
        quiet=quiet,
        verbose=verbose,
        explain=explain,
    )
