"""Sums of W W^T by panels of the lower triangle: half the room, half the work, and the two smallest eigenvalues.

A panel holds some rows and all columns up to their end. The sum is factored where it lies (Cholesky, by blocks), and
inverse iteration gives what is smallest; nothing of full size is ever made beside it.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[Any]

BLOCK: Final = 256
"""Rows of a panel."""

EXACT: Final = 2048
"""Widths up to here are summed as float64, wider ones as float32."""

SHIFTS: Final = {True: 1e-13, False: 3e-5}
"""What is added to the diagonal, in means of it, so that rounding leaves no eigenvalue below zero."""

_VECTORS: Final = 4
_STEPS: Final = 40
_SETTLED: Final = 0.01


class Triangle:
    """The sum of W W^T over matrices of `width` rows, each scaled so that its diagonal has the mean 1.

    `centred`: the mean of all rows is taken from each, and the direction of equal numbers is filled up. Norms that
    subtract the mean keep nothing of it, so models that have them write little to it by themselves.
    """

    def __init__(self, width: int, *, centred: bool = False) -> None:
        """Start with zero."""
        import numpy as np

        self.width = width
        self.centred = centred
        self.exact = width <= EXACT
        self.starts = range(0, width, BLOCK)
        self.dtype = np.float64 if self.exact else np.float32
        self.panels: list[Matrix] = [
            np.zeros((self._end(start) - start, self._end(start)), self.dtype) for start in self.starts
        ]

    def _end(self, start: int) -> int:
        return min(start + BLOCK, self.width)

    def add(self, matrix: "NDArray[float32]") -> bool:
        """Add W W^T; False, and nothing is added, where W is zero or not finite."""
        import numpy as np

        with np.errstate(all="ignore"):
            norm = float(np.linalg.norm(matrix.astype(np.float64, copy=False))) if self.exact else _norm(matrix)
            if not np.isfinite(norm) or norm <= 0:
                return False
            scaled: Matrix = matrix.astype(self.dtype)
            scaled *= self.width**0.5 / norm
            if self.centred:
                scaled -= scaled.mean(axis=0)
            for start, panel in zip(self.starts, self.panels, strict=True):
                np.add(panel, scaled[start : self._end(start)] @ scaled[: self._end(start)].T, out=panel)
        return True

    def plus(self, others: "list[Triangle]") -> "Triangle":
        """Return the sum of several as a new one."""
        import numpy as np

        made = Triangle(0, centred=self.centred)
        made.width, made.exact, made.starts, made.dtype = self.width, self.exact, self.starts, self.dtype
        made.panels = [panel.copy() for panel in self.panels]
        for other in others:
            for panel, more in zip(made.panels, other.panels, strict=True):
                np.add(panel, more, out=panel)
        return made

    def smallest(self) -> tuple[float, float]:
        """Return the two smallest eigenvalues in means of the diagonal, no less than the shift. The sum is used up.

        (0, 0) where rounding leaves no positive matrix.
        """
        import numpy as np

        diagonal = [np.diagonal(panel[:, start:]) for start, panel in zip(self.starts, self.panels, strict=True)]
        mean = float(np.mean(np.concatenate(diagonal)))
        shift = SHIFTS[self.exact]
        for start, panel in zip(self.starts, self.panels, strict=True):
            np.divide(panel, self.dtype(mean), out=panel)
            if self.centred:
                np.add(panel, self.dtype(1 / self.width), out=panel)
            rows = np.arange(len(panel))
            panel[rows, start + rows] += self.dtype(shift)
        try:
            inverses = self._factor()
        except np.linalg.LinAlgError:
            return 0.0, 0.0
        vectors = np.linalg.qr(np.random.default_rng(0).standard_normal((self.width, _VECTORS)))[0].astype(self.dtype)
        before = 0.0
        for _ in range(_STEPS):
            made = self._solve(inverses, vectors)
            # Ritz values of the inverse: the largest are those of the smallest eigenvalues.
            found = np.linalg.eigvalsh((vectors.T @ made + made.T @ vectors).astype(np.float64) / 2)
            second = float(np.log(max(found[-2], 1e-30)))
            vectors = np.linalg.qr(made)[0]
            if abs(second - before) < _SETTLED:
                break
            before = second
        return max(1 / float(found[-1]) - shift, shift), max(1 / float(found[-2]) - shift, shift)

    def _factor(self) -> "list[Matrix]":
        """Factor in place; return the inverses of the blocks on the diagonal. Raises `LinAlgError`."""
        import numpy as np

        inverses = []
        for number, start in enumerate(self.starts):
            end = self._end(start)
            block = np.linalg.cholesky(self.panels[number][:, start:end])
            inverses.append(np.linalg.inv(block))
            self.panels[number][:, start:end] = block
            below = self.panels[number + 1 :]
            if not below:
                break
            for panel in below:
                panel[:, start:end] = panel[:, start:end] @ inverses[-1].T
            column = np.concatenate([panel[:, start:end] for panel in below])
            for panel in below:
                panel[:, end:] -= panel[:, start:end] @ column[: panel.shape[1] - end].T
        return inverses

    def _solve(self, inverses: "list[Matrix]", vectors: "Matrix") -> "Matrix":
        made = vectors.copy()
        for start, panel, inverse in zip(self.starts, self.panels, inverses, strict=True):
            end = self._end(start)
            made[start:end] = inverse @ (made[start:end] - panel[:, :start] @ made[:start])
        for start, panel, inverse in reversed(list(zip(self.starts, self.panels, inverses, strict=True))):
            end = self._end(start)
            made[start:end] = inverse.T @ made[start:end]
            made[:start] -= panel[:, :start].T @ made[start:end]
        return made


def _norm(matrix: "NDArray[float32]") -> float:
    """Return the Frobenius norm, summed by rows: the squares of a whole matrix would be a second one."""
    import numpy as np

    return float(np.sqrt(sum(float(np.dot(row, row)) for row in matrix)))
