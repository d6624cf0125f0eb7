"""The map of a file: what its byte ranges are, as a bar and as a table, with the places of findings."""

from collections.abc import Iterator, Sequence

from scanner.details import FileMap, Span
from scanner.writers._html.markup import Html, el
from scanner.writers._html.words import code, more, table
from scanner.writers._page import nbytes, plural

UNITS = 1000
LEAST = 2
"""The least width of a span and of a mark, in the bar's own units."""

HEIGHT = 14
TICKS = 100

KINDS = {
    "tensor": "tensor",
    "member": "member",
    "hidden": "in no record",
    "content": "content",
    "structure": "headers, directory, padding",
}


def file_map(one: FileMap, offsets: Sequence[int]) -> Html | None:
    """Draw a map. `offsets` are bytes that findings point at. None where there is nothing to tell apart."""
    if not one.size or (len(one.spans) < 2 and not offsets):  # noqa: PLR2004 - a whole of one part is no map
        return None
    kinds = [name for kind, name in KINDS.items() if any(span.kind == kind for span in one.spans)]
    label = f"Map of {nbytes(one.size)}: {', '.join(kinds)}; {plural(len(offsets), 'place')} of findings"
    bar = el(
        "svg",
        list(_rects(one)),
        [el("rect", class_="tick", x=max(0, at * UNITS // one.size - 1), y=0, width=3, height=HEIGHT + 5)
         for at in sorted(set(offsets))[:TICKS]],
        viewBox=f"0 0 {UNITS} {HEIGHT + 5}", preserveAspectRatio="none", role="img", aria_label=label, class_="map",
    )  # fmt: skip
    legend = el("p", [el("span", KINDS[kind], class_=f"key {kind}") for kind in KINDS
                      if any(span.kind == kind for span in one.spans)],
                el("span", "finding", class_="key tick") if offsets else None, class_="legend")  # fmt: skip
    ranges = more(f"{plural(len(one.spans), 'byte range')}", _table(one)) if len(one.spans) > 1 else None
    return el("div", bar, legend, ranges, class_="mapped")


def _rects(one: FileMap) -> Iterator[Html]:
    for number, span in enumerate(one.spans):
        x = span.start * UNITS / one.size
        width = max((span.end - span.start) * UNITS / one.size, LEAST if span.kind == "hidden" else 0)
        shade = " odd" if number % 2 else ""
        hint = f"{span.name or KINDS[span.kind]} {span.detail}, bytes {span.start:,} to {span.end:,}"
        yield el(
            "rect", el("title", hint), class_=span.kind + shade, x=f"{x:.2f}", y=0, width=f"{width:.2f}", height=HEIGHT
        )


def _table(one: FileMap) -> Html:
    rows = (
        (f"{span.start:,}", f"{span.end:,}", nbytes(span.end - span.start), KINDS[span.kind], _named(span))
        for span in one.spans
    )
    return table(("From", "To", "Size", "Kind", "What"), rows, caption="Half-open ranges of bytes", class_="ranges")


def _named(span: Span) -> Html:
    further = f" and {span.count - 1:,} more" if span.count > 1 else ""
    return el("span", code(span.name) if span.name else None, f" {span.detail}{further}".rstrip())
