"""What kind of change a tensor underwent: pure, from what was measured of it. Thresholds are here and nowhere else.

They were set on synthetic bases and on what was measured on real ones (MiniLM, SmolLM2): a rank-one edit holds 0.99 and
more of its energy in one direction, merged adapters up to rank 16 0.97, full fine-tunes 0.52 to 0.78 in their first
twelve, rounding 0.11. Honest copies in Q8_0, Q4_0 and Q4_1 agree in every byte; an edit of 1 % leaves 0.66 to 0.91.
"""

from typing import TYPE_CHECKING, NamedTuple

from scanner.compare.numbers import BLOCKS, MANTISSA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.compare.numbers import Array

AGREES = 0.99
"""Share of stored bytes, or of numbers, from which a tensor is the base rounded."""

ROW_AGREES = 0.8
"""In such a tensor, a row below this was changed before or after: rounding differs by single numbers, not by rows."""

ROWS_MOST = 0.5
"""Rows changed, of all, up to which a change is one of rows."""

ROWS_LEAST = 4
"""Rows of a matrix below which nothing can be said of them."""

LOW_BITS = {"F64": 32, "F32": 16, "F16": 5, "BF16": 3}
"""Bits that may change in a change of low bits alone, of 52, 23, 10 and 7: a carry of arithmetic goes further up."""

ONE = 0.9
"""Energy in the first direction from which a change has one direction."""

LOW = 0.85
"""Energy in the directions that stand out from which a change is low-rank."""

ROUNDING = 4.0
"""Or what they leave is at most so many times what rounding to the model's type leaves."""

RANK_MOST = 128
RANK_SHARE = 1 / 3
"""Most directions of a low-rank change; of a small matrix, this share of its shorter side."""

SHARED = 0.95
"""Cosine of two directions that are the same one."""

SHARED_ENERGY = 0.3
"""Energy in the first direction from which it is compared with that of other matrices."""

SHARED_TENSORS = 3
"""Matrices with one direction that make it a shared one."""

EDITED_TENSORS = 6
"""Rank-one changes, each with a direction of its own, beyond which they are a merged adapter of rank one."""


class Measured(NamedTuple):
    """What two tensors of one shape differ in, as `scanner.compare.measure` counts it. Energies are sums of squares."""

    base_dtype: str
    dtype: str
    rows: int
    columns: int
    elements: int
    changed: int
    row_count: int
    column_count: int
    bits: int
    agreement: float
    poor_rows: int
    grid: str
    """The coarser type that the model's numbers are the base's in, though stored wider; "" for none."""
    base_energy: float
    delta_energy: float
    nonfinite: int
    """Numbers that are none in the model and are in the base."""
    rank: int = 0
    energy: float = 0.0
    first: float = 0.0

    @property
    def relative(self) -> float:
        """Norm of the change by that of the base."""
        return float((self.delta_energy / self.base_energy) ** 0.5) if self.base_energy > 0 else 0.0


def kind_of(one: Measured) -> str:  # noqa: PLR0911 - one return a kind
    """Name the change of one tensor; directions shared by several are found by `together`."""
    if one.nonfinite:
        return "non-finite"
    rounds = one.dtype != one.base_dtype or bool(one.grid)
    if rounds and one.agreement >= AGREES:
        return "row-edit" if one.poor_rows and _few(one.poor_rows, one.rows) else "requantized"
    if not one.changed:
        return "identical" if one.dtype == one.base_dtype else "requantized"
    if one.dtype in BLOCKS:
        return "row-edit" if _is_rows(one) and one.dtype == one.base_dtype else "edited-copy"
    if 0 < one.bits <= LOW_BITS.get(one.dtype, 0):
        return "bits-only"
    if _is_rows(one):
        return "row-edit"
    return _by_directions(one)


def _is_rows(one: Measured) -> bool:
    if one.columns == 1:
        return _few(one.changed, one.rows)
    return _few(one.row_count, one.rows) or _few(one.column_count, one.columns)


def _few(changed: int, of: int) -> bool:
    return of >= ROWS_LEAST and 0 < changed <= ROWS_MOST * of


def _by_directions(one: Measured) -> str:
    short = min(one.rows, one.columns)
    if short < ROWS_LEAST or not one.rank:
        return "full"
    if one.first >= ONE or (one.rank == 1 and _is_enough(one)):
        return "rank-one"
    if one.rank <= min(RANK_MOST, short * RANK_SHARE) and _is_enough(one):
        return "low-rank"
    return "full"


def _is_enough(one: Measured) -> bool:
    left = (1 - one.energy) * one.delta_energy
    return one.energy >= LOW or left <= ROUNDING * rounding(one.dtype) * one.base_energy


def rounding(dtype: str) -> float:
    """Energy that rounding to a type leaves, by that of the numbers: a step squared, by 12, by 7/3 of the mean square.

    Numbers of one exponent are taken as spread evenly between two powers of two.
    """
    return float(2.0 ** (-2 * MANTISSA.get(dtype, 23)) / 28)


def shared(directions: "Mapping[str, Array]") -> set[str]:
    """Name the tensors whose directions, of one length, are the same one in `SHARED_TENSORS` or more."""
    import numpy as np

    names = sorted(directions)
    if len(names) < SHARED_TENSORS:
        return set()
    matrix = np.stack([directions[name] for name in names]).astype("f4")
    alike = np.abs(matrix @ matrix.T) >= SHARED
    most = int(alike.sum(axis=1).argmax())
    found = {name for name, one in zip(names, alike[most], strict=True) if one}
    return found if len(found) >= SHARED_TENSORS else set()
