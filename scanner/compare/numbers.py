"""Numbers rounded to the element types that have one way to be written, as honest copies hold them.

Block types after ggml's reference quantiser (ggml-quants.c, quantize_row_q8_0_ref, _q4_0_ref, _q4_1_ref): 32 numbers
share a scale in half precision. Written so that equal inputs give the reference's bytes.
"""

from typing import TYPE_CHECKING, Any, cast

from scanner.measures.blocks import BLOCKS
from scanner.measures.views import FLOATS, NBYTES
from scanner.sketch import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MANTISSA = {"float64": 52, "float32": 23, "float16": 10, "bfloat16": 7, "float8_e4m3fn": 3, "float8_e5m2": 2}
"""Stored bits of the mantissa."""

EXACT = frozenset(("float64", "float32", "float16", "bfloat16", "Q8_0", "Q4_0", "Q4_1"))
"""Types that a number, or a block of them, can be rounded to in one way."""

BLOCK = 32
"""Numbers in a block of the exact types."""


def known(dtype: str) -> bool:
    """Say whether numbers of this type are read."""
    return dtype in FLOATS or dtype in BLOCKS


def unit(dtype: str) -> tuple[int, int]:
    """Return the numbers and the bytes of a part that is read as a whole."""
    return BLOCKS.get(dtype) or (1, NBYTES[dtype])


def nbytes(dtype: str, elements: int) -> int:
    """Bytes that so many numbers take; blocks are whole."""
    numbers, size = unit(dtype)
    return elements // numbers * size


def decode(raw: bytes, dtype: str) -> "Array":
    """Turn stored bytes into 32-bit floats, flat. Types as formats call them; what is too large becomes infinite."""
    import numpy as np

    from scanner.measures.numbers import floats

    return cast("Array", floats(_named(dtype), np.frombuffer(raw, "u1")))


def _named(dtype: str) -> str:
    return dtype if dtype in BLOCKS else plain(dtype)


def encode(numbers: "Array", dtype: str) -> bytes:
    """Round 32-bit floats to nearest and even, blocks as the reference quantiser. For `EXACT` types but float64."""
    import numpy as np

    dtype = _named(dtype)
    flat = np.ascontiguousarray(numbers, dtype="<f4").reshape(-1)
    with np.errstate(all="ignore"):
        if dtype == "float32":
            return flat.tobytes()
        if dtype == "float16":
            return flat.astype("<f2").tobytes()
        if dtype == "bfloat16":
            return _bfloat16(flat).tobytes()
        return _blocks(flat.reshape(-1, BLOCK), dtype).tobytes()


def cut(numbers: "Array") -> "Array":
    """Cut 32-bit floats to the upper 16 bits, as careless converters to bfloat16 do."""
    return (numbers.view("<u4") & 0xFFFF0000).view("<f4")


def _bfloat16(flat: "Array") -> "Array":
    import numpy as np

    words = flat.view("<u4").astype("<u8")
    rounded = ((words + 0x7FFF + ((words >> 16) & 1)) >> 16).astype("<u2")
    return np.where(np.isnan(flat), ((words >> 16) | 0x40).astype("<u2"), rounded)


def _blocks(rows: "Array", dtype: str) -> "Array":
    """Quantise rows of 32 numbers. Scales are kept in 32 bits for the division and stored in 16."""
    import numpy as np

    one = np.float32(1)
    if dtype == "Q8_0":
        scale = np.abs(rows).max(axis=1) / np.float32(127)
        inverse = np.where(scale != 0, one / np.where(scale != 0, scale, one), np.float32(0))
        scaled = rows * inverse[:, None]
        quants = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))  # roundf: halves away from zero
        return np.concatenate([_half(scale), np.clip(quants, -128, 127).astype("i1").view("u1")], axis=1)
    if dtype == "Q4_0":
        at = np.abs(rows).argmax(axis=1)
        scale = np.take_along_axis(rows, at[:, None], axis=1)[:, 0] / np.float32(-8)
        least = np.zeros_like(scale)
        half = np.float32(8.5)
    else:
        least = rows.min(axis=1)
        scale = (rows.max(axis=1) - least) / np.float32(15)
        half = np.float32(0.5)
    inverse = np.where(scale != 0, one / np.where(scale != 0, scale, one), np.float32(0))
    quants = np.clip(np.trunc((rows - least[:, None]) * inverse[:, None] + half), 0, 15).astype("u1")
    packed = quants[:, : BLOCK // 2] | (quants[:, BLOCK // 2 :] << 4)
    head = [_half(scale)] if dtype == "Q4_0" else [_half(scale), _half(least)]
    return np.concatenate([*head, packed], axis=1)


def _half(numbers: "Array") -> "Array":
    return numbers.astype("<f2").view("u1").reshape(-1, 2)
