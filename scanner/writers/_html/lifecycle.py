"""Findings by stage of a model's life: how many of each severity, and which rules found them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scanner.finding import SEVERITIES, STAGES, Finding, Stage
from scanner.report import Report
from scanner.writers._html.markup import Html, el, join
from scanner.writers._html.words import GRAVEST_FIRST, badge, more, section
from scanner.writers._page import plural

MEANINGS: Mapping[Stage, str] = {
    "data": "what the model was trained on",
    "pre-training": "weights, tokenizer and configuration as first made",
    "post-training": "what was changed after training",
    "deployment": "loading and serving it",
    "commercialization": "handing it on, and what licences ask",
}


def lifecycle(report: Report, firsts: Mapping[str, str]) -> Html:
    """Show a table of stages and severities, and the rules below. `firsts` are the anchors of rules' first findings."""
    counted = [one for one in report.findings if not one.waived]
    by_stage = {stage: [one for one in counted if one.stage == stage] for stage in STAGES}
    head = el("tr", el("th", "Stage", scope="col"), [el("th", badge(name), scope="col") for name in GRAVEST_FIRST])
    rows = [el("tr", el("th", _stage(stage), scope="row"), _cells(found)) for stage, found in by_stage.items()]
    made = el(
        "table",
        el("caption", "Findings by stage of a model's life and by severity; waived ones left out.", class_="unseen"),
        el("thead", head),
        el("tbody", rows),
        class_="matrix",
    )
    lists = [
        more(f"{stage.capitalize()}: {plural(len(found), 'finding')} of {plural(_rules(found), 'rule')}",
             _list(report, found, firsts))
        for stage, found in by_stage.items() if found
    ]  # fmt: skip
    return section("stages", "By stage of its life", el("div", made, class_="wide"), lists)


def _rules(found: Iterable[Finding]) -> int:
    return len({one.rule for one in found})


def _stage(stage: Stage) -> Html:
    return join(stage.capitalize(), el("small", MEANINGS[stage]))


def _cells(found: Sequence[Finding]) -> list[Html]:
    counts = Counter(one.severity for one in found)
    return [
        el("td", f"{counts[name]:,}", class_=f"n {name}", data_of=name)
        if counts[name]
        else el("td", "0", class_="none")
        for name in GRAVEST_FIRST
    ]


def _list(report: Report, found: Sequence[Finding], firsts: Mapping[str, str]) -> Html:
    titles = {rule.id: rule.title for rule in report.rules}
    grades: dict[str, int] = {}
    counts = Counter(one.rule for one in found)
    for one in found:
        grades[one.rule] = max(grades.get(one.rule, 0), SEVERITIES.index(one.severity))
    ordered = sorted(counts, key=lambda rule: (-grades[rule], rule))
    return el(
        "ul",
        [
            el("li", badge(SEVERITIES[grades[rule]]), " ", el("a", titles.get(rule, rule), href=f"#{firsts[rule]}"),
               el("span", f" {counts[rule]:,}", class_="quiet") if counts[rule] > 1 else None)
            for rule in ordered
        ],
        class_="rules",
    )  # fmt: skip
