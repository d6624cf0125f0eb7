"""Stored numbers to 32-bit floats and back: the element types and the three block types with one way to be written.

Block types after ggml's reference quantiser (ggml-quants.c, quantize_row_q8_0_ref, _q4_0_ref, _q4_1_ref): 32 numbers
share a scale in half precision. Written so that equal inputs give the reference's bytes.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

BLOCK = 32

FLOATS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
"""Bytes of one number."""

BLOCKS = {"Q8_0": 34, "Q4_0": 18, "Q4_1": 20}
"""Bytes of one block of 32 numbers."""

MANTISSA = {"F64": 52, "F32": 23, "F16": 10, "BF16": 7}
"""Stored bits of the mantissa."""


def known(dtype: str) -> bool:
    """Say whether numbers of this type are read."""
    return dtype in FLOATS or dtype in BLOCKS


def nbytes(dtype: str, elements: int) -> int:
    """Bytes that so many numbers take; blocks are whole."""
    return elements * FLOATS[dtype] if dtype in FLOATS else elements // BLOCK * BLOCKS[dtype]


def decode(raw: bytes, dtype: str) -> "Array":
    """Turn stored bytes into 32-bit floats, flat. Numbers beyond their range become infinite."""
    import numpy as np

    if dtype == "F32":
        return np.frombuffer(raw, "<f4")
    if dtype == "BF16":
        words: Array = np.frombuffer(raw, "<u2").astype("<u4") << 16
        return words.view("<f4")
    if dtype in FLOATS:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.frombuffer(raw, "<f2" if dtype == "F16" else "<f8").astype("<f4")
    return _opened(np.frombuffer(raw, "u1").reshape(-1, BLOCKS[dtype]), dtype)


def _opened(blocks: "Array", dtype: str) -> "Array":
    """Turn rows of stored blocks into numbers, flat."""
    import numpy as np

    scale: Array = blocks[:, :2].copy().view("<f2").astype("<f4")
    numbers: Array
    with np.errstate(over="ignore", invalid="ignore"):
        if dtype == "Q8_0":
            numbers = blocks[:, 2:].view("i1") * scale
        elif dtype == "Q4_0":
            numbers = (_nibbles(blocks[:, 2:]).astype("<f4") - 8) * scale
        else:
            least = blocks[:, 2:4].copy().view("<f2").astype("<f4")
            numbers = _nibbles(blocks[:, 4:]).astype("<f4") * scale + least
    return numbers.astype("<f4").reshape(-1)


def encode(numbers: "Array", dtype: str) -> bytes:
    """Round 32-bit floats to a type, to nearest and even; blocks as the reference quantiser. Not for "F64"."""
    import numpy as np

    flat = np.ascontiguousarray(numbers, dtype="<f4").reshape(-1)
    with np.errstate(all="ignore"):
        if dtype == "F32":
            return flat.tobytes()
        if dtype == "F16":
            return flat.astype("<f2").tobytes()
        if dtype == "BF16":
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


def _nibbles(packed: "Array") -> "Array":
    import numpy as np

    return np.concatenate([packed & 15, packed >> 4], axis=1)
