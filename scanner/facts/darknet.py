"""Facts about Darknet."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class DarknetWeights(Fact):
    """Weights: the version that wrote them ("0.2.5"), how many images were `seen` in training, and how many numbers.

    `rest`: bytes that are no whole number of 4 bytes.
    """

    version: str
    seen: int
    numbers: int
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DarknetPath(Fact):
    """A file or folder that a configuration names. `how`: how it leads out of the folder, or ""."""

    section: str
    key: str
    value: str
    how: str
