"""How many directions a change has, from one pass over its rows in bounded memory.

The change is a matrix of m rows and n columns. Up to `WIDTH` columns its Gram matrix is exact; beyond, its rows are
mixed down to `MIXED` by random signs, which keeps a rank below that and the share of energies (Halko, Martinsson and
Tropp 2011, section 4). What is noise is told from what is a direction by the upper edge of the Marchenko-Pastur law,
whose level is taken from the median singular value (Gavish and Donoho 2014).
"""

from typing import TYPE_CHECKING, NamedTuple

from scanner.compare.kinds import bound

if TYPE_CHECKING:
    from scanner.compare.numbers import Array

WIDTH = 512
"""Columns up to which the Gram matrix is exact."""

MIXED = 256
"""Rows that wider matrices are mixed down to."""

COLUMNS = 65_536
"""Columns looked at of one matrix: a wider one is thinned out evenly."""


class Spectrum(NamedTuple):
    """`rank` directions stand out of the noise and hold `energy` of all; `first` is the share of the first.

    `direction` is the first one among the columns, of length 1.
    """

    rank: int
    energy: float
    first: float
    direction: "Array | None"


class Gathering:
    """Rows of a change as they come. Memory: 2 MB exact; 256 rows of 4 bytes mixed, 64 MB at most."""

    def __init__(self, rows: int, columns: int) -> None:
        """Start with nothing seen of a matrix of this size."""
        import numpy as np

        self.rows, self.columns = rows, columns
        self.seen = 0
        self.step = -(-columns // COLUMNS)
        self.exact = columns <= WIDTH
        width = -(-columns // self.step)
        self.matrix = np.zeros(
            (width, width) if self.exact else (min(MIXED, rows), width), "f8" if self.exact else "f4"
        )

    def add(self, rows: "Array") -> None:
        """Take the next rows, finite and in 32 bits."""
        import numpy as np

        part = rows[:, :: self.step]
        if self.exact:
            wide = part.astype("f8")
            self.matrix += wide.T @ wide
        elif self.rows <= MIXED:
            self.matrix[self.seen : self.seen + len(part)] = part
        else:
            signs = np.random.default_rng(self.seen).integers(0, 2, (MIXED, len(part)), dtype="i1") * 2 - 1
            self.matrix += signs.astype("f4") @ part
        self.seen += len(part)

    def spectrum(self) -> Spectrum:
        """Say how many directions stand out."""
        import numpy as np

        if self.exact:
            values, vectors = np.linalg.eigh(self.matrix)
            first = vectors[:, -1]
        else:
            wide = self.matrix.astype("f8")
            values, left = np.linalg.eigh(wide @ wide.T)
            first = left[:, -1] @ wide
        size = min(self.rows, self.columns, len(values))
        singular = np.sqrt(np.maximum(values[::-1][:size], 0))
        total = float((singular**2).sum())
        if total <= 0 or not np.isfinite(total):
            return Spectrum(0, 0.0, 0.0, None)
        short, long = sorted((size, max(self.rows if self.exact else len(self.matrix), self.columns)))
        rank = standing(singular, short, long)
        norm = float(np.linalg.norm(first))
        whole = self.step == 1 and norm > 0
        energy = float((singular[:rank] ** 2).sum()) / total
        return Spectrum(rank, energy, float(singular[0] ** 2) / total, first / norm if whole else None)


def standing(singular: "Array", short: int, long: int) -> int:
    """Count singular values (falling) that noise of the median's level does not explain in `short` by `long`."""
    import numpy as np

    # The median of the law's singular values: sqrt(long) times 1 (flat) down to 0.81 (square), near enough a line.
    level = float(np.median(singular)) / (np.sqrt(long) * (1 - 0.19 * short / long))
    edge = bound("edge") * level * (np.sqrt(short) + np.sqrt(long))
    return int((singular > max(edge, bound("floor") * float(singular[0]))).sum())
