"""Is there a direction that the layers of a model no longer write to?

Every matrix that writes to the residual stream gives W W^T, divided by its trace; the sum over layers has a smallest
eigenvalue far below the next one where a direction was taken out of all of them. Norms with a bias subtract the mean,
so that clean models write little to the direction of equal numbers: it is left out of their sums. Of a model in several
files the first one speaks for all. What it cannot see: a removal by half, noise put back along the direction, experts;
and in wide models a direction of its own for each layer.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.limits import HEAD_NBYTES, Limits
from scanner.measures.leaving import Leaving
from scanner.measures.shards import parts
from scanner.measures.sums import WIDEST, Sums, layer_of, width_of
from scanner.measures.views import Beside, TensorView, format_of, table

if TYPE_CHECKING:
    from scanner.measures.chunks import Chunk

PROFILES = ("full",)

NARROWEST: Final = 64
_MATRIX: Final = 2


class Measure:
    """The matrices of one model that write to the residual stream."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        self.artifact = artifact
        self.limits = limits
        self.parts = parts(artifact, beside)
        self.leaving = Leaving(artifact, "directions")
        self.norm = "rms"
        self.views: list[tuple[Artifact, TensorView]] = []

    def begin(self, view: TensorView) -> None:
        """Keep in mind what writes to the residual stream."""
        if self.parts.leads:
            self._keep(self.artifact, view)

    def _keep(self, artifact: Artifact, view: TensorView) -> None:
        if view.role == "norm-bias":
            self.norm = "layer"
        elif view.role == "expert":
            self.leaving.add("experts", view.name, view.nbytes)
        elif view.role in ("o", "down") and layer_of(view.name) >= 0:
            if len(view.shape) == _MATRIX:
                self.views.append((artifact, view))
            else:
                self.leaving.add("shape", view.name, view.nbytes)

    def take(self, chunk: "Chunk") -> None:
        """Do nothing: matrices are read once all are known."""

    def end(self) -> Iterator[Fact]:
        """Say nothing of one tensor."""
        yield from ()

    def close(self) -> Iterator[Fact]:
        """Sum up, and state the largest gap of all sums over neighbouring groups of layers."""
        if self.parts.leads:
            self._gather()
        widths = Counter[int]()
        for _, view in self.views:
            widths[width_of(view)] += view.elements
        width = widths.most_common(1)[0][0] if widths else 0
        chosen = []
        for one in self.views:
            reason = "shape" if width_of(one[1]) != width else "wide" if width > WIDEST else ""
            if reason or width < NARROWEST:
                self.leaving.add(reason or "narrow", one[1].name, one[1].nbytes)
            else:
                chosen.append(one)
        if chosen:
            found = list(Sums(chosen, width, self.leaving, self.norm).facts(self.artifact))
            yield from found
            for _, view in chosen if not found else ():
                self.leaving.add("few", view.name, view.nbytes)
        yield from self.leaving.facts()

    def _gather(self) -> None:
        """Find the tensors of the other parts, and count the parts that are not there."""
        for other in self.parts.others:
            with other.open() as stream:
                form = format_of(stream.read(HEAD_NBYTES), other.path)
            for view in table(other, form, self.limits).views if form else ():
                self._keep(other, view)
        for number in range(self.parts.missing):
            self.leaving.add("shards", f"{number + 1} of {self.parts.missing}", 0)
