"""How the changes of an adapter of low rank spread over directions. Features, not a verdict.

On adapters with and without a backdoor, made by the same recipes, such figures tell no more than chance
(area under the curve 0.40 to 0.49); what they tell is the rank and the learning rate.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import AdapterSpectrum
from scanner.limits import Limits
from scanner.measures.leaving import Leaving
from scanner.measures.views import Beside, TensorView, values
from scanner.pattern import pattern
from scanner.text import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

    Matrix = NDArray[Any]

PROFILES = ("full",)

RANK: Final = 256
"""Ranks above are left: of each pair two matrices of this size are held."""

LONGEST: Final = 1 << 25
"""Elements of one side."""

_SIDE: Final = pattern(r"^(.*)\.lora_([AB])(?:\.[A-Za-z0-9_]+)?(?:\.weight)?$")
_MATRIX: Final = 2


class Measure:
    """The pairs of one adapter."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        del limits, beside
        self.artifact = artifact
        self.leaving = Leaving(artifact, "spectra")
        self.pairs: dict[str, dict[str, TensorView]] = {}

    def begin(self, view: TensorView) -> None:
        """Keep the sides of pairs in mind."""
        found = _SIDE.match(view.name) if view.role == "adapter" else None
        if found is None:
            return
        if len(view.shape) != _MATRIX or min(view.shape) > RANK or view.elements > LONGEST:
            self.leaving.add("shape", view.name, view.nbytes)
        else:
            self.pairs.setdefault(found[1], {})[found[2]] = view

    def take(self, chunk: "Chunk") -> None:
        """Do nothing: pairs are read once both sides are known."""

    def end(self) -> Iterator[Fact]:
        """Say nothing of one tensor."""
        yield from ()

    def close(self) -> Iterator[Fact]:
        """State what all pairs show together."""
        import numpy as np

        found = []
        for name, sides in self.pairs.items():
            energies = self._energies(sides)
            if energies is None or energies.sum() <= 0 or not np.isfinite(energies).all():
                one = next(iter(sides.values()))
                self.leaving.add("shape" if energies is None else "not-finite", one.name, one.nbytes)
            else:
                found.append((float(energies.max() / energies.sum()), name, len(energies), float(energies.sum())))
        if found:
            highest = max(found)
            yield AdapterSpectrum(
                where=self.artifact.at(), modules=len(found), rank=max(rank for _, _, rank, _ in found),
                top=round(float(np.median([share for share, _, _, _ in found])), 4), highest=round(highest[0], 4),
                tensor=printable(highest[1], 300),
                spread=round(float(np.std([np.log(total) / 2 for _, _, _, total in found])), 4),
            )  # fmt: skip
        yield from self.leaving.facts()

    def _energies(self, sides: dict[str, TensorView]) -> "Matrix | None":
        """Return the squares of the singular values of B A, by matrices of its rank; None where sides do not fit."""
        import numpy as np

        if len(sides) != len("AB") or sides["A"].shape[0] != sides["B"].shape[1]:
            return None
        a, b = (_matrix(self.artifact, sides[side]) for side in "AB")
        if a is None or b is None:
            return None
        with np.errstate(all="ignore"):
            product = (b.T @ b) @ (a @ a.T)
            if not np.isfinite(product).all():
                return np.array([np.nan])
            made: Matrix = np.maximum(np.linalg.eigvals(product).real, 0)
        return made


def _matrix(artifact: Artifact, view: TensorView) -> "Matrix | None":
    import numpy as np

    pieces = [piece.astype(np.float64) for piece in values(artifact, view)]
    whole = np.concatenate(pieces) if pieces else np.empty(0)
    return whole.reshape(view.shape) if len(whole) == view.elements else None
