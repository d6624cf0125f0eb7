"""Quoted bytes as text or in hexadecimal, with those that a finding points at marked."""

from collections.abc import Iterator, Sequence

from scanner.details import Excerpt
from scanner.text import printable
from scanner.writers._html.markup import Html, el, escaped, join

ROW = 16
HALF = 8
"""Bytes of a line, and those before its middle."""

SHOWN_NBYTES = 512
"""Bytes of one excerpt that are shown."""

HIDDEN = "\u2022"
"""Stands for a byte that is held back."""

Cell = tuple[str, bool]
"""What is shown of a byte or character, and whether it is marked."""


def excerpt(one: Excerpt) -> Html:
    """Show an excerpt: lines of text as they read, all else as bytes."""
    pairs = [one.shown[at : at + 2] for at in range(0, min(len(one.shown), 2 * SHOWN_NBYTES), 2)]
    text = _text(pairs, one)
    if text is not None:
        return el("pre", _runs(text), class_="text", aria_label="Text at this place")
    rows = [_row(pairs, at, one) for at in range(0, len(pairs), ROW)]
    return el("pre", rows, class_="hex", aria_label=f"Bytes at {one.start + one.mark}")


def _text(pairs: Sequence[str], one: Excerpt) -> list[Cell] | None:
    """Decode to characters, each marked or not; None for what is no text. A line is text whatever it holds."""
    raw = bytes(0 if pair == "--" else int(pair, 16) for pair in pairs)
    held = [pair == "--" for pair in pairs]
    cells: list[Cell] = []
    at = 0
    whole = one.line is not None
    for character in raw.decode("utf-8", "replace" if whole else "surrogateescape"):
        low = 0xDC80 <= ord(character) <= 0xDCFF  # noqa: PLR2004 - a byte that is no UTF-8
        width = 1 if low or character == "\ufffd" else len(character.encode("utf-8", "surrogatepass"))
        hidden = at < len(held) and held[at]
        if not (whole or hidden or character.isprintable() or character in "\t\r\n"):
            return None
        marked = not whole and one.mark <= at < one.mark + one.marked
        cells.append((HIDDEN if hidden else character, marked))
        at += width
    return cells


def _runs(cells: Sequence[Cell]) -> Iterator[Html]:
    """Put neighbours of one kind together, so that there are few elements."""
    start = 0
    for at in range(1, len(cells) + 1):
        if at == len(cells) or cells[at][1] != cells[start][1]:
            run = "".join(_visible(text) for text, _ in cells[start:at])
            yield el("mark", Html(run)) if cells[start][1] else Html(run)
            start = at


def _visible(character: str) -> str:
    return character if character == "\n" else escaped(printable(character, 12))


def _row(pairs: Sequence[str], at: int, one: Excerpt) -> Html:
    row = pairs[at : at + ROW]
    marks = [one.mark <= at + index < one.mark + one.marked for index in range(len(row))]
    spaced: list[Cell] = []
    for index, pair in enumerate(row):
        spaced.append((pair, marks[index]))
        spaced.append(
            (" " if index % HALF != HALF - 1 else "  ", marks[index] and marks[index + 1 : index + 2] == [True])
        )
    shown = [(_letter(pair), mark) for pair, mark in zip(row, marks, strict=True)]
    return join(
        el("span", el("b", f"{one.start + at:08x}"), el("i", _runs(spaced)), el("s", _runs(shown))),
        Html("\n"),
    )


def _letter(pair: str) -> str:
    if pair == "--":
        return HIDDEN
    character = chr(int(pair, 16))
    return character if character.isascii() and character.isprintable() else "."
