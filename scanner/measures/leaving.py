"""What a measure does not look at, counted by its reason: nothing is left in silence."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts.weights import TensorsLeft
from scanner.text import printable


class Leaving:
    """The tensors of one file that one measure left, "" for all of them."""

    def __init__(self, artifact: Artifact, measure: str) -> None:
        """Start with none."""
        self._artifact = artifact
        self._measure = measure
        self._counts: dict[str, tuple[int, int, str]] = {}

    def add(self, reason: str, name: str, nbytes: int) -> None:
        """Count a tensor. `reason` as in `TensorsLeft`."""
        tensors, total, first = self._counts.get(reason, (0, 0, name))
        self._counts[reason] = tensors + 1, total + nbytes, first

    def facts(self) -> Iterator[TensorsLeft]:
        """State one fact a reason, in the order in which they were met."""
        for reason, (tensors, nbytes, first) in self._counts.items():
            yield TensorsLeft(
                where=self._artifact.at(), measure=self._measure, reason=reason, tensors=tensors,
                nbytes=min(nbytes, 1 << 63), first=printable(first, 300),
            )  # fmt: skip
