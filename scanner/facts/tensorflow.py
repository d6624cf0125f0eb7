"""Facts about TensorFlow files.

`form`: "savedmodel", "metagraph", "graph", "web" (TensorFlow.js) or "state" (the file that names the last checkpoint).
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TensorflowOperator(Fact):
    """An operator that a graph uses. One fact a name and file.

    `node` is the first node of the kind and `scope` the function around it ("" for the main graph); `nodes` counts.
    `constants`: constant texts that reach its inputs, directly or through joins, cut.
    `outside`: those, and texts of its attributes, that are absolute paths, lead upwards or are addresses.
    `defined`: it is the name of a function in the same file.
    """

    form: str
    operator: str
    node: str
    scope: str
    nodes: int
    constants: tuple[str, ...]
    outside: tuple[str, ...]
    defined: bool


@record
class TensorflowAsset(Fact):
    """A file that the loader puts a path together from: an asset, or the last checkpoint of a folder (form "state").

    `how`: how its name leads out of the folder ("url", or as `scanner.members.leads` says), or "".
    """

    form: str
    filename: str
    how: str


@record
class TensorflowCheckpoint(Fact):
    """The index of a checkpoint: how many data files it names, and how many tensors lie in them.

    `slices` counts parts of tensors stored apart, `texts` the tensors of strings.
    """

    shards: int
    tensors: int
    slices: int
    texts: int
