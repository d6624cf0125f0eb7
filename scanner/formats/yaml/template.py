"""Templates of YAML (Helm, Jinja): what their actions stand for is unknown, the text around them is YAML."""

from collections.abc import Iterator

from scanner.pattern import pattern

_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_EDGES = pattern(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
# https://pkg.go.dev/text/template#hdr-Actions: those that put out nothing by themselves.
_SILENT = pattern(r"-?\s*(?:if|else|end|range|with|define|block|break|continue|/\*|\$\w+\s*:?=)(?!\w)")

_REST = pattern(r"[^\S\n]*+(?:\n|\Z)")
"""Nothing but blanks up to the end of the line."""


def plain(raw: bytes) -> str | None:
    """Return the text without its actions: a letter where one puts out a value, nothing where it stands alone.

    Lines keep their numbers. None where the bytes are no UTF-8 or hold no action.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    parts: list[str] = []
    position = 0
    for start, end in _actions(text):
        parts += (text[position:start], _instead(text, start, end))
        position = end
    return "".join((*parts, text[position:])) if parts else None


def _actions(text: str) -> Iterator[tuple[int, int]]:
    """Yield where actions lie, in one pass: an action ends at the first end of its kind."""
    wanted, start = "", 0
    for edge in _EDGES.finditer(text):
        if not wanted:
            wanted, start = _ENDS.get(edge[0], ""), edge.start()
        elif edge[0] == wanted:
            yield start, edge.end()
            wanted = ""


def _instead(text: str, start: int, end: int) -> str:
    silent = text[start + 1] != "{" or _SILENT.match(text, start + 2) is not None
    return ("" if silent or _alone(text, start, end) else "x") + "\n" * text.count("\n", start, end)


def _alone(text: str, start: int, end: int) -> bool:
    """Say whether an action has its line to itself. Looks as far as blanks go: a line may hold many actions."""
    while start and text[start - 1] != "\n" and text[start - 1].isspace():
        start -= 1
    return (not start or text[start - 1] == "\n") and _REST.match(text, end) is not None
