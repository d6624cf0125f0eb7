"""Facts about the texts a model file carries beside its tensors."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class MetadataEntry(Fact):
    """A named text. `value` is cut to 200 characters; `size` is its whole length in characters.

    `place`: "metadata" (of the file), "node" (of a node, graph or function), "doc" (a description), "attribute",
    "tensor" (an element, or a further key of its entry), "producer".
    `kind`: "text", or the type of a value that should have been one ("number", "list", "object", "boolean", "null").
    `marks`: what the whole text holds; see `scanner.marks.marks_of`.
    """

    format: str
    place: str
    key: str
    kind: str
    value: str
    size: int
    marks: tuple[str, ...]


@record
class RepeatedKey(Fact):
    """A key that occurs twice in one mapping. `place`: "header", "tensor", "metadata", "index", "weight_map", "config".

    `identical`: both values are equal, so that no reader is misled.
    """

    format: str
    place: str
    key: str
    identical: bool
