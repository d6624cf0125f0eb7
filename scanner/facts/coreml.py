"""Facts about Core ML models and packages."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class CoremlModel(Fact):
    """A model: the version of its specification, the kinds of model in it (nested ones too), its layers."""

    version: int
    kinds: tuple[str, ...]
    layers: int


@record
class CoremlClass(Fact):
    """A class that the application must bring. `kind`: "model", "layer", or "operator" (of a program)."""

    kind: str
    name: str
    count: int


@record
class CoremlPath(Fact):
    """A file that a model or package refers to. One fact a path.

    `kind`: "linked-model", "weights" (of a program; `@model_path/` stands for its folder), "item" (of a package).
    `how`: how it leads out of the folder ("absolute", "parent", "drive", "backslash", "control", "url"), or "".
    `reads`: how often a program reads the one place in its weights that it reads most often.
    """

    kind: str
    value: str
    how: str
    count: int
    reads: int = 0
