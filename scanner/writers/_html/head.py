"""The top of a page: the verdict, what it rests on, and where to go from here."""

from collections import Counter
from collections.abc import Iterator

from scanner.report import Report
from scanner.writers._html.markup import Html, el, join
from scanner.writers._html.words import code
from scanner.writers._page import nbytes, plural
from scanner.writers._summary import headline, not_read

WORDS = {"pass": "Pass", "fail": "Fail", "incomplete": "Incomplete"}

MEANINGS = {
    "pass": "Every file was read to its end, and nothing that was found reaches the bar of the policy.",
    "fail": "At least one finding reaches the severity and the confidence at which the policy refuses.",
    "incomplete": "Nothing that was found fails the policy, but something was not read to its end. This is no pass.",
}

UNITS = 1000
"""Width of a bar, in its own units."""


def header(report: Report) -> Html:
    """Say the verdict and how far was looked."""
    verdict = el(
        "div",
        el("p", "Model scan report", class_="kicker"),
        el("h1", el("span", "Verdict: ", class_="unseen"), el("span", WORDS[report.verdict])),
        el("p", _sentence(report), class_="lead"),
        el("p", MEANINGS[report.verdict], class_="note"),
    )
    coverage = el("section", el("h2", "Coverage", id="coverage"), _coverage(report), aria_labelledby="coverage")
    return el("header", verdict, coverage, class_=f"top {report.verdict}")


def _sentence(report: Report) -> str:
    said = headline(report)
    return f"{said[:1].upper()}{said[1:]}."


def _coverage(report: Report) -> Html:
    total = len(report.examined)
    size = sum(one.size for one in report.examined)
    whole = [one for one in report.examined if one.complete]
    read = sum(one.size for one in whole)
    share = (UNITS * len(whole) // total) if total else 0
    bar = el(
        "svg",
        el("rect", class_="all", width=UNITS, height=8, rx=4),
        el("rect", class_="read", width=share, height=8, rx=4),
        viewBox=f"0 0 {UNITS} 8", preserveAspectRatio="none", class_="bar", aria_hidden="true", focusable="false",
    )  # fmt: skip
    said = f"{len(whole):,} of {plural(total, 'file')} read to the end" if total else "No file was examined"
    unread = total - len(whole)
    return join(
        el("p", el("strong", said), f", {nbytes(read)} of {nbytes(size)}", class_="said"),
        bar,
        el("p", f"{plural(unread, 'file')} not read to the end: listed first under ", el("a", "files", href="#files"),
           class_="warn") if unread else None,
        el("dl", [join(el("dt", name), el("dd", value)) for name, value in _facts(report)]),
    )  # fmt: skip


def _facts(report: Report) -> Iterator[tuple[str, str | Html]]:
    if left := not_read(report):
        yield "Not read", left
    formats = Counter(name for one in report.examined for name in one.formats)
    if formats:
        yield "Formats", ", ".join(name for name, _ in sorted(formats.items(), key=lambda pair: (-pair[1], pair[0])))
    if report.details is not None and report.details.weights:
        read = sum(one.read_nbytes for one in report.details.weights)
        yield "Weights", f"{nbytes(read)} of {nbytes(sum(one.nbytes for one in report.details.weights))} measured"
    waived = sum(bool(one.waived) for one in report.findings)
    if waived:
        yield "Waived", plural(waived, "finding")
    yield "Policy", join(code(report.policy.name), " ", _digest(report.policy.sha256))
    yield "Its bar", f"{report.gate.fail_at} severity with {report.gate.min_confidence} confidence"
    yield "Rules", join(report.ruleset.name, " ", _digest(report.ruleset.sha256))
    yield "Program", f"{report.tool.name} {report.tool.version}"


def _digest(sha256: str) -> Html:
    return el("code", sha256[:12], title=f"SHA-256 {sha256}", class_="quiet")


def navigation(parts: list[tuple[str, str]]) -> Html:
    """Link to the parts of the page that there are."""
    return el("nav", el("ul", [el("li", el("a", title, href=f"#{id_}")) for id_, title in parts]),
              aria_label="Parts of this report")  # fmt: skip
