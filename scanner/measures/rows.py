"""Rows of an embedding that lie far from all others: by their length, and by their distance under the covariance.

A row that was written to move a model (a trigger) lies far out; so do tokens that training used for a purpose of their
own, and those it never met. The list says where to look, not what is wrong.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import EmbeddingRows
from scanner.limits import Limits
from scanner.measures.chunks import chunks
from scanner.measures.leaving import Leaving
from scanner.measures.views import Beside, TensorView
from scanner.text import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

    Matrix = NDArray[Any]

PROFILES = ("full",)

FEWEST: Final = 1000
"""Rows below which there is no cloud to lie outside of."""

WIDTH: Final = 512
"""Wider rows are projected to so many directions, the same ones each time."""

WIDEST: Final = 32_768
SAMPLED: Final = 8
"""Rows that the covariance is taken of, in widths."""

TALLEST: Final = 4 << 20
LISTED: Final = 20
_MATRIX: Final = 2


class Measure:
    """The embeddings of one file."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        del limits, beside
        self.artifact = artifact
        self.leaving = Leaving(artifact, "rows")
        self.wanted: list[TensorView] = []

    def begin(self, view: TensorView) -> None:
        """Keep embeddings in mind."""
        if view.role == "embedding" and len(view.shape) == _MATRIX:
            rows, width = view.shape
            reason = "small" if rows < FEWEST else "tall" if rows > TALLEST else "wide" if width > WIDEST else ""
            if reason:
                self.leaving.add(reason, view.name, view.nbytes)
            else:
                self.wanted.append(view)

    def take(self, chunk: "Chunk") -> None:
        """Do nothing: embeddings are read once more, behind all others."""

    def end(self) -> Iterator[Fact]:
        """Say nothing of one tensor."""
        yield from ()

    def close(self) -> Iterator[Fact]:
        """List the rows of each embedding that lie farthest."""
        for view in self.wanted:
            found = self._rows(view)
            if found is None:
                self.leaving.add("type", view.name, view.nbytes)
            else:
                yield found
        yield from self.leaving.facts()

    def _rows(self, view: TensorView) -> EmbeddingRows | None:
        """Read an embedding twice: for the covariance of some rows, then for the distance of each."""
        import numpy as np

        rows, width = view.shape
        step = max(1, rows // (SAMPLED * min(width, WIDTH)))
        some: list[Matrix] = []
        lengths, distances = np.zeros(rows), np.zeros(rows)
        for start, piece, long in _pieces(self.artifact, view):
            chosen = piece[-start % step :: step]
            some.append(chosen[np.isfinite(long[-start % step :: step])])
            lengths[start : start + len(long)] = long
        if not some:
            return None
        used = np.flatnonzero(np.isfinite(lengths) & (lengths > 0))
        if len(used) < FEWEST:
            return None
        mean, turn = _cloud(np.concatenate(some).astype(np.float64))
        with np.errstate(all="ignore"):
            for start, piece, _ in _pieces(self.artifact, view):
                turned = (piece - mean) @ turn
                distances[start : start + len(piece)] = np.sqrt(np.einsum("ij,ij->i", turned, turned))
        far, long = _deviations(distances, used), _deviations(lengths, used)
        order = np.argsort(-far, kind="stable")[:LISTED]
        return EmbeddingRows(
            where=self.artifact.at(view.start, view.nbytes), tensor=printable(view.name, 300), rows=rows, width=width,
            listed=tuple(order.tolist()), far=_tenths(far[order]),
            long=_tenths(long[order]), farthest=round(float(far[order[0]]), 1),
        )  # fmt: skip


def _pieces(artifact: Artifact, view: TensorView) -> "Iterator[tuple[int, Matrix, Matrix]]":
    """Yield rows in `WIDTH` directions at most: the first one's number, the rows, their lengths."""
    import numpy as np

    width = view.shape[1]
    turn = None
    if width > WIDTH:
        turn = np.random.default_rng(0).standard_normal((width, WIDTH), dtype=np.float32) / np.float32(WIDTH**0.5)
    for chunk in chunks(artifact, view):
        values = chunk.values()
        if values is None or not chunk.rows:
            return
        piece = values.reshape(chunk.rows, width)
        with np.errstate(all="ignore"):
            lengths = np.sqrt(np.einsum("ij,ij->i", piece, piece))
            yield chunk.row, piece if turn is None else piece @ turn, lengths


def _cloud(some: "Matrix") -> "tuple[Matrix, Matrix]":
    """Return the mean of rows and the matrix that makes their covariance that of noise (Mahalanobis)."""
    import numpy as np

    # Rows that are far out must not make the cloud: none counts that is more than twice as long as usual.
    some = some[np.isfinite(some).all(axis=1)]
    lengths = np.linalg.norm(some - np.median(some, axis=0), axis=1)
    some = some[lengths <= 2 * np.median(lengths)]
    width = some.shape[1]
    covariance = np.cov(some, rowvar=False) if len(some) > width else np.eye(width)
    ridge = 1e-6 * float(np.trace(covariance)) / width + 1e-30
    turn = np.linalg.inv(np.linalg.cholesky(covariance + ridge * np.eye(width))).T
    mean = some.mean(axis=0) if len(some) else np.zeros(width)
    return mean.astype(np.float32), turn.astype(np.float32)


def _tenths(figures: "Matrix") -> tuple[int, ...]:
    import numpy as np

    return tuple(int(one) for one in np.clip(np.round(figures * 10), -1e12, 1e12))


def _deviations(figures: "Matrix", used: "Matrix") -> "Matrix":
    """Return deviations from the median, in what a normal spread has as its standard deviation; 0 of unused rows."""
    import numpy as np

    middle = float(np.median(figures[used]))
    spread = 1.4826 * float(np.median(np.abs(figures[used] - middle)))
    made = np.zeros(len(figures))
    made[used] = (figures[used] - middle) / max(spread, 1e-9)
    return made
