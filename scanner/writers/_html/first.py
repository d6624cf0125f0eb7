"""What to do first: the gravest rules, where they found something, and the remedy of each."""

from collections.abc import Mapping

from scanner.finding import SEVERITIES, Finding
from scanner.nesting import file_of
from scanner.report import Report
from scanner.writers._html.markup import Html, el
from scanner.writers._html.words import badge, code, section
from scanner.writers._page import plural

GRAVE = frozenset(("critical", "high"))

SHOWN = 5


def first(report: Report, anchors: Mapping[str, str]) -> Html:
    """List the gravest rules by severity, then by how many files they concern."""
    files = {one.where.path for one in report.examined}
    by_rule: dict[str, list[Finding]] = {}
    for one in report.findings:
        if one.severity in GRAVE and not one.waived:
            by_rule.setdefault(one.rule, []).append(one)
    where = {
        rule: sorted({file_of(one.evidence[0].where.path, files) for one in found}) for rule, found in by_rule.items()
    }
    grades = {rule: max(SEVERITIES.index(one.severity) for one in found) for rule, found in by_rule.items()}
    ordered = sorted(by_rule, key=lambda rule: (-grades[rule], -len(where[rule]), rule))
    fixes = {rule.id: rule.fix for rule in report.rules}
    items = [
        el("li", el("div",
            el("p", badge(SEVERITIES[grades[rule]]), el("a", by_rule[rule][0].title, href=f"#{anchors[rule]}")),
            el("p", code(where[rule][0]),
               f" and {plural(len(where[rule]) - 1, 'more file')}" if len(where[rule]) > 1 else None, class_="quiet"),
            el("p", fixes.get(rule, "")),
        ))
        for rule in ordered[:SHOWN]
    ]  # fmt: skip
    rest = len(ordered) - SHOWN
    note = f"{plural(rest, 'more rule')} of these severities found something; see the findings." if rest > 0 else ""
    return section(
        "first", "What to do first", el("ol", items, class_="first"), el("p", note, class_="note") if note else []
    )
