"""Facts about MXNet: operators of a symbol that leave the graph."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class MxnetOperator(Fact):
    """An operator that reaches beyond the graph, with what it is given. One fact for each, `nodes` counts.

    `reaches`: "address" (a number in the file becomes a pointer that is followed while the symbol is loaded),
    "python" (a class that the loading process registered), "script" (text of another framework that is run),
    "file" (read while the graph runs), "library" (an operator that only a library brings).
    `value`: its attribute that says which: the address, name, script or file, cut. `marks` of it as
    `scanner.marks.marks_of` names them; `how` a file leads out of the folder, or "".
    """

    operator: str
    reaches: str
    value: str
    marks: tuple[str, ...]
    how: str
    nodes: int
