"""Facts about TensorFlow Lite (LiteRT) models."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TfliteOperator(Fact):
    """An operator that the model declares and how many nodes use it. Built-in operators are told in the summary.

    `kind`: "custom" (a name that the application registers), "flex" (an operator of TensorFlow, its name without
    "Flex"), "unknown" (a number beyond the known ones).
    """

    operator: str
    kind: str
    nodes: int


@record
class TfliteReference(Fact):
    """An index or a range of the model that leads nowhere.

    `what`: "tensor-buffer", "operator-code", "operator-tensor", "graph-input", "graph-output", "metadata-buffer",
    "signature-tensor", "signature-graph", "buffer-range" (bytes outside the file), "options-range", "shape"
    (a negative dimension), "tensor-range" (more bytes by shape and type than the buffer has; counts are bytes).
    `name` is the tensor, operator or metadata; `index` is what it refers to, `count` how many there are.
    """

    what: str
    name: str
    index: int
    count: int


@record
class TfliteModel(Fact):
    """A model: version of its schema, and where its structure ends; a zip of associated files may follow.

    `extent`: the byte behind the last table, vector or buffer that was met. `metadata`: names of its entries.
    """

    version: int
    extent: int
    buffers: int
    metadata: tuple[str, ...]
