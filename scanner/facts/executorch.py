"""Facts about programs of ExecuTorch."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ExecutorchProgram(Fact):
    """A program: its schema's `version`, the names of its methods, and what lies behind the FlatBuffer.

    `segments` counts blocks of data, `external` tensors whose data another file must bring; `named`: keys of data.
    """

    version: int
    methods: tuple[str, ...]
    segments: int
    external: int
    named: tuple[str, ...]


@record
class ExecutorchDelegate(Fact):
    """A backend that the program hands parts of itself to, by the name it is looked up with. One fact a name.

    `parts` counts them, `size` is the sum of their bytes.
    """

    backend: str
    parts: int
    size: int


@record
class ExecutorchReference(Fact):
    """An index or a range of the program that leads nowhere. One fact a kind.

    `what`: "operator", "delegate", "value", "instruction" (a jump), "delegate-data", "segment", "segment-range" (bytes
    outside the file), "data-offset" (a tensor outside its segment). `name` is the method; `index` is what it refers
    to, `count` how many there are.
    """

    what: str
    name: str
    index: int
    count: int
