"""Do bytes repeat that are put together from the low bits of neighbouring numbers?

Of noise any two bytes are equal as often as the shares of their bits say; of programs and texts, many more. Windows
hold 512 bytes each, whatever the number of bits that carry them, so that a small payload fills one.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from numpy import uint8, uint32
    from numpy.typing import NDArray

    Figures = NDArray[Any]

BITS: Final = (1, 2, 4, 8)
"""Low bits of a number that are taken together: those that fill bytes."""

NBYTES: Final = 512
"""Bytes of a window."""

MANTISSA: Final = (1 << 23) - 1
_VALUES: Final = 256


class Repeating(NamedTuple):
    """The window where bytes repeat most: deviation, numbers in front of it, its numbers; how many are beyond."""

    deviation: float
    first: int
    window: int
    windows: int


def repeats(words: "NDArray[uint32]", lowest: "NDArray[uint8]", bits: int, told_from: float) -> Repeating:
    """Find the window whose bytes repeat most, of those made of the lowest `bits` bits of each number.

    `lowest` are the lowest bytes of `words`.
    """
    import numpy as np

    low = lowest & np.uint8((1 << bits) - 1) if bits < 8 else lowest  # noqa: PLR2004 - a byte
    window = NBYTES * 8 // bits
    made = _bytes(low, bits)
    made = made[: len(made) - len(made) % NBYTES].reshape(-1, NBYTES)
    deviations = _deviations(made)
    for at in np.flatnonzero(deviations > told_from):
        first = int(at) * window
        # Rows that are there twice, and numbers times a power of two, repeat by themselves: each counts once.
        alike = words[first : first + window] & np.uint32(MANTISSA)
        once = first + np.sort(np.unique(alike, return_index=True)[1])
        deviations[at] = _thinned(low[once], bits)
        # Products and sums of short numbers show it in the bits above too, which no payload reaches.
        if _thinned(np.ascontiguousarray(words.view(np.uint8)[1::4][once][:NBYTES]), 8) > told_from:
            deviations[at] = 0
    most = int(np.argmax(deviations))
    return Repeating(float(deviations[most]), most * window, window, int(np.count_nonzero(deviations > told_from)))


def _thinned(low: "NDArray[uint8]", bits: int) -> float:
    """Judge what is left of a window; nothing where that is less than half."""
    made = _bytes(low, bits)
    return float(_deviations(made[None])[0]) if len(made) * 2 >= NBYTES else 0.0


def _bytes(low: "NDArray[uint8]", bits: int) -> "NDArray[uint8]":
    """Put bytes together: the first number lowest. Another order gives other bytes that are equal as often."""
    import numpy as np

    each = 8 // bits
    low = low[: len(low) - len(low) % each]
    if each == 1:
        return low
    made = low[::each].copy()
    for number in range(1, each):
        made |= low[number::each] << np.uint8(number * bits)
    return made


def _deviations(made: "NDArray[uint8]") -> "Figures":
    """Return for each row how far the pairs of equal bytes are beyond what the shares of its bits let expect."""
    import numpy as np

    count, size = made.shape
    keys = np.add(made, np.arange(0, count * _VALUES, _VALUES)[:, None], dtype=np.intp)
    counts = np.bincount(keys.reshape(-1), minlength=count * _VALUES).reshape(count, _VALUES).astype(np.float32)
    pairs = (np.einsum("ij,ij->i", counts, counts).astype(np.float64) - size) / 2
    bit = np.arange(_VALUES)[:, None] >> np.arange(8) & 1
    share = (counts @ bit.astype(np.float32)).astype(np.float64) / size
    chance = np.prod(share**2 + (1 - share) ** 2, axis=1)
    expected = size * (size - 1) / 2 * chance
    found: Figures = (pairs - expected) / np.sqrt(np.maximum(expected * (1 - chance), 1.0))
    return found
