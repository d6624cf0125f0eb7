"""Bytes of tensors as float32, whatever their type."""

from typing import TYPE_CHECKING

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
        make = {"Q8_0": _q8_0, "Q4_0": _q4_0, "Q4_1": _q4_1, "Q5_0": _q5_0, "Q5_1": _q5_1}.get(dtype)
        return make(raw) if make is not None else None


def _e4m3() -> "NDArray[float32]":
    """Make the table of the 8-bit type with four bits of exponent: bias 7, no infinity, one pattern that is none."""
    import numpy as np

    codes = np.arange(256)
    exponent, fraction = codes >> 3 & 15, codes & 7
    normal = np.where(exponent > 0, (8 + fraction) * 2.0 ** (exponent - 10), fraction * 2.0**-9)
    signed = np.where(codes & 0x80, -normal, normal)
    signed[[0x7F, 0xFF]] = np.nan
    return signed.astype(np.float32)


# Blocks of 32 elements: a scale, in some a lowest value, then elements. The low halves of all bytes come first.
# https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h


def _halves(blocks: "NDArray[uint8]", start: int) -> "NDArray[float32]":
    import numpy as np

    return np.ascontiguousarray(blocks[:, start : start + 2]).view("<f2").astype(np.float32)


def _nibbles(packed: "NDArray[uint8]") -> "NDArray[uint8]":
    import numpy as np

    return np.concatenate((packed & np.uint8(15), packed >> np.uint8(4)), axis=1)


def _fifth(blocks: "NDArray[uint8]", start: int) -> "NDArray[uint8]":
    """Unpack the fifth bits of 32 elements from 4 bytes."""
    import numpy as np

    bits = np.unpackbits(np.ascontiguousarray(blocks[:, start : start + 4]), axis=1, bitorder="little")
    return bits << np.uint8(4)


def _q8_0(raw: "NDArray[uint8]") -> "NDArray[float32]":
    import numpy as np

    blocks = raw.reshape(-1, 34)
    made: NDArray[float32] = blocks[:, 2:].view(np.int8) * _halves(blocks, 0)
    return made.reshape(-1)


def _q4_0(raw: "NDArray[uint8]") -> "NDArray[float32]":
    import numpy as np

    blocks = raw.reshape(-1, 18)
    made: NDArray[float32] = (_nibbles(blocks[:, 2:]).astype(np.float32) - np.float32(8)) * _halves(blocks, 0)
    return made.reshape(-1)


def _q4_1(raw: "NDArray[uint8]") -> "NDArray[float32]":
    blocks = raw.reshape(-1, 20)
    made: NDArray[float32] = _nibbles(blocks[:, 4:]) * _halves(blocks, 0) + _halves(blocks, 2)
    return made.reshape(-1)


def _q5_0(raw: "NDArray[uint8]") -> "NDArray[float32]":
    import numpy as np

    blocks = raw.reshape(-1, 22)
    codes = _nibbles(blocks[:, 6:]) | _fifth(blocks, 2)
    made: NDArray[float32] = (codes.astype(np.float32) - np.float32(16)) * _halves(blocks, 0)
    return made.reshape(-1)


def _q5_1(raw: "NDArray[uint8]") -> "NDArray[float32]":
    blocks = raw.reshape(-1, 24)
    codes = _nibbles(blocks[:, 8:]) | _fifth(blocks, 4)
    made: NDArray[float32] = codes * _halves(blocks, 0) + _halves(blocks, 2)
    return made.reshape(-1)
