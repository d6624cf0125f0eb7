"""Two tensors of one shape, read side by side in chunks: what differs, how much, and in which directions.

Memory: a few times `CHUNK` numbers, a byte a row and a column, and what `spectrum` keeps.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scanner.compare.kinds import Measured, bound
from scanner.compare.numbers import BLOCK, EXACT, MANTISSA, cut, decode, encode, nbytes, unit
from scanner.compare.spectrum import Gathering
from scanner.measures.blocks import BLOCKS

if TYPE_CHECKING:
    from scanner.compare.numbers import Array

CHUNK = 1 << 20
"""Numbers looked at together."""

TRACKED = 1 << 24
"""Rows, or columns, of which each is remembered; of more, none is."""

ROWS_TOLD = 64

GROUP = 16
"""Numbers that share a scale in every type of blocks, or are half of those that do."""

SMALLEST = 2.0**-9
"""Below the numbers of eight bits."""

LARGEST = 1e15
"""Changes are cut to this size, so that their squares can be added in 32 bits."""

CUT = "bfloat16-cut"
GRIDS = ("float16", "bfloat16", CUT, "Q8_0", "Q4_0", "Q4_1")
"""What a copy stored in full floats may have been rounded to before."""

SAMPLED = 64
"""Rows, of the first numbers, by which it is seen what a copy was rounded to."""

Read = Callable[[int, int], bytes]
"""Bytes of a tensor: start and size within its data. Raises `OSError` where they are not there."""


class Side(NamedTuple):
    """One of the two tensors."""

    dtype: str
    read: Read


class Found(NamedTuple):
    """What was measured, the changed rows or columns, and the first directions where one stands out."""

    measured: Measured
    axis: str
    rows: tuple[int, ...]
    left: "Array | None"
    right: "Array | None"


def matrix_of(shape: Sequence[int]) -> tuple[int, int]:
    """Lay a tensor out as rows and columns: vectors are one column, kernels of convolutions one row an output."""
    from math import prod

    if len(shape) < 2:  # noqa: PLR2004 - a vector
        return prod(shape), 1
    split = 1 if len(shape) > 2 and shape[-1] < BLOCK else len(shape) - 1  # noqa: PLR2004 - more than a matrix
    rows, columns = prod(shape[:split]), prod(shape[split:])
    return (rows, columns) if columns <= CHUNK else (rows * columns, 1)


def equal_bytes(base: Side, model: Side, size: int) -> bool:
    """Say whether two tensors of one type hold the same `size` bytes."""
    step = 8 * CHUNK
    return all(
        base.read(at, min(step, size - at)) == model.read(at, min(step, size - at)) for at in range(0, size, step)
    )


def measure(base: Side, model: Side, shape: Sequence[int]) -> Found:
    """Compare two tensors of a shape. Raises `OSError` where data are missing."""
    rows, columns = matrix_of(shape)
    if any(columns % unit(side.dtype)[0] for side in (base, model)):
        rows, columns = rows * columns, 1
    tally = _Tally(base, model, rows, columns)
    for chunk in tally.chunks():
        tally.take(*chunk)
    return tally.found()


class _Tally:
    """What is counted while rows come by."""

    def __init__(self, base: Side, model: Side, rows: int, columns: int) -> None:
        import numpy as np

        self.base, self.model, self.rows, self.columns = base, model, rows, columns
        self.changed = self.nonfinite = self.poor_rows = self.seen = 0
        self.same = self.stored = 0
        self.bits = 0
        self.base_energy = self.delta_energy = 0.0
        self.row_marks = np.zeros(rows if rows <= TRACKED else 0, "?")
        self.poor_marks = np.zeros(len(self.row_marks), "?")
        self.column_marks = np.zeros(columns if columns <= TRACKED else 0, "?")
        wide = model.dtype in {"float32", "float16", "bfloat16"} and base.dtype == model.dtype
        self.grids = {name: 0 for name in GRIDS if wide and _fits(name, model.dtype, columns)}
        self.gathering = Gathering(rows, columns) if columns > 1 else None

    def chunks(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield the first row and the stored bytes of both sides, whole blocks and whole rows."""
        step = max(1, CHUNK // self.columns)
        if self.columns == 1:
            step = CHUNK
        for row in range(0, self.rows, step):
            count = min(step, self.rows - row) * self.columns
            base, model = (
                one.read(nbytes(one.dtype, row * self.columns), nbytes(one.dtype, count))
                for one in (self.base, self.model)
            )
            yield row, base, model

    def take(self, row: int, base_raw: bytes, model_raw: bytes) -> None:
        """Count one chunk."""
        import numpy as np

        base, model = decode(base_raw, self.base.dtype), decode(model_raw, self.model.dtype)
        self._agree(row, self._same(base, base_raw, model, model_raw), len(base))
        self._grids(base, model)
        finite = np.isfinite(base) & np.isfinite(model)
        if not finite.all():
            self.nonfinite += int((np.isfinite(base) & ~np.isfinite(model)).sum())
            base, model = np.where(finite, base, 0), np.where(finite, model, 0)
        delta = self._change(base, model)
        self.base_energy += float(np.square(base, dtype="f8").sum())
        self.delta_energy += float(np.square(delta, dtype="f8").sum())
        marks = self._marks(base_raw, model_raw, delta)
        self.changed += int(marks.sum())
        if len(self.row_marks):
            self.row_marks[row : row + len(marks)] = marks.any(axis=1)
        if len(self.column_marks):
            self.column_marks |= marks.any(axis=0)
        if self.gathering is not None and marks.any():
            self.gathering.add(delta)
        elif self.gathering is not None:
            self.gathering.seen += len(delta)

    def _change(self, base: "Array", model: "Array") -> "Array":
        """Take the base from the model, rounded as the model is; what is no number changes by nothing."""
        import numpy as np

        with np.errstate(over="ignore", invalid="ignore"):
            change: Array = np.nan_to_num(model - self._expected(base), nan=0)
        cut_off: Array = np.clip(change, -LARGEST, LARGEST).astype("f4")
        return cut_off.reshape(-1, self.columns)

    def _expected(self, base: "Array") -> "Array":
        """Round the base as the model is stored."""
        if self.model.dtype == self.base.dtype or self.model.dtype not in EXACT - {"float32", "float64"}:
            return base
        return decode(encode(base, self.model.dtype), self.model.dtype)

    def _marks(self, base_raw: bytes, model_raw: bytes, delta: "Array") -> "Array":
        """Mark the numbers that differ: of equal types by their bits, else by value."""
        import numpy as np

        if self.base.dtype != self.model.dtype or self.base.dtype in BLOCKS:
            marks: Array = delta != 0
            return marks
        unsigned = f"<u{unit(self.base.dtype)[1]}"
        differ = np.frombuffer(base_raw, unsigned) ^ np.frombuffer(model_raw, unsigned)
        self.bits = max(self.bits, int(differ.max(initial=0)).bit_length())
        marks = differ != 0
        return marks.reshape(-1, self.columns)

    def _same(self, base: "Array", base_raw: bytes, model: "Array", model_raw: bytes) -> "Array":
        """Mark stored bytes (of blocks) or numbers equal to what the base gives, or as near to it as their type is."""
        import numpy as np

        dtype = self.model.dtype
        if dtype not in EXACT and dtype != self.base.dtype:
            return _near(base, model, dtype)
        if dtype == self.base.dtype:
            wanted = base_raw
        elif dtype == "float64":
            wanted = base.astype("<f8").tobytes()
        else:
            wanted = encode(base, dtype)
        word = "u1" if dtype in BLOCKS else f"<u{unit(dtype)[1]}"
        same: Array = np.frombuffer(wanted, word) == np.frombuffer(model_raw, word)
        return same

    def _agree(self, row: int, same: "Array", numbers: int) -> None:
        """Count what is as the base gives it, and rows with little of it."""
        self.same += int(same.sum())
        self.stored += same.size
        by_row = same.reshape(numbers // self.columns, -1).mean(axis=1)
        poor = by_row < (bound("row-agrees") if self.columns > 1 else 0)
        self.poor_rows += int(poor.sum())
        if len(self.poor_marks):
            self.poor_marks[row : row + len(poor)] = poor

    def _grids(self, base: "Array", model: "Array") -> None:
        """Count, for each coarser type, the numbers of the model that are the base's in it."""
        if not self.grids:
            return
        if not self.seen:
            # Few rows of all show which types are worth a look: most copies are rounded to none.
            step = max(1, len(base) // self.columns // SAMPLED)
            few = [one.reshape(-1, self.columns)[::step].reshape(-1) for one in (base, model)]
            few = [one[: max(BLOCK, len(one) // BLOCK * BLOCK)] for one in few]
            self.grids = {name: 0 for name in self.grids if self._on(name, *few) >= len(few[0]) / 2}
        done = self.seen
        self.seen += len(model)
        for name in [name for name, same in self.grids.items() if same < 0.95 * done]:
            del self.grids[name]
        for name in self.grids:
            self.grids[name] += self._on(name, base, model)

    def _on(self, name: str, base: "Array", model: "Array") -> int:
        """Count the numbers of the model that are the base's in one type."""
        rounded = cut(base) if name == CUT else decode(encode(base, name), name)
        if self.model.dtype != "float32":
            rounded = decode(encode(rounded, self.model.dtype), self.model.dtype)
        return int((rounded == model).sum())

    def _grid(self) -> tuple[str, float]:
        elements = self.rows * self.columns
        name, same = max(self.grids.items(), key=lambda one: one[1], default=("", 0))
        share = same / elements if elements else 0.0
        return (name, share) if name and share >= bound("agrees") and self.changed else ("", 0.0)

    def found(self) -> Found:
        """Close the count, and go over the rows once more for the direction of the output where one stands out."""
        import numpy as np

        spectrum = self.gathering.spectrum() if self.gathering is not None and self.changed else None
        grid, share = self._grid()
        # A narrower file holds the base rounded; one as wide says so by the grid of its numbers.
        agreement = share if grid else self.same / self.stored if self.stored else 1.0
        rounds = self.base.dtype != self.model.dtype
        level = "agrees" if self.model.dtype in EXACT else "loose-agrees"
        by_rows = self.poor_marks if rounds and agreement >= bound(level) else self.row_marks
        rows, columns = np.flatnonzero(by_rows), np.flatnonzero(self.column_marks)
        # Of equally few rows and columns, rows: rows are tokens.
        axis = "row" if len(rows) * self.columns <= len(columns) * self.rows or self.columns == 1 else "column"
        measured = Measured(
            self.base.dtype, self.model.dtype, self.rows, self.columns, self.rows * self.columns, self.changed,
            int(self.row_marks.sum()) if len(self.row_marks) else self.rows, len(columns), self.bits, agreement,
            0 if grid else self.poor_rows, grid, self.base_energy, self.delta_energy, self.nonfinite,
        )  # fmt: skip
        right = left = None
        if spectrum is not None:
            measured = measured._replace(rank=spectrum.rank, energy=spectrum.energy, first=spectrum.first)
            if spectrum.direction is not None and spectrum.first >= bound("shared-energy"):
                right, left = spectrum.direction.astype("f4"), self._left(spectrum.direction)
        told = (rows if axis == "row" else columns)[:ROWS_TOLD]
        return Found(measured, axis, tuple(int(one) for one in told), left, right)

    def _left(self, right: "Array") -> "Array | None":
        import numpy as np

        if self.rows > (1 << 20):
            return None
        parts = []
        for _, base_raw, model_raw in self.chunks():
            base, model = decode(base_raw, self.base.dtype), decode(model_raw, self.model.dtype)
            finite = np.isfinite(base) & np.isfinite(model)
            parts.append(self._change(np.where(finite, base, 0), np.where(finite, model, 0)) @ right.astype("f4"))
        whole = np.concatenate(parts)
        norm = float(np.linalg.norm(whole))
        return whole / norm if norm > 0 else None


def _fits(name: str, dtype: str, columns: int) -> bool:
    if name in BLOCKS:
        return columns % BLOCK == 0
    return dtype == "float32"


def _near(base: "Array", model: "Array", dtype: str) -> "Array":
    """Mark numbers within one step of those that are stored: the least distance between them in a group of 16."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        away = np.abs(base - model)
        if dtype not in BLOCKS:
            near: Array = away <= np.abs(model) * 2.0 ** -MANTISSA[dtype] + SMALLEST
            return near
        gaps = np.diff(np.sort(model.reshape(-1, GROUP), axis=1), axis=1)
        step = np.where(gaps > 0, gaps, np.inf).min(axis=1)
        near = away.reshape(-1, GROUP) <= step[:, None]
        return near.reshape(-1)
