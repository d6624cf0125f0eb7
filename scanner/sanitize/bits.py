"""Low bits of the mantissa drawn anew: a number changes by less than storing it in 16 bits would change it.

What stays: zeros, infinities, whole numbers below 2^24 and numbers whose low bits are all zero, so that masks and
counters stay exact.
What is no number becomes the one quiet pattern of its type, because its bits hold whatever somebody put there.
"""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[Any]

DEFAULT: Final = 15
"""Low bits of a 32-bit number, of 23: what is left is what bfloat16 keeps (2^-8 of the number)."""

WHOLE: Final = 1 << 24
"""Whole numbers from here on are no counters."""

EXACT: Final = 7
"""Low bits that a number must have zero to stay, at least: by fewer, half of all would stay."""


class Kind(NamedTuple):
    """A type: the code of its words, its bits of mantissa, how many bits more than 32-bit numbers it has, its NaN."""

    code: str
    mantissa: int
    more: int
    nan: int


KINDS: Final = {
    "F64": Kind("<u8", 52, 29, 0x7FF8000000000000),
    "F32": Kind("<u4", 23, 0, 0x7FC00000),
    "F16": Kind("<u2", 10, -13, 0x7E00),
    "BF16": Kind("<u2", 7, -16, 0x7FC0),
}


class Change(NamedTuple):
    """What drawing bits did: numbers changed, the largest difference, and the largest one relative to its number."""

    changed: int = 0
    difference: float = 0.0
    relative: float = 0.0


def width(dtype: str, bits: int) -> int:
    """Return how many low bits of a type are drawn where `bits` are of a 32-bit number: one at least, or none."""
    kind = KINDS.get(dtype)
    return 0 if kind is None or not bits else max(1, bits + kind.more)


def drawn(raw: "Array", dtype: str, bits: int, random: "Generator") -> tuple["Array", Change]:
    """Return the bytes of whole numbers with their low `bits` drawn anew, and what that changed."""
    import numpy as np

    kind = KINDS[dtype]
    words = raw.view(kind.code)
    one = words.dtype.type
    kept = max(bits, EXACT)
    exponent = one(((1 << (8 * words.itemsize - 1 - kind.mantissa)) - 1) << kind.mantissa)
    fraction = one((1 << kind.mantissa) - 1)
    mask = one((1 << bits) - 1)
    special = (words & exponent) == exponent
    none = special & ((words & fraction) != 0)
    free = ~special & ((words & one((1 << kept) - 1)) != 0) & ~_whole(words, dtype)
    noise = random.integers(0, 1 << bits, len(words), dtype=words.dtype)
    fresh: Array = np.where(free, (words & ~mask) | noise, np.where(none, one(kind.nan), words))
    return fresh.view("u1"), _change(words, fresh, dtype, none)


def _whole(words: "Array", dtype: str) -> "Array":
    import numpy as np

    numbers = (
        (words.astype("<u4") << 16).view("<f4") if dtype == "BF16" else words.view(words.dtype.str.replace("u", "f"))
    )
    with np.errstate(all="ignore"):
        whole: Array = (np.rint(numbers) == numbers) & (np.abs(numbers) < WHOLE)
    return whole


def _change(old: "Array", new: "Array", dtype: str, none: "Array") -> Change:
    import numpy as np

    at = np.flatnonzero(old != new)
    if not len(at):
        return Change()
    numbers = at[~none[at]]
    before, after = _numbers(old[numbers], dtype), _numbers(new[numbers], dtype)
    difference = np.abs(after - before)
    size = np.abs(before)
    some = size > np.finfo("f4").tiny
    relative = difference[some] / size[some]
    return Change(len(at), float(difference.max(initial=0)), float(relative.max(initial=0)))


def _numbers(words: "Array", dtype: str) -> "Array":
    if dtype == "BF16":
        return (words.astype("<u4") << 16).view("<f4").astype("f8")
    numbers: Array = words.view({"F64": "<f8", "F32": "<f4", "F16": "<f2"}[dtype]).astype("f8")
    return numbers
