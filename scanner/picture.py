"""A picture of what a model changed: layers against kinds of change, as SVG that stands alone or in a page.

Every cell says its numbers in a title; colours follow the reader's choice of light or dark, and a row is named in
words, so that nothing is told by colour alone.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from scanner.facts import Fact
from scanner.text import printable

KINDS = (
    ("identical", "#8a9aa8"), ("requantized", "#5b8fb0"), ("bits-only", "#b0367a"), ("row-edit", "#c2410c"),
    ("rank-one", "#b91c1c"), ("shared-direction", "#9f1239"), ("edited-copy", "#a21caf"), ("low-rank", "#b7791f"),
    ("full", "#4d7c0f"), ("changed", "#b91c1c"), ("non-finite", "#7c3aed"), ("missing", "#6b7280"),
    ("added", "#0f766e"), ("other-shape", "#0369a1"), ("not-compared", "#6b7280"),
)  # fmt: skip
"""Rows of the picture from top to bottom, with their colours."""

COLUMNS = 128
"""Columns of the picture: of models with more layers, neighbours share one."""

CELL, LEFT, TOP, GAP = 16, 128, 44, 2

_STYLE = (
    ".assay-delta{color-scheme:light dark;--ink:#1f2933;--paper:#ffffff;--line:#d5dbe1;"
    "font:12px/1.2 system-ui,sans-serif}"
    ".assay-delta text{fill:var(--ink)}.assay-delta .paper{fill:var(--paper)}.assay-delta .none{fill:var(--line);"
    "fill-opacity:.35}"
    "@media (prefers-color-scheme:dark){.assay-delta{--ink:#e6eaee;--paper:#14181d;--line:#5a6672}}"
)


class _Column(NamedTuple):
    """Layers `first` to `last`; -1 for what belongs to none."""

    first: int
    last: int

    @property
    def name(self) -> str:
        if self.first < 0:
            return "outside the layers"
        return f"layer {self.first}" if self.first == self.last else f"layers {self.first} to {self.last}"


def delta(facts: Sequence[Fact]) -> str:
    """Draw the `TensorDelta` facts among `facts`; "" where there are none. Pure: the same facts give the same text."""
    from scanner.facts.delta import ModelDelta, TensorDelta

    tensors = [fact for fact in facts if isinstance(fact, TensorDelta)]
    if not tensors:
        return ""
    columns = _columns(max(one.layer for one in tensors), outside=any(one.layer < 0 for one in tensors))
    counts: dict[tuple[str, _Column], int] = {}
    for one in tensors:
        column = next(each for each in columns if each.first <= one.layer <= each.last)
        counts[one.kind, column] = counts.get((one.kind, column), 0) + 1
    known = dict(KINDS)
    kinds = [kind for kind, _ in KINDS if any(key[0] == kind for key in counts)]
    kinds += sorted({key[0] for key in counts} - known.keys())
    model = next((fact for fact in facts if isinstance(fact, ModelDelta)), None)
    names = (model.where.path, model.base) if model else ("the model", "its base")
    return _drawn(kinds, columns, counts, f"What {names[0]} changed against {names[1]}")


def _columns(last: int, *, outside: bool) -> list[_Column]:
    step = -(-(last + 1) // COLUMNS) or 1
    found = [_Column(at, min(at + step - 1, last)) for at in range(0, last + 1, step)]
    return [_Column(-1, -1), *found] if outside else found


def _drawn(kinds: list[str], columns: list[_Column], counts: dict[tuple[str, _Column], int], title: str) -> str:
    width, height = LEFT + len(columns) * CELL + 12, TOP + len(kinds) * CELL + 30
    totals = {column: sum(counts.get((kind, column), 0) for kind in kinds) for column in columns}
    says = ", ".join(f"{sum(counts.get((kind, each), 0) for each in columns)} {kind}" for kind in kinds)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="assay-delta" role="img" viewBox="0 0 {width} {height}"',
        f'width="{width}" height="{height}" aria-labelledby="assay-delta-title assay-delta-desc">',
        f'<title id="assay-delta-title">{_text(title)}</title>',
        '<desc id="assay-delta-desc">Layers from left to right, kinds of change from top to bottom.',
        f"Tensors in all: {_text(says)}.</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}" rx="6"/>',
        f'<text x="8" y="20">{_text(title)}</text>',
    ]
    for row, kind in enumerate(kinds):
        y = TOP + row * CELL
        parts.append(f'<text x="8" y="{y + CELL - 5}">{_text(kind)}</text>')
        for at, column in enumerate(columns):
            parts.append(_cell(kind, column, counts.get((kind, column), 0), totals[column], (LEFT + at * CELL, y)))
    base = TOP + len(kinds) * CELL + 14
    parts.extend(
        f'<text x="{LEFT + at * CELL}" y="{base}">{"-" if column.first < 0 else column.first}</text>'
        for at, column in enumerate(columns)
        if column.first < 0 or (column.first % 8 == 0 or len(columns) <= COLUMNS // 16)
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cell(kind: str, column: _Column, count: int, total: int, at: tuple[int, int]) -> str:
    size = CELL - GAP
    place = f'x="{at[0]}" y="{at[1]}" width="{size}" height="{size}" rx="2"'
    if not count:
        return f'<rect class="none" {place}/>'
    colour = dict(KINDS).get(kind, "#6b7280")
    shade = round(0.35 + 0.65 * count / total, 2)
    says = f"{column.name}: {count} of {total} tensors {kind}"
    return f'<rect {place} fill="{colour}" fill-opacity="{shade}"><title>{_text(says)}</title></rect>'


def _text(value: str) -> str:
    return escape(printable(value, 160), quote=True)
