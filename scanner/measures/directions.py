"""Is there a direction that the layers of a model no longer write to?

Every matrix that writes to the residual stream gives W W^T, divided by its trace; the sum over layers has a smallest
eigenvalue far below the next one where a direction was taken out of all of them. What it cannot see: a direction of
its own for each layer, a removal by half, noise put back along the direction.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import DirectionRemoved
from scanner.measures.views import TensorView
from scanner.weights import LAYERS

if TYPE_CHECKING:
    from numpy import float32, float64
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

PROFILES = ("full",)

FAMILIES: Final = ("o", "down", "o+down")
WIDEST: Final = 4096
"""Longer directions would take more than 128 MB for each sum and minutes; of such models this is not measured."""

NARROWEST: Final = 64
BLOCKS: Final = ((1024, 8), (2048, 4), (WIDEST, 1))
"""Up to a width: how many groups of layers are summed on their own."""

COLUMNS: Final = 4
"""Inputs that a sum needs, in widths. Of wide models with many layers a part of the inputs is enough."""

FEWEST: Final = 3
"""Inputs below which a sum is not judged, in widths: few inputs leave directions of their own unused."""

SEVERAL: Final = 2
"""Layers that a sum is taken over, at least."""
_MATRIX: Final = 2
_TINY: Final = 1e-15


class Measure:
    """The sums of one file, by family and by layer."""

    def __init__(self, artifact: Artifact) -> None:
        """Start with a file."""
        self.artifact = artifact
        self.norm = "rms"
        self.width = 0
        self.sums: dict[tuple[str, int], NDArray[float64]] = {}
        self.counts: dict[tuple[str, int], list[tuple[int, int]]] = {}
        """Family and group: layer and inputs of each matrix."""

    def begin(self, view: TensorView) -> None:
        """Start a tensor."""
        self.parts: list[NDArray[float32]] = []
        self.view = view
        if view.role == "norm-bias":
            self.norm = "layer"
        self.wanted = view.role in ("o", "down") and len(view.shape) == _MATRIX and _layer(view.name) >= 0
        if self.wanted:
            rows, columns = view.shape
            # Of two dimensions the smaller one is the output; a square matrix is as torch.nn.Linear has it.
            self.turned = rows > columns and view.role == "down"
            width = min(rows, columns) if view.role == "down" else rows
            self.width = self.width or width
            self.wanted = width == self.width and NARROWEST <= width <= WIDEST
            inputs = COLUMNS * width // 2 if width <= BLOCKS[1][0] else width // 8
            self.step = max(1, max(rows, columns) // inputs)

    def take(self, chunk: "Chunk") -> None:
        """Keep a piece: all outputs, and of very many inputs every few."""
        if not self.wanted or not chunk.rows:
            return
        values = chunk.values()
        if values is None:
            self.wanted = False
            return
        table = values.reshape(chunk.rows, -1)
        self.parts.append((table[:: self.step] if self.turned else table[:, :: self.step]).copy())

    def end(self) -> Iterator[Fact]:
        """Add the matrix to the sum of its group."""
        import numpy as np

        if self.wanted and self.parts:
            whole = np.concatenate(self.parts)
            matrix: NDArray[float64] = (whole.T if self.turned else whole).astype(np.float64)
            if len(matrix) == self.width:
                with np.errstate(all="ignore"):
                    square: NDArray[float64] = matrix @ matrix.T
                    trace = float(np.trace(square))
                if np.isfinite(trace) and trace > 0:
                    self._add(square / trace, matrix.shape[1])
        self.parts = []
        yield from ()

    def _add(self, square: "NDArray[float64]", inputs: int) -> None:
        layer = _layer(self.view.name)
        groups = next(count for width, count in BLOCKS if self.width <= width)
        # How many layers there are is not known yet: four to a group, and the last group takes the rest.
        key = (self.view.role, min(layer // 4, groups - 1))
        if key in self.sums:
            self.sums[key] += square
        else:
            self.sums[key] = square
        self.counts.setdefault(key, []).append((layer, inputs))

    def close(self) -> Iterator[Fact]:
        """State the largest gap of all sums over neighbouring groups."""
        found = [one for family in FAMILIES for one in self._gaps(family)]
        if found:
            yield max(found, key=lambda one: one.gap)

    def _gaps(self, family: str) -> Iterator[DirectionRemoved]:
        roles = family.split("+")
        groups = sorted({group for role, group in self.sums if role in roles})
        size = len(groups)
        while size:
            for start in range(0, len(groups) - size + 1, size):
                keys = [key for key in self.sums if key[0] in roles and key[1] in groups[start : start + size]]
                matrices = [one for key in keys for one in self.counts[key]]
                enough = sum(inputs for _, inputs in matrices) >= FEWEST * self.width
                several = len({layer for layer, _ in matrices}) >= SEVERAL
                if enough and several and {key[0] for key in keys} == set(roles):
                    yield self._gap(family, keys, matrices)
            size //= 2

    def _gap(self, family: str, keys: list[tuple[str, int]], matrices: list[tuple[int, int]]) -> DirectionRemoved:
        import math

        import numpy as np

        total = sum((self.sums[key] for key in keys[1:]), self.sums[keys[0]].copy())
        smallest, second = (float(value) for value in np.linalg.eigvalsh(total)[:2])
        floor = _TINY * float(np.trace(total))
        return DirectionRemoved(
            where=self.artifact.at(),
            family=family,
            gap=round(math.log(max(second, floor) / max(smallest, floor)), 3),
            matrices=len(matrices),
            first_layer=min(layer for layer, _ in matrices),
            last_layer=max(layer for layer, _ in matrices),
            width=self.width,
            norm=self.norm,
        )


def _layer(name: str) -> int:
    """Return the number of the layer that a tensor belongs to, -1 for none."""
    split = name.split(".")
    for word, number in pairwise(split):
        if word in LAYERS and number.isdecimal() and len(number) < 6:  # noqa: PLR2004 - digits
            return int(number)
    return -1
