"""A plane of bits against itself: how many pairs some numbers apart differ, and how the ones of blocks spread."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import Any

    from numpy import uint8, uint64
    from numpy.typing import NDArray

    Figures = NDArray[Any]

LAGS: Final = (1, 2, 4, 8)
WINDOW: Final = 4096
"""Numbers of the smallest window."""

BLOCK: Final = 64
"""Numbers whose ones are counted together: their counts spread as chance has it."""


def figures_of(packed: "NDArray[uint8]") -> "Figures":
    """Return (2, windows, lags + 1) of one plane: what is observed less what is expected, and its variance.

    Of lags: pairs inside a block that differ; given how many ones it has, each order of its bits is as likely as any
    other. Behind them: how the ones of blocks spread around their mean in the window.
    """
    import numpy as np

    bits = packed.view("<u8").reshape(-1, WINDOW // BLOCK)
    ones = _ones(bits).astype(np.float32)
    differ = ones * (BLOCK - ones) * np.float32(2 / (BLOCK * (BLOCK - 1)))
    expected = differ.sum(axis=1)
    variance = expected - np.einsum("ij,ij->i", differ, differ)
    made = np.zeros((2, len(bits), len(LAGS) + 1))
    for number, lag in enumerate(LAGS):
        pairs = BLOCK - lag
        apart = (bits ^ bits >> np.uint64(lag)) & np.uint64((1 << pairs) - 1)
        made[0, :, number] = _ones(apart).sum(axis=1) - pairs * expected
        made[1, :, number] = pairs * variance
    share = ones.mean(axis=1, dtype=np.float64) / BLOCK
    spread = ((ones - BLOCK * share[:, None]) ** 2).sum(axis=1) / np.maximum(BLOCK * share * (1 - share), 1e-9)
    made[0, :, -1] = spread - (bits.shape[1] - 1)
    made[1, :, -1] = 2 * (bits.shape[1] - 1)
    return made


def _ones(bits: "NDArray[uint64]") -> "Figures":
    """Count the ones of each word."""
    import numpy as np

    if hasattr(np, "bitwise_count"):  # numpy 2
        counted: Figures = np.bitwise_count(bits).astype(np.int32)
    else:
        counted = np.unpackbits(bits.view(np.uint8).reshape(*bits.shape, 8), axis=-1).sum(axis=-1, dtype=np.int32)
    return counted
