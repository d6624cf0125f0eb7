"""What `assay scan` does once its line is understood: scan, write the reports, answer with the exit code."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import judges, terminal
from scanner.finding import Confidence, Severity
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.cli.output import Output
    from scanner.packs.foreign import Foreign
    from scanner.pipeline import Scanned
    from scanner.policy import Policy
    from scanner.report import Report

EXIT_CODES = {"pass": 0, "fail": 1, "incomplete": 3}


def scan(  # noqa: PLR0913 - one parameter an option
    paths: list[str],
    *,
    policy: str | None = None,
    profile: str | None = None,
    baseline: str | None = None,
    update_baseline: bool = False,
    fail_at: Severity | None = None,
    min_confidence: Confidence | None = None,
    report_format: str | None = None,
    output: list[str] | None = None,
    jobs: int | None = None,
    digest: bool = False,
    weights: str | None = None,
    cache: str | None = None,
    base: str | None = None,
    relation: str = "",
    rules: judges.Named | None = None,
    full: bool = False,
    quiet: bool = False,
    verbose: bool = False,
    explain: bool = False,
) -> int:
    """Scan, write the reports and return the verdict's exit code."""
    from scanner import sources, writers
    from scanner.cli.output import DETAILED, outputs

    if full:
        paths = [sources.full(path) for path in paths]
    if update_baseline and baseline is None:
        message = "--update-baseline: name the file with --baseline FILE"
        raise UsageError(message)
    if cache is not None and _inside(Path(cache), paths):
        message = f"--cache {cache} lies inside what is scanned: what is judged does not choose the judge; name another"
        raise UsageError(message)
    if base is None and relation:
        message = "--relation: name the base with --base BASE"
        raise UsageError(message)
    destinations = outputs(report_format, output or [], writers.discover())
    judged_by = _policy(paths, policy, baseline=None if update_baseline else baseline)
    packs = _packs(judged_by, paths, rules)
    judged_by = for_profile(_stricter(judged_by, fail_at, min_confidence), profile)
    report = _scan(
        paths, judged_by, jobs, packs=packs, digest=digest, weights=weights or "auto", cache=cache, quiet=quiet,
        base=base, relation=relation, details=bool(DETAILED & {one.format for one in destinations}),
    )  # fmt: skip
    if update_baseline and baseline is not None:
        return _record(Path(baseline), report)
    shown = {"verbose": verbose, "explain": explain}
    root = str(Path.cwd()) if terminal.links() and all(map(sources.local, paths)) else ""
    for destination in destinations:
        _write(report, destination, shown, quiet=quiet, root=root)
    return EXIT_CODES[report.verdict]


def report_on(paths: Sequence[str], *, policy: str | None, jobs: int | None, quiet: bool = False) -> "Report":
    """Scan for a verb that needs digests too, of files of any size. Raises `UsageError`."""
    wanted = list(paths)
    judged_by = _policy(wanted, policy, baseline=None)
    return _scan(wanted, judged_by, jobs, packs=_packs(judged_by, wanted), digest=True, quiet=quiet)


def observed(
    paths: Sequence[str], *, policy: str | None, jobs: int | None, profile: str | None = None, digest: bool = True
) -> "Scanned":
    """Scan as `report_on` does, and keep the facts. Raises `UsageError`."""
    from scanner import pipeline

    wanted = list(paths)
    progress = terminal.Progress()
    try:
        judged_by = for_profile(_policy(wanted, policy, baseline=None), profile)
        packs = _packs(judged_by, wanted)
        return pipeline.observe(*wanted, policy=judged_by, jobs=jobs, digest=digest, packs=packs, progress=progress)
    finally:
        progress.end()


def here(model: str) -> None:
    """Refuse a model that does not lie on this machine, for a verb that works on files. Raises `UsageError`."""
    from scanner import sources

    if not sources.local(model):
        message = (
            f"{printable(model, 200)}: this works on files of this machine; download the model, and name its folder"
        )
        raise UsageError(message)


def for_profile(policy: "Policy", profile: str | None) -> "Policy":
    """Turn a profile on. Raises `UsageError` for one that the policy does not have."""
    from dataclasses import replace

    if profile is None:
        return policy
    if profile not in policy.known_profiles:
        from scanner.policy_file import unknown_profile

        message = f"--profile: {unknown_profile(profile, policy)}"
        raise UsageError(message)
    return replace(policy, profile=profile)


def _policy(paths: list[str], named: str | None, *, baseline: str | None) -> "Policy":
    from dataclasses import replace

    from scanner import policy_file
    from scanner.baseline import load

    file = Path(named) if named is not None else policy_file.find(Path.cwd())
    if file is not None and named is None and _inside(file, paths):
        terminal.note(f"{file} lies inside what is scanned and is not used; --policy {file} trusts it")
        file = None
    policy = policy_file.load(file)
    return policy if baseline is None else replace(policy, baseline=load(Path(baseline)))


def _packs(policy: "Policy", paths: list[str], named: judges.Named | None = None) -> "tuple[Foreign, ...]":
    return judges.chosen(policy, named or judges.NOBODY, lambda file: _inside(file, paths))


def _inside(file: Path, paths: list[str]) -> bool:
    from scanner import sources

    places = {place for path in paths if (place := sources.place(path)) is not None}
    return any(file.resolve().is_relative_to(place.resolve()) for place in places)


def _stricter(policy: "Policy", fail_at: Severity | None, min_confidence: Confidence | None) -> "Policy":
    from dataclasses import replace

    return replace(policy, fail_at=fail_at or policy.fail_at, min_confidence=min_confidence or policy.min_confidence)


def _scan(  # noqa: PLR0913 - the verb's own arguments, handed through
    paths: list[str],
    policy: "Policy",
    jobs: int | None,
    *,
    digest: bool,
    quiet: bool,
    weights: str = "off",
    cache: str | None = None,
    packs: "Sequence[Foreign]" = (),
    base: str | None = None,
    relation: str = "",
    details: bool = False,
) -> "Report":
    from scanner import pipeline

    progress = terminal.Progress()
    try:
        shown = None if quiet else progress
        return pipeline.scan(
            *paths, policy=policy, jobs=jobs, digest=digest, weights=weights, cache=cache, packs=packs, base=base,
            relation=relation, details=details, progress=shown,
        )  # fmt: skip
    finally:
        progress.end()


def _record(file: Path, report: "Report") -> int:
    from scanner.baseline import record

    count = record(file, report.findings, tool=f"{report.tool.name} {report.tool.version}")
    terminal.say(f"recorded {count} findings in {file}")
    return EXIT_CODES["pass"] if all(one.complete for one in report.examined) else EXIT_CODES["incomplete"]


def _write(report: "Report", destination: "Output", shown: dict[str, bool], *, quiet: bool, root: str) -> None:
    from scanner import writers
    from scanner.cli.output import TEXT, save

    write = writers.discover()[destination.format]
    if destination.file is not None:
        save(destination.file, write(report, **(shown if destination.format == TEXT else {})))
    elif not quiet:
        screen: dict[str, bool | int | str] = {"colour": terminal.colour(), "width": terminal.width(), "base": root}
        terminal.write(write(report, **({**screen, **shown} if destination.format == TEXT else {})))
