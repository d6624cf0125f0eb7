"""Numbers of 32 bits that were turned back from blocks of few: a scale, maybe a least value, times a small code.

Their low bits are the arithmetic's and no noise. Equal codes of a block give equal numbers, bit for bit: two that are
nearly equal were changed afterwards, whatever was put there.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import Any

    from numpy import uint32
    from numpy.typing import NDArray

    Marks = NDArray[Any]

MANTISSA: Final = (1 << 23) - 1
BLOCK: Final = 32
STEP: Final = 8
"""Every eighth block is looked at to know a grid."""

EQUAL: Final = 2
"""So many blocks with equal numbers, of 16, make a grid: of noise one block in 17,000 has any."""

NEAR: Final = 1 << 8
"""Mantissas that differ by less are nearly equal: those of neighbouring codes differ by more."""

SLIPPED: Final = 8
"""So many blocks with nearly equal numbers, of 16, were changed: by chance 3 in 100 have some."""

STRETCH: Final = 16 * BLOCK
"""Numbers that are judged together."""


def on_grid(words: "NDArray[uint32]", window: int) -> "tuple[Marks, Marks]":
    """Mark windows whose numbers lie on a grid, changed afterwards or not; and those of them with equal numbers.

    Nearly equal numbers alone make no grid: those of a tensor that crowd around one value are that too.
    """
    gaps = _gaps(words.reshape(-1, window // BLOCK // STEP, STEP, BLOCK)[:, :, 0])
    equal: Marks = (gaps == 0).any(axis=-1).sum(axis=1) >= EQUAL
    return equal | (_near(gaps) >= SLIPPED), equal


def slips(words: "NDArray[uint32]") -> "Marks":
    """Mark stretches of numbers on a grid in most of whose blocks numbers are nearly equal."""
    marks: Marks = _near(_gaps(words.reshape(-1, STRETCH // BLOCK, BLOCK))) >= SLIPPED
    return marks


def _gaps(blocks: "NDArray[uint32]") -> "Marks":
    import numpy as np

    return np.diff(np.sort(blocks & np.uint32(MANTISSA), axis=-1), axis=-1)


def _near(gaps: "Marks") -> "Marks":
    """Count blocks with numbers that are nearly equal."""
    marks: Marks = ((gaps > 0) & (gaps < NEAR)).any(axis=-1).sum(axis=1)
    return marks
