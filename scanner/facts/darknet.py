"""Facts about Darknet."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class DarknetWeights(Fact):
    """Weights: the version that wrote them ("0.2.5"), how many images were `seen` in training, and how many numbers.

    `rest`: bytes that are no whole number of 4 bytes.
    """

    version: str
    seen: int
    numbers: int
    rest: int


@record
class DarknetPath(Fact):
    """A file or folder that a configuration names. `how`: how it leads out of the folder, or ""."""

    section: str
    key: str
    value: str
    how: str
