"""Facts about notebooks: what runs without being asked for, and what their kept outputs hold."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class NotebookOutput(Fact):
    """A kept output, or a text cell, that a viewer renders as more than text.

    `kind`: "script" (`<script>`, or JavaScript as its type), "handler" (`onerror=` and others), "frame" (`<iframe>`,
    `<object>`, `<embed>`), "javascript-link". `known`: it is what a plotting library writes (plotly, bokeh, vega ...).
    `shown`: its start, at most 200 characters.
    """

    kind: str
    cell: str
    known: bool
    shown: str


@record
class NotebookOddity(Fact):
    """What a notebook's metadata makes a viewer do, or hides from a reader.

    `kind`: "autorun" (cells that run when it is opened), "hidden-cell" (its source is folded away), "trusted" (it calls
    itself trusted), "far-cell" (code behind many empty lines), "attachment" (a file inside that is no picture).
    """

    kind: str
    shown: str
