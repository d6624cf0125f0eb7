"""The low bits of numbers as streams: packed to words for the search, taken apart again where something was found."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from numpy import uint8, uint16
    from numpy.typing import NDArray

PLANES: Final = {
    "float64": (1, 2, 4, 8, 16), "float32": (1, 2, 4, 8, 16), "float16": (1, 2, 4, 8), "bfloat16": (1, 2, 4, 8),
    "float8_e4m3fn": (1, 2, 4), "float8_e5m2": (1, 2, 4), "int8": (1, 2, 4), "uint8": (1, 2, 4), "int16": (1, 2, 4, 8),
    "uint16": (1, 2, 4, 8), "int32": (1, 2, 4, 8, 16), "uint32": (1, 2, 4, 8, 16), "int64": (1, 2, 4, 8, 16),
    "uint64": (1, 2, 4, 8, 16),
}  # fmt: skip
"""How many low bits are looked at, by type. Those of types in blocks are not: their bytes are."""

RAW: Final = 0
BYTE: Final = 8


def packed(numbers: "NDArray[uint8]", low: "NDArray[uint8]", plane: int) -> "NDArray[uint16]":
    """Pack the low bits of numbers, highest bit first. `low` are their lowest bytes; the count is a multiple of 16."""
    import numpy as np

    if plane == RAW:
        return numbers.view("<u2")
    if plane == 2 * BYTE:
        return np.ascontiguousarray(numbers.view("<u2")[:: len(numbers) // len(low) // 2]).byteswap()
    if plane == BYTE:
        return low.view("<u2")
    low = low & np.uint8((1 << plane) - 1)
    if plane == 1:
        return np.packbits(low).view("<u2")
    if plane == 2:  # noqa: PLR2004 - four numbers a byte: the product puts the first highest, 24 bits up
        four = low.view("<u4") * np.uint32(0x40100401)
        return (four >> np.uint32(24)).astype(np.uint8).view("<u2")
    two = low.view("<u2")
    return ((two << np.uint16(4)) | (two >> np.uint16(8))).astype(np.uint8).view("<u2")


def unpacked(  # noqa: PLR0913, PLR0917 - where and how, all of it
    numbers: "NDArray[uint8]", width: int, plane: int, value: str, byte: str, skip: int
) -> bytes:
    """Take bytes out of low bits: `value` and `byte` are the orders of `FileCarved`, `skip` counts bits before them."""
    import numpy as np

    bits = plane or BYTE
    low = numbers.reshape(-1, width)[:, : -(-bits // BYTE)]
    each = np.unpackbits(low, axis=1, bitorder="little")[:, :bits]
    stream = (each if value == "lsb" else each[:, ::-1]).reshape(-1)[skip:]
    return np.packbits(stream, bitorder="big" if byte == "big" else "little").tobytes()
