"""Facts about ensembles of decision trees."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TreeModel(Fact):
    """An ensemble. `encoding`: "json", "ubjson", "binary", "text", "flatbuffer". -1 stands for what is not said."""

    format: str
    encoding: str
    version: str
    objective: str
    trees: int
    nodes: int
    features: int


@record
class TreeReference(Fact):
    """An index or a length of an ensemble that leads nowhere. One fact for each kind and tree.

    `what`: "child" (a node's child is not there), "shape" (a node is the child of two nodes, or the root of one),
    "parent", "feature" (a split looks at a feature that is not there), "length" (an array does not have one entry a
    node), "categories" (a range outside the categories), "trees" (another number of trees than declared).
    `index` is what is referred to or found, `count` how many there are. `tree` is counted from 0, -1 for the ensemble.
    """

    format: str
    what: str
    tree: int
    index: int
    count: int
