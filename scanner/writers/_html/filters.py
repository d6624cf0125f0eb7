"""What narrows the list of findings: words, severities, a stage. Shown once the page's script runs."""

from scanner.finding import STAGES
from scanner.report import Report
from scanner.writers._html.markup import Html, el
from scanner.writers._html.words import GRAVEST_FIRST
from scanner.writers._page import plural


def filters(report: Report) -> Html:
    """Make the form. It is hidden until a script that can use it shows it."""
    there = {"waived" if one.waived else one.severity for one in report.findings}
    kinds = [*(name for name in GRAVEST_FIRST if name in there), *(["waived"] if "waived" in there else [])]
    stages = [stage for stage in STAGES if any(one.stage == stage for one in report.findings)]
    boxes = [
        el(
            "label",
            el("input", type="checkbox", name="s", value=kind, checked=True),
            el("span", kind, class_=f"sev {kind}"),
        )
        for kind in kinds
    ]
    return el(
        "form",
        el("label", el("span", "Search files, rules and evidence", class_="unseen"),
           el("input", type="search", id="words", placeholder="Search", autocomplete="off")),
        el("fieldset", el("legend", "Severity", class_="unseen"), boxes),
        el("label", el("span", "Stage", class_="unseen"),
           el("select", el("option", "All stages", value=""), [el("option", stage, value=stage) for stage in stages],
              id="stage")),
        el("button", "Open all", type="button", id="open"),
        el("button", "Close all", type="button", id="close"),
        el("p", plural(len(report.findings), "finding"), role="status", id="shown", class_="quiet"),
        id="filter", hidden=True, role="search", aria_label="Filter findings",
    )  # fmt: skip
