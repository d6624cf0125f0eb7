"""The end of a text report: the verdict, what was read, and what was not."""

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.facts import Examined
from scanner.finding import CONFIDENCES, SEVERITIES, Finding
from scanner.nesting import file_of
from scanner.report import Report
from scanner.text import printable
from scanner.writers._duties import duties
from scanner.writers._page import Page, nbytes, plural

DEFAULT_POLICY = "default"
"""The name of the policy that no file changes."""

UNREAD_SHOWN = 20
"""Files not read to their end that are named; the others are counted."""

READING = "integrity"
"""The pack whose rules say why a file was not read to its end."""

INDENT = 2
HANG = 11


def summary(page: Page, report: Report, *, verbose: bool) -> None:
    """Add the verdict and how far was looked."""
    counted = [finding for finding in report.findings if not finding.waived]
    page.entry(f"{report.verdict.upper()}  ", report.verdict, headline(report), indent=0, hang=2)
    for label, text in _rows(report, counted, verbose=verbose):
        page.entry(label.ljust(HANG), "quiet", text, indent=INDENT, hang=HANG)


def fails(finding: Finding, report: Report) -> bool:
    """Say whether a finding reaches the gate of the report's policy."""
    return (
        not finding.waived
        and SEVERITIES.index(finding.severity) >= SEVERITIES.index(report.gate.fail_at)
        and CONFIDENCES.index(finding.confidence) >= CONFIDENCES.index(report.gate.min_confidence)
    )


def headline(report: Report) -> str:
    """Say the verdict's reason in a few words."""
    counted = [finding for finding in report.findings if not finding.waived]
    total, unread = len(report.examined), sum(not one.complete for one in report.examined)
    found = _by_severity(counted)
    if report.verdict == "fail":
        return f"{found} in {plural(_files_with(report, counted), 'file')}"
    if report.verdict == "incomplete":
        return f"{unread:,} of {plural(total, 'file')} not read to the end; {found or 'nothing found'} in what was read"
    if not total:
        return "no file was examined"
    if found:
        return f"{found}: nothing that fails the policy"
    return "nothing found" if len(counted) == len(report.findings) else "nothing found but what is waived"


def _files_with(report: Report, counted: list[Finding]) -> int:
    files = {one.where.path for one in report.examined}
    return len({file_of(one.evidence[0].where.path, files) for one in counted if one.severity != "info"})


def _by_severity(counted: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in counted)
    return ", ".join(f"{counts[name]:,} {name}" for name in reversed(SEVERITIES) if counts[name] and name != "info")


def _rows(report: Report, counted: list[Finding], *, verbose: bool) -> Iterator[tuple[str, str]]:
    yield "read", _read(report.examined)
    if left := not_read(report):
        yield "not read", left
    if any(one.formats for one in report.examined):
        yield "formats", _formats(report.examined)
    yield from _unread(report)
    yield from duties(report.obligations, verbose=verbose)
    notes = Counter(finding.title for finding in counted if finding.severity == "info")
    if notes:
        yield "noted", _times(notes) + (". --verbose shows where." if not verbose else "")
    waived = Counter(finding.waived for finding in report.findings if finding.waived)
    if waived:
        yield "waived", _times(waived)
    policy = f"{report.policy.name} policy" if report.policy.name == DEFAULT_POLICY else f"policy {report.policy.name}"
    digests = f"rules {report.ruleset.sha256[:12]}, {policy} {report.policy.sha256[:12]}"
    yield "judged by", f"{report.tool.name} {report.tool.version}, {printable(digests, 200)}"


def _read(examined: tuple[Examined, ...]) -> str:
    size = nbytes(sum(one.size for one in examined))
    if rest := sum(_left(one) for one in examined):
        size = f"{nbytes(sum(one.size for one in examined) - rest)} of {size}"
    unread = sum(not one.complete for one in examined)
    if not examined:
        return "nothing"
    if not unread:
        return f"{plural(len(examined), 'file')}, {size}, all {'as far as readers ask' if rest else 'to the end'}"
    return f"{plural(len(examined), 'file')}, {size}; {len(examined) - unread:,} to the end, {unread:,} not"


def _left(one: Examined) -> int:
    """Count the bytes that no reader asked for: of a remote file, or of one that none reads."""
    return one.size - one.bytes_examined if one.complete else 0


def not_read(report: Report) -> str:
    """Say what a verdict leaves out; "" where nothing is left."""
    left = [one for one in map(_left, report.examined) if one]
    where = f"{nbytes(sum(left))} in {plural(len(left), 'file')}"
    return f"{where}: known by headers, first bytes or the store's list, not read" if left else ""


def _formats(examined: tuple[Examined, ...]) -> str:
    counts = Counter(name for one in examined for name in one.formats)
    unknown = sum(not one.formats for one in examined)
    names = [f"{counts[name]:,} {name}" for name in sorted(counts, key=lambda name: (-counts[name], name))]
    return ", ".join([*names, f"{unknown:,} of no known format"] if unknown else names)


def _unread(report: Report) -> Iterator[tuple[str, str]]:
    files = {one.where.path for one in report.examined if not one.complete}
    reading = {rule.id for rule in report.rules if rule.pack == READING}
    causes: dict[str, list[str]] = {}
    for finding in report.findings:
        file = file_of(finding.evidence[0].where.path, files)
        if finding.rule in reading and finding.title not in causes.setdefault(file, []):
            causes[file].append(finding.title)
    for count, file in enumerate(sorted(files)):
        if count == UNREAD_SHOWN:
            yield "", f"and {plural(len(files) - count, 'more file')}"
            return
        cause = "; ".join(causes.get(file, ["no rule says why"]))
        yield "" if count else "unread", f"{printable(file, 200)}: {printable(cause, 200)}"


def _times(counts: Counter[str]) -> str:
    return "; ".join(f"{printable(text, 200)} ({count:,})" for text, count in sorted(counts.items()))
