"""Numbers of 32 bits that come from 16: which tensors, and which rows were touched since."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import PrecisionResidue, WeightsUpcast
from scanner.limits import Limits
from scanner.measures.leaving import Leaving
from scanner.measures.views import Beside, TensorView
from scanner.text import printable

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

PROFILES = ("fast", "full")

BITS: Final = (13, 16)
"""Low bits of float32 that float16 and bfloat16 do not have."""

NUMBERS: Final = 4096
"""Smaller tensors hold tables, counts and positions as often as weights."""

ROWS: Final = 16
MOST_ROWS: Final = 1 << 22
"""Rows that are told apart; a tensor of more is looked at as a whole."""

TOLD: Final = 64


class Measure:
    """The state of one file, and of the tensor that is being read."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        del limits, beside
        self.artifact = artifact
        self.leaving = Leaving(artifact, "residue")
        self.compared = self.told = self.nbytes = 0
        self.upcast = dict.fromkeys(BITS, 0)
        self.upcast_nbytes = dict.fromkeys(BITS, 0)

    def begin(self, view: TensorView) -> None:
        """Start a tensor."""
        self.view = view
        self.wanted = view.dtype == "float32" and view.elements >= NUMBERS
        self.by_rows = 1 < view.rows <= MOST_ROWS
        if view.dtype == "float32" and not self.wanted:
            self.leaving.add("small", view.name, view.nbytes)
        elif self.wanted and view.rows > MOST_ROWS:
            self.leaving.add("tall", view.name, view.nbytes)
        self.coarse: dict[int, list[NDArray[bool_]]] = {bits: [] for bits in BITS}
        self.whole = dict.fromkeys(BITS, True)
        self.zero: list[NDArray[bool_]] = []
        self.first = b""
        self.varied = False

    def take(self, chunk: "Chunk") -> None:
        """Look at a piece: a row is coarse where the low bits of all its numbers are zero."""
        import numpy as np

        if not self.wanted:
            return
        words = chunk.raw.view("<u4")
        self.varied = self.varied or bool(words[0] != words[-1]) or bool((words != words[0]).any())
        if not chunk.rows or not self.by_rows:
            low = int(np.bitwise_or.reduce(words))
            for bits in BITS:
                self.whole[bits] &= not low & (1 << bits) - 1
            return
        low_rows = np.bitwise_or.reduce(words.reshape(chunk.rows, -1), axis=1)
        self.zero.append(low_rows == 0)
        for bits in BITS:
            self.coarse[bits].append((low_rows & np.uint32((1 << bits) - 1)) == 0)

    def end(self) -> Iterator[Fact]:
        """Say which rows differ from the others, with the most bits that make a difference."""
        import numpy as np

        if not self.wanted or not self.varied:
            return
        self.compared += 1
        self.nbytes += self.view.nbytes
        if not self.zero:
            self._upcast([bits for bits in BITS if self.whole[bits]])
            return
        zero = np.concatenate(self.zero)
        coarse = {bits: np.concatenate(self.coarse[bits]) & ~zero for bits in BITS}
        used = int(np.count_nonzero(~zero))
        counts = {bits: int(np.count_nonzero(coarse[bits])) for bits in BITS}
        whole = [bits for bits in BITS if used and counts[bits] == used]
        mixed = [bits for bits in BITS if 0 < counts[bits] < used]
        self._upcast(whole)
        if whole or not mixed or used < ROWS:
            return
        self.told += 1
        if self.told > TOLD:
            self.leaving.add("told", self.view.name, self.view.nbytes)
        else:
            # Where most coarse rows stay coarse at 16 bits too, that is the type they come from.
            bits = mixed[-1] if counts[mixed[-1]] * 2 > counts[mixed[0]] else mixed[0]
            yield self._fact(bits, coarse[bits], ~zero & ~coarse[bits], used)

    def _upcast(self, whole: list[int]) -> None:
        if whole:
            self.upcast[whole[-1]] += 1
            self.upcast_nbytes[whole[-1]] += self.view.nbytes

    def _fact(self, bits: int, coarse: "NDArray[bool_]", fine: "NDArray[bool_]", used: int) -> PrecisionResidue:
        import numpy as np

        fine_rows = int(np.count_nonzero(fine))
        at = np.flatnonzero(fine if fine_rows * 2 <= used else coarse)
        return PrecisionResidue(
            where=self.artifact.at(self.view.start, self.view.nbytes),
            tensor=printable(self.view.name, 300),
            role=self.view.role,
            bits=bits,
            rows=used,
            fine_rows=fine_rows,
            share=fine_rows / used,
            first_row=int(at[0]),
            last_row=int(at[-1]),
        )

    def close(self) -> Iterator[Fact]:
        """Say how many tensors are upcast as a whole."""
        for bits in BITS:
            if self.upcast[bits]:
                yield WeightsUpcast(
                    where=self.artifact.at(),
                    bits=bits,
                    tensors=self.upcast[bits],
                    compared=self.compared,
                    share=self.upcast_nbytes[bits] / self.nbytes,
                )
        yield from self.leaving.facts()
