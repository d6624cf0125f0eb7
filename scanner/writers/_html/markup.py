"""Elements of a page. Text is escaped by what it is: only what `el` made is taken as markup."""

import html
from collections.abc import Iterable, Iterator

from scanner.text import printable

SHOWN_CHARACTERS = 1000
"""Longest text of one element, in characters after escaping."""

VOID = frozenset(("img", "input", "link", "meta"))
"""Elements without content."""


class Html(str):
    """Markup that `el` made."""

    __slots__ = ()


Child = str | Html | Iterable[str | Html] | None

NOTHING = Html("")


def el(_name: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """Make an element. A trailing underscore of an attribute's name is dropped, others become hyphens.

    Attributes that are None or False are left out, those that are True have no value.
    """
    head = _name + "".join(_attributes(attributes))
    return Html(f"<{head}>" if _name in VOID else f"<{head}>{join(*children)}</{_name}>")


def join(*children: Child) -> Html:
    """Put text and elements one after the other."""
    return Html("".join(_flat(children)))


def escaped(text: str, limit: int = SHOWN_CHARACTERS) -> Html:
    """Turn any text into markup that shows it: characters that are not seen, or move others, are spelt out."""
    return Html(html.escape(printable(text, limit)))


def _flat(children: Iterable[Child]) -> Iterator[str]:
    for child in children:
        if isinstance(child, Html):
            yield child
        elif isinstance(child, str):
            yield escaped(child)
        elif child is not None:
            yield from _flat(child)


def _attributes(attributes: dict[str, str | int | bool | None]) -> Iterator[str]:
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        shown = name.rstrip("_").replace("_", "-")
        text = value if isinstance(value, Html) else escaped(str(value))
        yield f" {shown}" if value is True else f' {shown}="{text}"'
