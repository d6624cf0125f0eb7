"""A report as one page: nothing is fetched, nothing that was scanned can run in it, and it reads without its script."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scanner.report import Report
from scanner.writers._html import annex, first, head, lifecycle
from scanner.writers._html.findings import findings
from scanner.writers._html.groups import by_file, firsts
from scanner.writers._html.markup import Html, el, join

PARTS = Path(__file__).with_name("_html")


def write(report: Report, /) -> str:
    """Write a report as HTML, pure ASCII, so that no encoding can change what it says."""
    style, script = _part("style.css"), _part("script.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    top = el(
        "head",
        el("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"{head.WORDS[report.verdict]}: model scan report"),
        el("link", rel="icon", href="data:,"),
        Html(f"<style>{style}</style>"),
    )
    page = el("html", top, el("body", _body(report), Html(f"<script>{script}</script>")), lang="en")
    return f"<!DOCTYPE html>\n{page}\n".encode("ascii", "xmlcharrefreplace").decode("ascii")


def _body(report: Report) -> Html:
    parts = list(_sections(report))
    return join(
        el("a", "Skip to the findings", href="#findings", class_="skip"),
        head.header(report),
        head.navigation([(id_, title) for id_, title, _ in parts]),
        el("main", [part for _, _, part in parts]),
        el("footer", el("p", f"Written by {report.tool.name} {report.tool.version}. The same files, rules and policy "
                             "give the same report.")),
    )  # fmt: skip


def _sections(report: Report) -> Iterator[tuple[str, str, Html]]:
    found = by_file(report)
    anchors = firsts(found)
    details = report.details
    if any(one.severity in first.GRAVE and not one.waived for one in report.findings):
        yield "first", "First", first.first(report, anchors)
    if report.findings:
        yield "stages", "Stages", lifecycle.lifecycle(report, anchors)
    yield "findings", "Findings", findings(report, found, anchors)
    if report.obligations:
        yield "obligations", "Licences", annex.obligations(report.obligations)
    if details is not None:
        yield "origin", "Origin", annex.origin(details)
    if details is not None and details.weights:
        yield "weights", "Weights", annex.weights(details)
    if details is not None and details.changed:
        yield "changed", "Changes", annex.changed(details.changed)
    first_of = {file.path: next(iter(file.groups.values())).anchor for file in found}
    yield "files", "Files", annex.files(report, first_of)


@cache
def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="ascii").strip()


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("ascii")).digest()).decode("ascii")
