"""Numbers that no training leaves: none at all, infinite, all the same, rows of zeros, tensors that are there twice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import NumbersNotFinite, RowsAreZero, TensorIsConstant, TensorsAreEqual
from scanner.limits import Limits
from scanner.measures.leaving import Leaving
from scanner.measures.views import FLOATS, Beside, TensorView, content
from scanner.text import printable

if TYPE_CHECKING:
    from numpy import bool_, intp
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

PROFILES = ("fast", "full")

EQUAL_NBYTES: Final = 1024
"""Shorter tensors are equal by chance or by the way they start."""

COMPARED_NBYTES: Final = 1 << 20
_WORDS: Final = (1, 2, 4, 8)
"""Bytes of what numpy compares as one number."""

TOLD: Final = 32
"""Facts of one kind a file; a file of a thousand broken tensors says no more than one of these."""


class Measure:
    """The state of one file, and of the tensor that is being read."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        del limits, beside
        self.artifact = artifact
        self.leaving = Leaving(artifact, "consistency")
        self.told: dict[type[Fact], int] = {}
        self.seen: dict[tuple[object, ...], list[TensorView]] = {}

    def begin(self, view: TensorView) -> None:
        """Start a tensor."""
        self.view = view
        self.total = self.mixed = 0
        self.bad = self.nan = 0
        self.first = -1
        self.constant = True
        self.unit = b""
        self.zero_rows = 0
        self.first_zero = -1

    def take(self, chunk: "Chunk") -> None:
        """Look at a piece."""
        import numpy as np

        raw = chunk.raw
        whole = len(raw) - len(raw) % 8
        words = raw[:whole].view("<u8")
        self.total += int(np.add.reduce(words)) + sum(raw[whole:].tolist())
        self.mixed ^= int(np.bitwise_xor.reduce(words)) if whole else 0
        self._same(chunk)
        if not self._norms(chunk) and (bad := chunk.unlike_numbers()) is not None:
            self._not_finite(chunk, bad)

    def _same(self, chunk: "Chunk") -> None:
        """Compare every unit with the first; two that differ end it."""
        size = chunk.view.unit[1]
        if not self.constant:
            return
        self.unit = self.unit or chunk.raw[:size].tobytes()
        if chunk.raw[-size:].tobytes() != self.unit:
            self.constant = False
            return
        if size in _WORDS:
            words = chunk.raw.view(f"<u{size}")
            self.constant = chunk.raw[:size].tobytes() == self.unit and bool((words == words[0]).all())
        else:
            units = chunk.raw.reshape(-1, size)
            self.constant = chunk.raw[:size].tobytes() == self.unit and bool((units == units[0]).all())

    def _norms(self, chunk: "Chunk") -> bool:
        """Count rows of zeros by their norms; True where these show that every number is finite."""
        import numpy as np

        view = chunk.view
        if view.dtype not in FLOATS:
            return view.dtype != "" and view.unit[0] == 1
        values = chunk.values()
        if values is None:
            return False
        with np.errstate(all="ignore"):
            if not chunk.rows or view.rows == 1:
                return bool(np.isfinite(np.dot(values, values)))
            table = values.reshape(chunk.rows, -1)
            norms = np.einsum("ij,ij->i", table, table)
        self._zero_rows(chunk, np.flatnonzero(norms == 0))
        return bool(np.isfinite(norms).all())

    def _zero_rows(self, chunk: "Chunk", rows: "NDArray[intp]") -> None:
        """Count the rows of those with a norm of zero whose bytes are zero: squares of small numbers vanish too."""
        import numpy as np

        if not len(rows):
            return
        table = chunk.raw.reshape(chunk.rows, -1)
        table = table.view("<u8") if table.shape[1] % 8 == 0 else table
        some = table if len(rows) == chunk.rows else table[rows]
        zero = rows[np.bitwise_or.reduce(some, axis=1) == 0]
        self.zero_rows += len(zero)
        if len(zero) and self.first_zero < 0:
            self.first_zero = chunk.row + int(zero[0])

    def _not_finite(self, chunk: "Chunk", bad: "NDArray[bool_]") -> None:
        import numpy as np

        at = np.flatnonzero(bad)
        if not len(at):
            return
        if self.first < 0:
            self.first = chunk.at // chunk.view.unit[1] * chunk.view.unit[0] + int(at[0]) * chunk.view.unit[0]
        self.bad += len(at)
        values = chunk.values() if chunk.view.dtype in FLOATS else None
        self.nan += int(np.count_nonzero(np.isnan(values[at]))) if values is not None else 0

    def end(self) -> Iterator[Fact]:
        """Say what the tensor showed."""
        view = self.view
        where, name = self.artifact.at(view.start, view.nbytes), printable(view.name, 300)
        count = view.nbytes // view.unit[1]
        if self.bad:
            yield from self._tell(
                NumbersNotFinite(
                    where=where, tensor=name, role=view.role, dtype=view.dtype, numbers=self.bad, nan=self.nan,
                    share=self.bad / count, first=self.first,
                )
            )  # fmt: skip
        if self.constant and count > 1:
            yield from self._tell(
                TensorIsConstant(
                    where=where, tensor=name, role=view.role, dtype=view.dtype, elements=view.elements,
                    dimensions=len(view.shape), zero=not self.unit.strip(b"\0"),
                )
            )  # fmt: skip
        elif self.zero_rows:
            yield from self._tell(
                RowsAreZero(
                    where=where, tensor=name, role=view.role, rows=view.rows, zero_rows=self.zero_rows,
                    first_row=self.first_zero, share=self.zero_rows / view.rows,
                )
            )  # fmt: skip
        if not self.constant and view.nbytes >= EQUAL_NBYTES:
            self.seen.setdefault((view.dtype, view.shape, view.nbytes, self.total, self.mixed), []).append(view)

    def close(self) -> Iterator[Fact]:
        """Compare tensors whose sums are equal, byte by byte."""
        for first, *others in self.seen.values():
            for other in others:
                self.view = other
                if self.told.get(TensorsAreEqual, 0) >= TOLD:
                    self.leaving.add("told", other.name, other.nbytes)
                elif self._equal(first, other):
                    yield from self._tell(
                        TensorsAreEqual(
                            where=self.artifact.at(other.start, other.nbytes), tensor=printable(other.name, 300),
                            other=printable(first.name, 300), role=other.role, other_role=first.role,
                            nbytes=other.nbytes,
                        )
                    )  # fmt: skip
        yield from self.leaving.facts()

    def _equal(self, one: TensorView, other: TensorView) -> bool:
        return all(
            content(self.artifact, one, at, COMPARED_NBYTES) == content(self.artifact, other, at, COMPARED_NBYTES)
            for at in range(0, one.nbytes, COMPARED_NBYTES)
        )

    def _tell(self, fact: Fact) -> Iterator[Fact]:
        count = self.told[type(fact)] = self.told.get(type(fact), 0) + 1
        if count <= TOLD:
            yield fact
        else:
            self.leaving.add("told", self.view.name, self.view.nbytes)
