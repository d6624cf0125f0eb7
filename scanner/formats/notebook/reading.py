"""A notebook: nbformat 3 (worksheets) and 4 (cells)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.artifact import Artifact, Location
from scanner.commands.telling import acts_told
from scanner.facts import Fact, LimitReached
from scanner.facts.notebook import NotebookOddity, NotebookOutput
from scanner.facts.python import PythonModule, PythonUnparsed
from scanner.format import MalformedError
from scanner.formats.python.encoding import decode
from scanner.formats.python.module import Place, module
from scanner.formats.python.reading import hidden
from scanner.json_text import parse
from scanner.limits import Limits
from scanner.pattern import pattern
from scanner.whole import whole

CELLS = 5000
"""Cells that are read."""

OUTPUT_CHARACTERS = 1 << 20
SHOWN = 200

_SHELLS = ("bash", "sh", "cmd", "powershell", "system", "sx", "script", "!")
_PYTHONS = ("time", "timeit", "capture", "prun", "python", "python3", "pypy", "debug", "memit", "mprun", "heat", "px")
_SCRIPT = pattern(r"(?i)<script\b")
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("script", _SCRIPT),
    ("handler", pattern(r"(?i)<[a-z][^<>]{0,400}\son(?:error|load|mouseover|click|focus|toggle|begin)\s*=")),
    ("javascript-link", pattern(r"(?i)(?:href|src|action)\s*=\s*[\"']?\s*javascript:")),
    ("frame", pattern(r"(?i)<(?:iframe|object|embed)\b")),
)
_KNOWN = pattern(
    r"(?i)plotly|bokeh|vega|altair|mathjax|google-colab|colab-df|colab\.research|require\.?js|requirejs|element\.append"
    r"|mpl\.figure|nbAgg|jupyter-widgets|hvplot|holoviews|folium|leaflet|pyvis|d3js|highcharts|shap|ipywidgets|tensorboard"
    r"|wandb|gradio|youtube|sk-container|_repr_|data-jupyter|IPython\.notebook|IPython\.display|mermaid|echarts|lightning"
)


class _Cell(NamedTuple):
    pointer: str
    kind: str
    source: str
    value: dict[str, object]


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a notebook. Raises `MalformedError` where it is no JSON or has no cells."""
    raw = whole(artifact, limits.header_nbytes, "notebook")
    if isinstance(raw, LimitReached):
        yield raw
        return
    document = parse(raw)
    if not isinstance(document, dict) or not isinstance(document.get("cells", document.get("worksheets")), list):
        message = "a notebook has cells"
        raise MalformedError(message, 0)
    metadata = document.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    python = str(language).lower() in ("python", "")
    for count, cell in enumerate(_cells(document)):
        if count == CELLS:
            yield LimitReached(where=artifact.at(), limit="cells", bound=CELLS, unit="cells")
            return
        yield from _metadata(artifact, cell)
        if cell.kind == "code":
            if python:
                yield from _code(artifact, cell)
            yield from _outputs(artifact, cell)
        else:
            yield from _rendered(artifact, cell.pointer, cell.source, cell.kind)


def _cells(document: dict[str, object]) -> Iterator[_Cell]:
    found = document.get("cells")
    if isinstance(found, list):
        yield from (one for number, cell in enumerate(found) for one in _cell(f"/cells/{number}", cell, "source"))
    sheets = document.get("worksheets")
    for place, sheet in enumerate(sheets if isinstance(sheets, list) else ()):
        inside = sheet.get("cells") if isinstance(sheet, dict) else None
        for number, cell in enumerate(inside if isinstance(inside, list) else ()):
            yield from _cell(f"/worksheets/{place}/cells/{number}", cell, "input")


def _cell(pointer: str, cell: object, key: str) -> Iterator[_Cell]:
    if isinstance(cell, dict):
        held = key if key in cell else "source"
        yield _Cell(f"{pointer}/{held}", str(cell.get("cell_type", "")), _text(cell.get(held)), cell)


def _text(value: object) -> str:
    """Join lines: a source is one text or a list of them."""
    if isinstance(value, str):
        return value
    return "".join(one for one in value if isinstance(one, str)) if isinstance(value, list) else ""


