"""Blocks of ggml as float32: a scale or two, in some a scale for each part, then elements of few bits.

https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import float32, uint8
    from numpy.typing import NDArray

    Bytes = NDArray[uint8]
    Floats = NDArray[float32]

BLOCKS: Final = {
    "Q8_0": (32, 34), "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q2_K": (256, 84),
    "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210), "Q8_K": (256, 292),
    "IQ4_NL": (32, 18), "IQ4_XS": (256, 136), "MXFP4": (32, 17),
}  # fmt: skip
"""Elements and bytes of a block that can be turned into numbers."""

SCALES: Final = {
    "Q8_0": (0, 2), "Q4_0": (0, 2), "Q4_1": (0, 4), "Q5_0": (0, 2), "Q5_1": (0, 4), "Q2_K": (80, 84),
    "Q3_K": (108, 110), "Q4_K": (0, 4), "Q5_K": (0, 4), "Q6_K": (208, 210), "IQ4_NL": (0, 2), "IQ4_XS": (0, 2),
}  # fmt: skip
"""Where a block has its scales of 16 bits; that of Q8_K has 32, that of MXFP4 is an exponent."""

_IQ4: Final = (-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)
_FP4: Final = (0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)
"""What four bits stand for; those of FP4 (OCP microscaling formats, E2M1) twice as large."""


def floats(dtype: str, raw: "Bytes") -> "Floats":
    """Turn whole blocks of a type of `BLOCKS` into float32."""
    made: Floats = _MAKE[dtype](raw.reshape(-1, BLOCKS[dtype][1]))
    return made.reshape(-1)


def _half(blocks: "Bytes", start: int) -> "Floats":
    import numpy as np

    return np.ascontiguousarray(blocks[:, start : start + 2]).view("<f2").astype(np.float32)


def _shifted(packed: "Bytes", shifts: tuple[int, ...], mask: int) -> "Bytes":
    """Take elements out of bytes: (blocks, groups, bytes) to (blocks, groups, shifts, bytes)."""
    import numpy as np

    return packed[:, :, None, :] >> np.array(shifts, np.uint8)[:, None] & np.uint8(mask)


def _nibbles(blocks: "Bytes", start: int, groups: int = 1) -> "Bytes":
    """Take elements of four bits out of the rest of each block: in each group all low halves come first."""
    return _shifted(blocks[:, start:].reshape(len(blocks), groups, -1), (0, 4), 15).reshape(len(blocks), -1)


def _fifth(blocks: "Bytes", start: int) -> "Bytes":
    """Unpack the fifth bits of 32 elements from 4 bytes."""
    import numpy as np

    bits = np.unpackbits(np.ascontiguousarray(blocks[:, start : start + 4]), axis=1, bitorder="little")
    return bits << np.uint8(4)


def _q8_0(blocks: "Bytes") -> "Floats":
    import numpy as np

    made: Floats = blocks[:, 2:].view(np.int8) * _half(blocks, 0)
    return made


def _q4_0(blocks: "Bytes") -> "Floats":
    import numpy as np

    return (_nibbles(blocks, 2).astype(np.float32) - np.float32(8)) * _half(blocks, 0)


def _q4_1(blocks: "Bytes") -> "Floats":
    return _nibbles(blocks, 4) * _half(blocks, 0) + _half(blocks, 2)


def _q5_0(blocks: "Bytes") -> "Floats":
    import numpy as np

    codes = _nibbles(blocks, 6) | _fifth(blocks, 2)
    return (codes.astype(np.float32) - np.float32(16)) * _half(blocks, 0)


def _q5_1(blocks: "Bytes") -> "Floats":
    return (_nibbles(blocks, 8) | _fifth(blocks, 4)) * _half(blocks, 0) + _half(blocks, 2)


# Blocks of 256 elements in 8 parts of 32 or 16 of 16, each part with a scale of its own.


def _q2_k(blocks: "Bytes") -> "Floats":
    import numpy as np

    scales = blocks[:, :16]
    codes = _shifted(blocks[:, 16:80].reshape(-1, 2, 32), (0, 2, 4, 6), 3).reshape(-1, 16, 16)
    scale = _half(blocks, 80) * (scales & np.uint8(15))
    lowest = _half(blocks, 82) * (scales >> np.uint8(4))
    return scale[:, :, None] * codes.astype(np.float32) - lowest[:, :, None]


def _q3_k(blocks: "Bytes") -> "Floats":
    import numpy as np

    packed = blocks[:, 96:108]
    low = _shifted(packed[:, :8].reshape(-1, 1, 8), (0, 4), 15).reshape(-1, 16)
    high = _shifted(packed[:, 8:].reshape(-1, 1, 4), (0, 2, 4, 6), 3).reshape(-1, 16)
    scale: Floats = _half(blocks, 108) * ((low | high << np.uint8(4)).astype(np.float32) - np.float32(32))
    codes = _shifted(blocks[:, 32:96].reshape(-1, 2, 32), (0, 2, 4, 6), 3).reshape(-1, 16, 16)
    third = _shifted(blocks[:, :32].reshape(-1, 1, 32), tuple(range(8)), 1).reshape(-1, 16, 16)
    return scale[:, :, None] * ((codes | third << np.uint8(2)).astype(np.float32) - np.float32(4))


def _scales_of_six(packed: "Bytes") -> "tuple[Bytes, Bytes]":
    """Unpack eight scales and eight lowest values of six bits from twelve bytes."""
    import numpy as np

    first, second, both = packed[:, :4], packed[:, 4:8], packed[:, 8:]
    six, two, four = np.uint8(63), np.uint8(2), np.uint8(4)
    high = np.uint8(48)
    scale = np.concatenate((first & six, (both & np.uint8(15)) | (first >> two & high)), axis=1)
    lowest = np.concatenate((second & six, both >> four | (second >> two & high)), axis=1)
    return scale, lowest


def _q4_k(blocks: "Bytes") -> "Floats":
    scale, lowest = _scales_of_six(blocks[:, 4:16])
    codes = _nibbles(blocks, 16, 4).reshape(-1, 8, 32)
    return (_half(blocks, 0) * scale)[:, :, None] * codes - (_half(blocks, 2) * lowest)[:, :, None]


def _q5_k(blocks: "Bytes") -> "Floats":
    import numpy as np

    scale, lowest = _scales_of_six(blocks[:, 4:16])
    fifth = _shifted(blocks[:, 16:48].reshape(-1, 1, 32), tuple(range(8)), 1).reshape(-1, 8, 32)
    codes = _nibbles(blocks, 48, 4).reshape(-1, 8, 32) | fifth << np.uint8(4)
    return (_half(blocks, 0) * scale)[:, :, None] * codes - (_half(blocks, 2) * lowest)[:, :, None]


def _q6_k(blocks: "Bytes") -> "Floats":
    import numpy as np

    low = _shifted(blocks[:, :128].reshape(-1, 2, 64), (0, 4), 15).reshape(-1, 16, 16)
    high = _shifted(blocks[:, 128:192].reshape(-1, 2, 32), (0, 2, 4, 6), 3).reshape(-1, 16, 16)
    scale = _half(blocks, 208) * blocks[:, 192:208].view(np.int8)
    return scale[:, :, None] * ((low | high << np.uint8(4)).astype(np.float32) - np.float32(32))


def _q8_k(blocks: "Bytes") -> "Floats":
    import numpy as np

    made: Floats = np.ascontiguousarray(blocks[:, :4]).view("<f4") * blocks[:, 4:260].view(np.int8)
    return made


def _iq4_nl(blocks: "Bytes") -> "Floats":
    import numpy as np

    return np.array(_IQ4, np.float32)[_nibbles(blocks, 2)] * _half(blocks, 0)


def _iq4_xs(blocks: "Bytes") -> "Floats":
    import numpy as np

    low = _shifted(blocks[:, 4:8, None], (0, 4), 15).reshape(-1, 8)
    high = np.ascontiguousarray(blocks[:, 2:4]).view("<u2") >> np.arange(0, 16, 2, dtype=np.uint16) & np.uint16(3)
    scale = _half(blocks, 0) * ((low | high << np.uint16(4)).astype(np.float32) - np.float32(32))
    return scale[:, :, None] * np.array(_IQ4, np.float32)[_nibbles(blocks, 8, 8).reshape(-1, 8, 32)]


def _mxfp4(blocks: "Bytes") -> "Floats":
    import numpy as np

    scale: Floats = np.ldexp(np.float32(0.5), blocks[:, :1].astype(np.int32) - 127)
    return np.array(_FP4, np.float32)[_nibbles(blocks, 1)] * scale


_MAKE: Final["dict[str, Callable[[Bytes], Floats]]"] = {
    "Q8_0": _q8_0, "Q4_0": _q4_0, "Q4_1": _q4_1, "Q5_0": _q5_0, "Q5_1": _q5_1, "Q2_K": _q2_k, "Q3_K": _q3_k,
    "Q4_K": _q4_k, "Q5_K": _q5_k, "Q6_K": _q6_k, "Q8_K": _q8_k, "IQ4_NL": _iq4_nl, "IQ4_XS": _iq4_xs, "MXFP4": _mxfp4,
}  # fmt: skip
