"""Facts about computation graphs: operators, what they reach, and what decides on the input."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class GraphSummary(Fact):
    """One graph file: who wrote it and how much it holds. `graphs` counts nested ones too.

    `training`: it carries graphs that a trainer runs. `operators`: the most used, most frequent first.
    """

    format: str
    producer: str
    version: int
    graphs: int
    nodes: int
    functions: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    operators: tuple[str, ...]
    training: bool


@record
class GraphOperator(Fact):
    """An operator outside the format's own set, and how many `nodes` use it. `version` is its set's, -1 if not said.

    `defined`: the same file defines it as a function of other operators.
    """

    format: str
    domain: str
    operator: str
    version: int
    nodes: int
    defined: bool


@record
class ExternalData(Fact):
    """Tensor data that lies in another file. One fact a location; `tensor` is the first of `tensors` there.

    `how`: how the location leads out of the folder ("absolute", "parent", "drive", "backslash", "control"),
    "empty" (no location), "folder" (it names the folder itself), "url", "memory" (an address), or "".
    `end` is where the last tensor ends, -1 where that is not said; `keys`: keys the format does not know.
    `role`: "tensor", or "context" (a compiled part of the graph that an execution provider loads).
    """

    format: str
    tensor: str
    tensors: int
    location: str
    how: str
    end: int
    keys: tuple[str, ...]
    role: str = "tensor"


@record
class ExternalMismatch(Fact):
    """Tensor data that another file should hold, and that file.

    `how`: "missing" (not there), "short" (`found` bytes, `expected` needed), "long" (more than needed, where a format
    has no room for more), "link" (a symbolic link),
    "hardlink" (a hard link of an archive).
    """

    format: str
    location: str
    how: str
    expected: int
    found: int


@record
class GraphCondition(Fact):
    """A choice that depends on values of the graph's input (not on its shape).

    `operator` chooses ("Where", "If", "Loop", or "Mul" for a gate); `comparison` is what it looks at ("Equal").
    `compared`: that is a comparison, or an operator that cuts a value off ("Relu"), not whatever made the value.
    `constants`: constants compared with, as text. `fixed`: one of the choices does not depend on the input.
    `value`: the fixed choice where it is a small constant, as text ("" otherwise).
    `raw`: no trained layer lies between the input and the comparison.
    `over`: another of the choices comes from a trained layer, so that the layer can be passed over.
    `distance`: nodes between the choice and the nearest output of the model; those that only hand a value on
    are not counted.
    `scope`: "" for the main graph, otherwise the name of the node or function around it.
    `count`: choices of this kind folded into one fact; the nearest is shown.
    """

    format: str
    operator: str
    comparison: str
    constants: tuple[str, ...]
    fixed: bool
    value: str
    raw: bool
    distance: int
    scope: str
    node: str
    count: int
    over: bool = False
    compared: bool = True
