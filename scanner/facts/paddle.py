"""Facts about programs of PaddlePaddle."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class PaddleOperator(Fact):
    """An operator that leaves the graph, and how many `nodes` use it. One fact for each `target` it is given.

    `reaches`: "python" (a function of the loading process), "file" (read), "output" (a file that is written),
    "network", "library" (a custom operator), or "engine" (a compiled engine in an attribute).
    `target`: the file that an attribute names, "" where it comes from an input or there is none.
    `how`: how it leads out of the folder ("absolute", "parent", "drive", "backslash", "control", "url"), or "".
    """

    operator: str
    reaches: str
    nodes: int
    target: str = ""
    how: str = ""
