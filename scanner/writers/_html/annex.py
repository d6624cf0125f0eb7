"""The rest of a page: what licences ask for, origins, signatures, weights, and every file."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.details import Changed, Details
from scanner.facts import Examined
from scanner.report import Due, Report
from scanner.writers._duties import NO_ADVICE, duty
from scanner.writers._html.maps import file_map
from scanner.writers._html.markup import Html, el, join
from scanner.writers._html.words import code, more, section, table
from scanner.writers._page import nbytes, plural

STATES = {"missing": "\u2715 missing", "met": "\u2713 met", "open": "\u25cb not seen from files"}
RANKS = ("missing", "open", "met")

METHODS = {"key": "a key", "certificate": "a certificate", "sigstore": "Sigstore", "": "no known method"}

UNITS = 1000

LISTED = 2000
"""Files of the list; those not read to their end come first, further ones are counted."""


def obligations(dues: Sequence[Due]) -> Html:
    """Show what licences ask for: what is missing first."""
    missing = sum(one.state == "missing" for one in dues)
    rows = (
        (
            join(duty(one)),
            el("span", STATES.get(one.state, one.state), class_=f"state {one.state}"),
            join(code(one.satisfied_by)) if one.satisfied_by else "",
            join(one.license, f" of {one.parent}" if one.parent else None),
            _clause(one),
            code(one.path),
        )
        for one in sorted(dues, key=lambda one: (RANKS.index(one.state) if one.state in RANKS else 0, one.path))
    )
    note = f"{missing:,} of {plural(len(dues), 'obligation')} missing. {NO_ADVICE}"
    made = table(("Asks for", "State", "Met by", "Licence", "Clause", "Where"), rows, caption="Obligations")
    return section("obligations", "What licences ask for", made, note=note)


def _clause(one: Due) -> Html:
    if not one.source.startswith("https://"):
        return join(one.clause or one.source)
    return el("a", one.clause or "text", href=one.source, rel="noreferrer noopener")


def origin(details: Details) -> Html:
    """Show what repositories come from, and the signatures that lie beside them."""
    parts: list[Html] = []
    if details.origins:
        rows = (
            (code(one.parent), one.relation.replace("_", " "), one.parent_license or "not known",
             one.license or "not known", "yes" if one.agrees else "no", code(one.path))
            for one in details.origins
        )  # fmt: skip
        head = ("Comes from", "As", "Its licence", "Licence here", "The same", "Said by")
        parts.append(table(head, rows, caption="Lineage, as the files state it"))
    if details.signatures:
        signed = (
            (code(one.path), METHODS.get(one.method, one.method), code(one.signer) if one.signer else "",
             f"{one.resources:,}", f"\u2715 {one.mismatched:,}" if one.mismatched else "0", code(one.predicate))
            for one in details.signatures
        )  # fmt: skip
        head = ("Signature", "By", "Signer's hint", "Files listed", "Other content", "Statement")
        parts.append(table(head, signed, caption="Signatures beside the model; assay verify says whether they hold"))
    else:
        parts.append(el("p", "No signature lies beside these files."))
    return section("origin", "Origin and signatures", parts)


def weights(details: Details) -> Html:
    """Show how far the numbers in tensors were looked at."""
    rows = (
        (code(one.path), f"{one.measured:,} of {one.tensors:,}", f"{nbytes(one.read_nbytes)} of {nbytes(one.nbytes)}",
         _share(one.read_nbytes, one.nbytes))
        for one in details.weights
    )  # fmt: skip
    profile = details.weights[0].profile
    made = table(("File", "Tensors", "Bytes", "Share"), rows, caption=f"Numbers looked at, profile {profile}")
    return section("weights", "Weights", made)


def changed(ones: Sequence[Changed]) -> Html:
    """Show what a model changed against its base. The picture is an image, in which nothing of a name can run."""
    parts: list[Html] = []
    for one in ones:
        content = base64.b64encode(one.picture.encode("utf-8", "backslashreplace")).decode("ascii")
        said = f"What {one.path} changed against {one.base}: {one.says}."
        shown = el("img", alt=said, src=Html("data:image/svg+xml;base64," + content))
        parts.append(el("p", "Against ", code(one.base), f": {one.says}."))
        parts.append(
            el("div", shown, class_="wide picture", tabindex=0, role="region", aria_label="Picture of changes")
        )
    return section("changed", "Changes against its base", parts)


def _share(part: int, whole: int) -> Html:
    if not whole:
        return join("none to measure")
    bar = el(
        "svg",
        el("rect", class_="all", width=UNITS, height=8, rx=4),
        el("rect", class_="read", width=UNITS * part // whole, height=8, rx=4),
        viewBox=f"0 0 {UNITS} 8", preserveAspectRatio="none", class_="bar", aria_hidden="true", focusable="false",
    )  # fmt: skip
    return el("div", bar, f"{100 * part // whole} %", class_="share")


def files(report: Report, anchors: Mapping[str, str]) -> Html:
    """List every file; those that were not read to their end come first."""
    ordered = sorted(report.examined, key=lambda one: (one.complete, one.where.path))
    rows = (_file(one, anchors) for one in ordered[:LISTED])
    head = ("File", "Read", "Size", "Formats", "SHA-256")
    listed = table(head, rows, caption="Every file that was examined", class_="files")
    rest = len(ordered) - LISTED
    unread = sum(not one.complete for one in ordered)
    return section(
        "files",
        "Files",
        more(plural(len(ordered), "file"), listed, open_=len(ordered) <= 50 or bool(unread)),  # noqa: PLR2004 - a page
        el("p", f"and {plural(rest, 'more file')}; the JSON report names all.") if rest > 0 else join(),
        list(_maps(report, anchors)),
    )


def _file(one: Examined, anchors: Mapping[str, str]) -> Iterator[str | Html]:
    path = one.where.path
    name = code(path)
    yield el("a", name, href=f"#{anchors[path]}") if path in anchors else name
    yield el("span", "\u2713 to the end" if one.complete else "\u2715 not to the end",
             class_="state met" if one.complete else "state missing")  # fmt: skip
    yield nbytes(one.size)
    yield ", ".join(one.formats) or "no known format"
    yield el("code", one.sha256[:16], title=one.sha256) if one.sha256 else "not computed"


def _maps(report: Report, anchors: Mapping[str, str]) -> Iterable[Html]:
    """Draw the files that have no findings; the others are drawn beside them."""
    for one in report.details.maps if report.details else ():
        drawn = file_map(one, ()) if one.path not in anchors else None
        if drawn is not None:
            yield el("div", el("h3", code(one.path)), drawn, class_="drawn")
    if report.details and report.details.unmapped:
        yield el("p", f"{plural(report.details.unmapped, 'file')} not mapped.", class_="quiet")
