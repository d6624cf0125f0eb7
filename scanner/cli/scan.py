"""`assay scan`: what would loading these files do?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli import terminal
from scanner.finding import Confidence, Severity
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.cli.output import Output
    from scanner.policy import Policy
    from scanner.report import Report

EXIT_CODES = {"pass": 0, "fail": 1, "incomplete": 3}

HELP = """Say what loading files and folders would do.

Every file is read by its content, whatever its name; a folder is read to its last file.
"-" reads standard input.

\b
  assay scan model.pt
  assay scan models/ --fail-at medium
  assay scan models/ --output sarif=assay.sarif     text here, SARIF in a file
  assay scan models/ --format json --output report.json
  curl -s https://example.com/model.pkl | assay scan -

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
        str | None, typer.Option("--format", metavar="FORMAT", help="text (unless said otherwise), json or sarif.")
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
    digest: Annotated[bool, typer.Option("--digest", help="Compute the SHA-256 of large files too.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing; the exit code and the files answer.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="In text, show every place and every note.")] = False,
) -> int:
    """Scan, write the reports and return the verdict's exit code."""
    from scanner import writers
    from scanner.cli.output import outputs

    if update_baseline and baseline is None:
        message = "--update-baseline: name the file with --baseline FILE"
        raise UsageError(message)
    destinations = outputs(report_format, output or [], writers.discover())
    judged_by = _policy(paths, policy, baseline=None if update_baseline else baseline)
    judged_by = _stricter(judged_by, fail_at, min_confidence)
    report = _scan(paths, judged_by, jobs, digest=digest, quiet=quiet)
    if update_baseline and baseline is not None:
        return _record(Path(baseline), report)
    for destination in destinations:
        _write(report, destination, quiet=quiet, verbose=verbose)
    return EXIT_CODES[report.verdict]


def _policy(paths: list[str], named: str | None, *, baseline: str | None) -> "Policy":
    from dataclasses import replace

    from scanner import pack, policy_file
    from scanner.baseline import load

    file = Path(named) if named is not None else policy_file.find(Path.cwd())
    if file is not None and named is None and _inside(file, paths):
        terminal.note(f"{file} lies inside what is scanned and is not used; --policy {file} trusts it")
        file = None
    policy = policy_file.load(file)
    if policy.severity or policy.waivers:
        policy_file.check_rules(policy, {rule.id for rule in pack.load().rules})
    return policy if baseline is None else replace(policy, baseline=load(Path(baseline)))


def _inside(file: Path, paths: list[str]) -> bool:
    return any(file.resolve().is_relative_to(Path(path).resolve()) for path in paths if path != "-")


def _stricter(policy: "Policy", fail_at: Severity | None, min_confidence: Confidence | None) -> "Policy":
    from dataclasses import replace

    return replace(policy, fail_at=fail_at or policy.fail_at, min_confidence=min_confidence or policy.min_confidence)


def _scan(paths: list[str], policy: "Policy", jobs: int | None, *, digest: bool, quiet: bool) -> "Report":
    from scanner import pipeline

    progress = terminal.Progress()
    try:
        return pipeline.scan(*paths, policy=policy, jobs=jobs, digest=digest, progress=None if quiet else progress)
    finally:
        progress.end()


def _record(file: Path, report: "Report") -> int:
    from scanner.baseline import record

    count = record(file, report.findings, tool=f"{report.tool.name} {report.tool.version}")
    terminal.say(f"recorded {count} findings in {file}")
    return EXIT_CODES["pass"] if all(one.complete for one in report.examined) else EXIT_CODES["incomplete"]


def _write(report: "Report", destination: "Output", *, quiet: bool, verbose: bool) -> None:
    from scanner import writers
    from scanner.cli.output import TEXT, save

    write = writers.discover()[destination.format]
    if destination.file is not None:
        options = {"verbose": verbose} if destination.format == TEXT else {}
        save(destination.file, write(report, **options))
    elif not quiet:
        page = {"colour": terminal.colour(), "width": terminal.width(), "verbose": verbose}
        terminal.write(write(report, **(page if destination.format == TEXT else {})))
