"""Words and marks that several parts of a page share."""

from collections import Counter
from collections.abc import Iterable

from scanner.finding import SEVERITIES, Finding, Severity
from scanner.writers._html.markup import Html, el, join
from scanner.writers._page import plural

GRAVEST_FIRST: tuple[Severity, ...] = tuple(reversed(SEVERITIES))


def badge(severity: Severity) -> Html:
    """Show a severity as its word, with as many filled dots as it is grave."""
    return el("span", severity, class_=f"sev {severity}")


def code(text: str) -> Html:
    """Show what a file says of itself, so that its letters do not move those around it."""
    return el("code", text, dir="auto")


def tally(findings: Iterable[Finding]) -> str:
    """Count by severity: "2 critical, 1 low"."""
    counts = Counter(one.severity for one in findings)
    return ", ".join(f"{counts[name]:,} {name}" for name in GRAVEST_FIRST if counts[name])


def table(head: Iterable[str], rows: Iterable[Iterable[str | Html]], *, caption: str, class_: str = "") -> Html:
    """Make a table whose first column heads its rows."""
    columns = el("thead", el("tr", [el("th", name, scope="col") for name in head]))
    lines = []
    for row in rows:
        first, *others = row
        lines.append(el("tr", el("th", first, scope="row"), [el("td", cell) for cell in others]))
    made = el("table", el("caption", caption, class_="quiet"), columns, el("tbody", lines))
    return el("div", made, class_=f"wide {class_}".strip(), tabindex=0, role="region", aria_label=caption)


def section(id_: str, title: str, *content: Html | Iterable[Html], note: str = "") -> Html:
    """Make a part of the page with its heading."""
    heading = el("h2", title, id=id_)
    return el("section", heading, el("p", note, class_="note") if note else None, join(*content), aria_labelledby=id_)


def more(summary: str | Html, *content: Html | Iterable[Html], open_: bool = False, class_: str | None = None) -> Html:
    """Hide content behind a line that opens it."""
    return el("details", el("summary", summary), join(*content), open=open_, class_=class_)


def counted(count: int, noun: str) -> str:
    """Count a noun."""
    return plural(count, noun)
