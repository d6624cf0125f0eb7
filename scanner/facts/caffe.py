"""Facts about networks and solvers of Caffe, in protobuf's binary or text form."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class CaffeLayer(Fact):
    """A type of layer and how many `nodes` of the network are of it. Types of version 1 are numbers: then their name.

    `version`: 2 for `layer`, 1 for `layers`, 0 for layers inside those.
    """

    type: str
    version: int
    nodes: int


@record
class CaffePython(Fact):
    """A layer in Python: Caffe imports `module` and calls `layer` of it. One fact a place.

    `package` is the first segment of the module; `name` the layer's name in the network.
    `parameter`: the text that the layer gets, cut; `marks` as `scanner.marks.marks_of` names them.
    """

    module: str
    package: str
    layer: str
    name: str
    parameter: str
    marks: tuple[str, ...]


@record
class CaffePath(Fact):
    """A file or folder that a layer or solver names. One fact a key and value.

    `key`: parameter and field ("data_param.source", "snapshot_prefix"). `written`: Caffe writes there, or reads.
    `how`: how it leads out of the folder ("absolute", "parent", "drive", "backslash", "control", "url"), or "".
    """

    key: str
    value: str
    written: bool
    how: str
    count: int
