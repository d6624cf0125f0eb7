"""Facts about the lowest bits of numbers. `tensor` is the name in the file's table, `role` what it is in its model."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class LowBytesRepeat(Fact):
    """Bytes put together from the lowest `bits` of neighbouring 32-bit numbers repeat more than chance has it.

    `deviation` counts standard deviations of the pairs of equal bytes among 512 from what the shares of their bits let
    expect, in the window where it is largest. `first` is where in the tensor that window begins (near it, where numbers
    were left out), `window` its numbers, `windows` how many lie beyond the bound that is told from.
    """

    tensor: str
    role: str
    bits: int
    deviation: float
    window: int
    first: int
    windows: int


@record
class GridSlips(Fact):
    """Numbers of 32 bits lie on a grid, a scale times a code for each block of 32, and some lie beside it by a hair.

    `numbers` are those of the stretches (of 512) where they do, of `of` on the grid; `first` is where in the tensor the
    first stretch begins (near it, where numbers were left out).
    """

    tensor: str
    role: str
    numbers: int
    of: int
    first: int
