"""The matrices of a model that write to the residual stream, summed by family and by groups of layers."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import DirectionRemoved
from scanner.measures.chunks import chunks
from scanner.measures.leaving import Leaving
from scanner.measures.triangles import Triangle
from scanner.measures.views import TensorView
from scanner.weights import LAYERS

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

FAMILIES: Final = ("o", "down", "o+down")
WIDEST: Final = 16_384
"""Longer directions would take more than 600 MB for one sum."""

GROUPS: Final = ((1024, 8), (4096, 4), (8192, 1), (WIDEST, 0))
"""Up to a width: how many groups of layers are summed on their own, of each family; 0: all in one sum."""

INPUTS: Final = ((1024, 32.0), (2048, 2.0), (8192, 0.125), (WIDEST, 0.0625))
"""Up to a width: how many inputs of a matrix are taken, in widths. Wide models have layers enough for few of each."""

FEWEST: Final = 3
"""Inputs below which a sum is not judged, in widths: few inputs leave directions of their own unused."""

COLUMNS: Final = 4
"""Inputs that are taken of all matrices of a family together, at least, in widths."""

SEVERAL: Final = 2
"""Layers that a sum is taken over, at least."""

EACH: Final = 1024
"""Width up to which every matrix is looked at on its own too."""

QUARTER: Final = 4
CLEAR: Final = 12.0
"""Gaps beyond are equal: of these the one over most matrices is told."""


class Sums:
    """The sums over the matrices of one width, by family and group of layers. `norm` as in `DirectionRemoved`."""

    def __init__(self, views: list[tuple[Artifact, TensorView]], width: int, leaving: Leaving, norm: str) -> None:
        """Read all matrices, in the order of their layers."""
        self.width = width
        self.norm = norm
        self.groups = next(count for widest, count in GROUPS if width <= widest)
        self.sums: dict[tuple[str, int], Triangle] = {}
        self.counts: dict[tuple[str, int], list[tuple[int, int]]] = {}
        """Family and group: layer and inputs of each matrix."""
        self.each: list[tuple[float, int]] = []
        last = max(layer_of(view.name) for _, view in views)
        share = next(share for widest, share in INPUTS if width <= widest)
        fewest = min(Counter(view.role for _, view in views).values())
        inputs = int(width * max(share, COLUMNS / fewest))
        for artifact, view in sorted(views, key=lambda one: (layer_of(one[1].name), one[1].name)):
            matrix = _matrix(artifact, view, width, inputs)
            layer = layer_of(view.name)
            if matrix is None or not self._add(matrix, view.role, layer, layer * max(self.groups, 1) // (last + 1)):
                leaving.add("type" if matrix is None else "not-finite", view.name, view.nbytes)

    def _add(self, matrix: "NDArray[float32]", role: str, layer: int, group: int) -> bool:
        key = (role if self.groups else FAMILIES[-1], group)
        alone = self.width <= EACH and role == "down" and matrix.shape[1] >= SEVERAL * self.width
        fresh = alone or key not in self.sums
        one = Triangle(self.width, centred=self.norm == "layer") if fresh else self.sums[key]
        if not one.add(matrix):
            return False
        if key not in self.sums:
            self.sums[key] = one
        elif alone:
            self.sums[key] = self.sums[key].plus([one])
        self.counts.setdefault(key, []).append((layer, matrix.shape[1]))
        if alone:
            self.each.append((_gap(one.plus([])), layer))
        return True

    def facts(self, artifact: Artifact) -> Iterator[Fact]:
        """State the largest gap over groups, and the one that a quarter of the matrices reach on their own."""
        found = [
            (self._judged(keys), family, matrices) for family in FAMILIES for keys, matrices in self._windows(family)
        ]
        if len(self.each) >= QUARTER:
            count = max(SEVERAL, len(self.each) // QUARTER)
            largest = sorted(self.each, reverse=True)[:count]
            yield _fact(artifact, "each", largest[-1][0], [(layer, 0) for _, layer in largest], (self.width, self.norm))
        if found:
            gap, family, matrices = max(found, key=lambda one: (min(one[0], CLEAR), len(one[2])))
            yield _fact(artifact, family, gap, matrices, (self.width, self.norm))

    def _windows(self, family: str) -> Iterator[tuple[list[tuple[str, int]], list[tuple[int, int]]]]:
        """Yield the keys of neighbouring groups, first all of them, then halves: enough inputs, several layers."""
        roles = {family} if not self.groups else set(family.split("+"))
        groups = sorted({group for role, group in self.sums if role in roles})
        size = len(groups)
        while size:
            for start in range(0, len(groups) - size + 1, size):
                keys = [key for key in self.sums if key[0] in roles and key[1] in groups[start : start + size]]
                matrices = [one for key in keys for one in self.counts[key]]
                enough = sum(inputs for _, inputs in matrices) >= FEWEST * self.width
                several = len({layer for layer, _ in matrices}) >= SEVERAL
                if enough and several and {key[0] for key in keys} == roles:
                    yield keys, matrices
            size //= 2

    def _judged(self, keys: list[tuple[str, int]]) -> float:
        first, *others = (self.sums[key] for key in keys)
        # The last sums of the widest models have no room for a copy beside them.
        return _gap(first.plus(others) if self.groups else first)


def _gap(total: Triangle) -> float:
    smallest, second = total.smallest()
    return log(second / smallest) if smallest > 0 else 0.0


def _fact(
    artifact: Artifact, family: str, gap: float, matrices: list[tuple[int, int]], what: tuple[int, str]
) -> DirectionRemoved:
    layers = [layer for layer, _ in matrices]
    return DirectionRemoved(
        where=artifact.at(), family=family, gap=round(gap, 3), matrices=len(matrices), first_layer=min(layers),
        last_layer=max(layers), width=what[0], norm=what[1],
    )  # fmt: skip


def _turned(view: TensorView) -> bool:
    """Say whether rows are inputs: of two dimensions the smaller is the output, and linear layers have it first."""
    return view.role == "down" and view.shape[0] > view.shape[1]


def width_of(view: TensorView) -> int:
    """Return how many outputs a matrix has."""
    return view.shape[1] if _turned(view) else view.shape[0]


def _matrix(artifact: Artifact, view: TensorView, width: int, inputs: int) -> "NDArray[float32] | None":
    """Read all outputs and of very many inputs every few; None where the type is none of floats."""
    import numpy as np

    step = max(1, view.elements // width // inputs)
    turned = _turned(view)
    made: NDArray[float32] | None = None
    place = 0
    for chunk in chunks(artifact, view):
        values = chunk.values()
        if values is None or not chunk.rows:
            return None
        table_ = values.reshape(chunk.rows, -1)
        piece = table_[-chunk.row % step :: step] if turned else table_[:, ::step]
        if made is None:
            made = np.zeros((-(-view.shape[0] // step) if turned else width, piece.shape[1]), np.float32)
        made[place : place + len(piece)] = piece
        place += len(piece)
    return None if made is None else np.ascontiguousarray(made.T) if turned else made


def layer_of(name: str) -> int:
    """Return the number of the layer that a tensor belongs to, -1 for none."""
    split = name.split(".")
    for word, number in pairwise(split):
        if word in LAYERS and number.isdecimal() and len(number) < 6:  # noqa: PLR2004 - digits
            return int(number)
    return -1
