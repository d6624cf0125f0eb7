"""Bytes of tensors as float32, whatever their type."""

from functools import cache
from typing import TYPE_CHECKING

from scanner.measures import blocks

if TYPE_CHECKING:
    from numpy import float32, uint8
    from numpy.typing import NDArray


def floats(dtype: str, raw: "NDArray[uint8]") -> "NDArray[float32] | None":  # noqa: PLR0911 - one a type
    """Turn whole elements or blocks into float32; None for a type that holds no floats. Overflow becomes infinite."""
    import numpy as np

    with np.errstate(all="ignore"):
        if dtype == "float32":
            return raw.view("<f4")
        if dtype == "bfloat16":
            wide = raw.view("<u2").astype(np.uint32)
            wide <<= 16
            return wide.view(np.float32)
        if dtype == "float16":
            return raw.view("<f2").astype(np.float32)
        if dtype == "float64":
            return raw.view("<f8").astype(np.float32)
        if dtype == "float8_e5m2":
            return (raw.astype(np.uint16) << 8).view("<f2").astype(np.float32)
        if dtype == "float8_e4m3fn":
            return _e4m3()[raw]
        return blocks.floats(dtype, raw) if dtype in blocks.BLOCKS else None


@cache
def _e4m3() -> "NDArray[float32]":
    """Make the table of the 8-bit type with four bits of exponent: bias 7, no infinity, one pattern that is none."""
    import numpy as np

    codes = np.arange(256)
    exponent, fraction = codes >> 3 & 15, codes & 7
    normal = np.where(exponent > 0, (8 + fraction) * 2.0 ** (exponent - 10), fraction * 2.0**-9)
    signed = np.where(codes & 0x80, -normal, normal)
    signed[[0x7F, 0xFF]] = np.nan
    return signed.astype(np.float32)