def _metadata(artifact: Artifact, cell: _Cell) -> Iterator[NotebookOddity]:
    metadata = cell.value.get("metadata")
    some = metadata if isinstance(metadata, dict) else {}
    where = Location(path=artifact.path, pointer=cell.pointer)
    jupyter = some.get("jupyter")
    if some.get("init_cell") is True or "autorun" in some:
        yield NotebookOddity(where=where, kind="autorun", shown=cell.source[:SHOWN])
    folded = some.get("hide_input") is True or (isinstance(jupyter, dict) and jupyter.get("source_hidden") is True)
    if folded and cell.kind == "code":
        yield NotebookOddity(where=where, kind="hidden-cell", shown=cell.source[:SHOWN])
    if cell.kind == "code" and "\n" * 60 in cell.source:
        yield NotebookOddity(where=where, kind="far-cell", shown=cell.source.strip()[:SHOWN])
    held = cell.value.get("attachments")
    for name, kinds in held.items() if isinstance(held, dict) else ():
        for kind in kinds if isinstance(kinds, dict) else ():
            if not str(kind).startswith("image/"):
                yield NotebookOddity(where=where, kind="attachment", shown=f"{name}: {kind}"[:SHOWN])


def _code(artifact: Artifact, cell: _Cell) -> Iterator[Fact | Artifact]:
    """Yield the facts of a code cell: of Python after magics are taken out, and of lines for a shell."""

    def at(line: int) -> Location:
        return Location(path=artifact.path, pointer=cell.pointer, line=line)

    head, _, rest = cell.source.partition("\n")
    magic = head[2:].split(" ", 1)[0].strip() if head.startswith("%%") else ""
    if magic in _SHELLS:
        yield from acts_told(rest, at(2), "notebook", "asked", lines=True)
        return
    if magic and magic not in _PYTHONS:
        return
    python, shell = _split(f"\n{rest}" if magic else cell.source)
    yield from acts_told(shell, at(1), "notebook", "asked", lines=True)
    source = decode(python.encode("utf-8", "surrogatepass"))
    place = Place(at, "notebook", when="main")
    yield from hidden(source, place)
    for fact in module(source.text, source.words, place):
        # Cells often are no whole module: a demonstration of an error, another kernel's language.
        if not isinstance(fact, PythonModule | PythonUnparsed):
            yield fact


_LINE = pattern(r"^(\s*)(?:[\w, ]+=\s*)?(!{1,2}|%{1,2}(?:sx|system|sc)\s)(.*)$")
_OTHER = pattern(r"^(\s*)(?:[\w, ]+=\s*)?%{1,2}([\w.]+)\b(.*)$|^\s*(?:\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$")
_RUNS = ("time", "timeit", "prun", "memit")


def _split(source: str) -> tuple[str, str]:
    """Take lines for a shell and other magics out of a cell; line numbers stay."""
    python: list[str] = []
    shell: list[str] = []
    for line in source.split("\n"):
        command, other = _LINE.match(line), _OTHER.match(line)
        if command:
            python.append(f"{command[1]}pass")
            shell.append(command[3])
        elif other:
            runs = other[2] in _RUNS
            python.append(f"{other[1]}{other[3].strip()}" if runs else f"{other[1] or ''}pass")
            install = other[2] in ("pip", "conda", "mamba", "uv")
            shell.append(f"{other[2]}{other[3]}" if install else "")
        else:
            python.append(line)
            shell.append("")
    return "\n".join(python), "\n".join(shell)


def _outputs(artifact: Artifact, cell: _Cell) -> Iterator[Fact]:
    held = cell.value.get("outputs")
    around = cell.pointer.rpartition("/")[0]
    for number, output in enumerate(held if isinstance(held, list) else ()):
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        pairs = data.items() if isinstance(data, dict) else output.items()
        for kind, value in pairs:
            name, text = str(kind), _text(value)
            pointer = f"{around}/outputs/{number}"
            if name in ("application/javascript", "text/javascript", "javascript") and text:
                yield _output(artifact, pointer, "script", "code", text)
            elif name in ("text/html", "html", "image/svg+xml", "svg", "text/markdown") and text:
                yield from _rendered(artifact, pointer, text, "code")


def _rendered(artifact: Artifact, pointer: str, text: str, cell: str) -> Iterator[NotebookOutput]:
    text = text[:OUTPUT_CHARACTERS]
    if "<" not in text:
        return
    for kind, form in _FORMS:
        found = form.search(text)
        if found:
            yield _output(artifact, pointer, kind, cell, text[found.start() :], around=text)
            return


def _output(  # noqa: PLR0913, PLR0917 - the fields of the fact
    artifact: Artifact, pointer: str, kind: str, cell: str, text: str, around: str = ""
) -> NotebookOutput:
    return NotebookOutput(
        where=Location(path=artifact.path, pointer=pointer), kind=kind, cell=cell,
        known=_KNOWN.search(around or text) is not None, shown=text[:SHOWN],
    )  # fmt: skip
