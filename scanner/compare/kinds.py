"""What kind of change a tensor underwent: pure, from what was measured of it.

Every number that tells one kind from another is data in `rules/known/weight_changes.txt`, with what was measured on
each side of it.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scanner.compare.numbers import EXACT, MANTISSA
from scanner.known import rows
from scanner.measures.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.compare.numbers import Array


@cache
def bounds() -> "Mapping[str, float]":
    """Return the thresholds by name."""
    return {name: float(number) for name, number, _ in (row.split("\t") for row in rows("weight_changes"))}


def bound(name: str) -> float:
    """Return one threshold."""
    return bounds()[name]


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
    rounds = one.dtype != one.base_dtype or _grid_explains(one)
    if rounds and one.dtype not in EXACT:
        return _loose(one)
    if rounds and one.agreement >= bound("agrees"):
        return "row-edit" if one.poor_rows and _few(one.poor_rows, one.rows) else "requantized"
    if not one.changed:
        return "identical" if one.dtype == one.base_dtype else "requantized"
    if one.dtype in BLOCKS:
        return "row-edit" if _is_rows(one) and one.dtype == one.base_dtype else "edited-copy"
    if 0 < one.bits <= bounds().get(f"low-bits-{one.dtype}", 0):
        return "bits-only"
    if _is_rows(one):
        return "row-edit"
    return _by_directions(one)


def _grid_explains(one: Measured) -> bool:
    """Say whether the numbers that changed are on the grid: a base that lies on it keeps all others there."""
    return bool(one.grid) and (1 - one.agreement) * one.elements <= (1 - bound("agrees")) * one.changed


def _loose(one: Measured) -> str:
    """Name the change in a type that can be written in several ways: what is left must look like rounding."""
    if one.agreement < bound("loose-agrees") or (one.rank and one.first >= bound("loose-first")):
        return "edited-copy"
    return "row-edit" if one.poor_rows and _few(one.poor_rows, one.rows) else "requantized"


def _is_rows(one: Measured) -> bool:
    if one.columns == 1:
        return _few(one.changed, one.rows)
    return _few(one.row_count, one.rows) or _few(one.column_count, one.columns)


def _few(changed: int, of: int) -> bool:
    return of >= bound("rows-least") and 0 < changed <= bound("rows-most") * of


def _by_directions(one: Measured) -> str:
    short = min(one.rows, one.columns)
    if short < bound("rows-least") or not one.rank:
        return "full"
    if one.first >= bound("one") or (one.rank == 1 and _is_enough(one)):
        return "rank-one"
    if one.rank <= min(bound("rank-most"), short * bound("rank-share")) and _is_enough(one):
        return "low-rank"
    return "full"


def _is_enough(one: Measured) -> bool:
    left = (1 - one.energy) * one.delta_energy
    return one.energy >= bound("low") or left <= bound("rounding") * rounding(one.dtype) * one.base_energy


def rounding(dtype: str) -> float:
    """Energy that rounding to a type leaves, by that of the numbers: a step squared, by 12, by 7/3 of the mean square.

    Numbers of one exponent are taken as spread evenly between two powers of two.
    """
    return float(2.0 ** (-2 * MANTISSA.get(dtype, MANTISSA["float32"])) / 28)


def shared(directions: "Mapping[str, Array]") -> set[str]:
    """Name the tensors whose directions, of one length, are the same one in "shared-tensors" or more."""
    import numpy as np

    names = sorted(directions)
    if len(names) < bound("shared-tensors"):
        return set()
    matrix = np.stack([directions[name] for name in names]).astype("f4")
    alike = np.abs(matrix @ matrix.T) >= bound("shared")
    most = int(alike.sum(axis=1).argmax())
    found = {name for name, one in zip(names, alike[most], strict=True) if one}
    return found if len(found) >= bound("shared-tensors") else set()
