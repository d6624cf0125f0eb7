"""Findings by file, the gravest first: what, where with the bytes, why, and what to do."""

from collections.abc import Iterator, Mapping, Sequence

from scanner.details import Excerpt, FileMap
from scanner.facts import Examined
from scanner.finding import Evidence, Finding
from scanner.nesting import SEPARATOR, file_of
from scanner.report import Report, RuleHelp
from scanner.writers._html.excerpts import excerpt
from scanner.writers._html.filters import filters
from scanner.writers._html.groups import FileOfFindings, Group
from scanner.writers._html.maps import file_map
from scanner.writers._html.markup import Html, el, join
from scanner.writers._html.words import badge, code, more, section, tally
from scanner.writers._page import nbytes, plural
from scanner.writers.text import locate

PLACES = 3
"""Places of one finding that are shown; the others are counted."""

HELPED = 400
"""Up to so many groups each says why and what to do; beyond, the first of each rule does, and the others link to it."""

LAID_OUT = 50
"""Findings of one group that are open at first: a browser lays out what is open."""

OPENED = 25
"""Files whose findings are open at first."""

REFERENCE_HOSTS = ("https://",)
CWE = "https://cwe.mitre.org/data/definitions/{}.html"


def findings(report: Report, files: Sequence[FileOfFindings], anchors: Mapping[str, str]) -> Html:
    """Show all findings."""
    if not files:
        return section("findings", "Findings", el("p", "Nothing was found."))
    page = _Page(report, anchors, brief=sum(len(file.groups) for file in files) > HELPED)
    blocks = [page.file(file, opened=at < OPENED) for at, file in enumerate(files)]
    return section("findings", "Findings by file", filters(report), el("div", blocks, id="list"))


class _Page:
    """What all findings of a page share."""

    def __init__(self, report: Report, anchors: Mapping[str, str], *, brief: bool) -> None:
        self.rules = {rule.id: rule for rule in report.rules}
        self.examined = {one.where.path: one for one in report.examined}
        details = report.details
        self.maps: dict[str, FileMap] = {one.path: one for one in details.maps} if details else {}
        quoted = details.excerpts if details else ()
        self.excerpts: dict[tuple[str, int | None, int | None], Excerpt] = {
            (one.path, one.offset, one.line): one for one in quoted
        }
        self.anchors = anchors
        self.brief = brief

    def file(self, file: FileOfFindings, *, opened: bool) -> Html:
        """Show a file: its name, what it is, its map and its findings."""
        every = [one for group in file.groups.values() for one in group.findings]
        counted = [one for one in every if not one.waived]
        drawn = self.maps.get(file.path)
        groups = list(file.groups.values())
        notes = [group for group in groups if _is_note(group)]
        waived = len(every) - len(counted)
        said = ", ".join(filter(None, (tally(counted), f"{waived:,} waived" if waived else "")))
        head = el(
            "summary",
            el("h3", code(file.path or "(no file)")),
            el("span", said, class_="count"),
            el("span", _about(self.examined.get(file.path)), class_="quiet"),
        )
        return el(
            "details",
            head,
            file_map(drawn, _offsets(drawn, counted)) if drawn else None,
            [self._group(file.path, group) for group in groups if group not in notes],
            self._notes(file.path, notes) if notes else None,
            class_="file",
            open=opened,
        )

    def _notes(self, path: str, groups: Sequence[Group]) -> Html:
        """Put away what is no more than said."""
        found = sum(len(group.findings) for group in groups)
        return more(plural(found, "note"), [self._group(path, group) for group in groups], class_="notes")

    def _group(self, path: str, group: Group) -> Html:
        first = group.findings[0]
        rule = self.rules.get(group.rule)
        meta = el(
            "p",
            el("code", group.rule),
            f" \u00b7 {first.confidence} confidence \u00b7 {first.stage}",
            class_="meta quiet",
        )
        return el(
            "article",
            el("h4", badge(first.severity), " ", el("span", first.title)),
            meta,
            el("p", el("strong", "Waived: "), first.waived, class_="waiver") if first.waived else None,
            self._hits(path, group.findings),
            self._help(rule, group.anchor) if rule else None,
            id=group.anchor,
            data_s="waived" if first.waived else first.severity,
            data_g=first.stage,
        )

    def _hits(self, path: str, found: Sequence[Finding]) -> Html:
        items = [el("li", *self._said(path, one)) for one in found]
        shown = el("ul", items[:LAID_OUT], class_="hits")
        if len(items) <= LAID_OUT:
            return shown
        rest = el("ul", items[LAID_OUT:], class_="hits")
        return join(shown, more(plural(len(items) - LAID_OUT, "more finding"), rest, class_="rest"))

    def _said(self, path: str, one: Finding) -> Iterator[Html]:
        """Say what is there once, then each place with its bytes."""
        says = one.evidence[0].says
        yield el("p", says, class_="says", dir="auto")
        places = tuple(dict.fromkeys(one.evidence))
        for at, place in enumerate(places[:PLACES]):
            if place.says != says:
                says = place.says
                yield el("p", says, class_="says", dir="auto")
            yield from self._place(path, place, quoted=at == 0 or not self.brief)
        if len(places) > PLACES:
            yield el("p", f"and {plural(len(places) - PLACES, 'more place')}", class_="quiet")

    def _place(self, path: str, place: Evidence, *, quoted: bool) -> Iterator[Html]:
        named = locate(place.where, path)
        if named:
            yield el("p", named, class_="place", dir="auto")
        found = self.excerpts.get((place.where.path, place.where.offset, place.where.line)) if quoted else None
        if found is not None:
            yield excerpt(found)

    def _help(self, rule: RuleHelp, anchor: str) -> Html:
        if self.brief and self.anchors[rule.id] != anchor:
            return el("p", el("a", "Why, and what to do", href=f"#{self.anchors[rule.id]}"), class_="help")
        links = [_reference(one) for one in rule.references]
        return el(
            "dl",
            el("dt", "Why"), el("dd", rule.why),
            el("dt", "What to do"), el("dd", rule.fix),
            join(el("dt", "See"), el("dd", [join(", " if at else None, one) for at, one in enumerate(links)]))
            if links else None,
            class_="help",
        )  # fmt: skip


def _is_note(group: Group) -> bool:
    return group.findings[0].severity == "info"


def _offsets(drawn: FileMap, found: Sequence[Finding]) -> list[int]:
    """Find the bytes of a file that findings point at: of what lies in a member, where the member starts."""
    members = {span.name: span.start for span in drawn.spans if span.kind == "member"}
    inside = drawn.path + SEPARATOR
    offsets: list[int] = []
    for one in found:
        if one.severity == "info":
            continue
        for where in (place.where for place in one.evidence):
            if where.path == drawn.path and where.offset is not None:
                offsets.append(where.offset)
            elif where.path.startswith(inside):
                member = file_of(where.path[len(inside) :], members)
                offsets.extend(members[name] for name in (member,) if name in members)
    return offsets


def _about(one: Examined | None) -> str:
    if one is None:
        return ""
    parts = [
        nbytes(one.size),
        ", ".join(one.formats) or "no known format",
        "" if one.complete else "not read to its end",
    ]
    return " \u00b7 ".join(filter(None, parts))


def _reference(text: str) -> Html:
    """Link to a reference; a weakness goes by its number."""
    number = text.removeprefix("CWE-")
    address = CWE.format(number) if number.isascii() and number.isdecimal() else text
    if not address.startswith(REFERENCE_HOSTS):
        return join(text)
    return el("a", text.removeprefix("https://"), href=address, rel="noreferrer noopener")
