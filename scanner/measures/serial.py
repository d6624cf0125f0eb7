"""Do the low bits of 32-bit numbers depend on the bits before them?

Low bits of trained weights are noise: a bit says nothing of the next one. Programs and texts that were written over
them do. Each plane of bits is compared with itself some numbers further on, against what its own share of ones lets
expect, in windows; how the ones of blocks spread is compared with chance; and bytes that neighbouring numbers make
together are counted (`repeats`). What it cannot see: what is compressed well or encrypted is noise as well. Numbers
that come from blocks of few are left out: their low bits are arithmetic.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.planes import GridSlips, LowBytesRepeat
from scanner.facts.weights import LowBitsDepend
from scanner.limits import Limits
from scanner.measures.grids import STRETCH, on_grid, slips
from scanner.measures.lags import LAGS, WINDOW, figures_of
from scanner.measures.leaving import Leaving
from scanner.measures.repeats import BITS, Repeating, repeats
from scanner.measures.views import Beside, TensorView
from scanner.text import printable

if TYPE_CHECKING:
    from typing import Any

    from numpy import uint32
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

    Figures = NDArray[Any]

PROFILES = ("full",)

PLANES: Final = (0, 1, 3, 7)
"""Low bits that are looked at, of 23: the highest that each number of bits fills."""

WINDOWS: Final = (1, 2, 16, 64)
"""Smallest windows that make one, beside all of the tensor."""

SOME: Final = 0.25
"""Share of a tensor that must lie on a grid exactly for those that slip to be told."""

TOLD_FROM: Final = 8.0
"""Standard deviations from which a tensor is told."""

OF_16_BITS: Final = ((13, 1 / 1024),)
"""Numbers with so many low bits at zero are left out where more than this share has them: they come from 16 bits."""

SUMS: Final = ((8, 1 / 64), (6, 1 / 16), (4, 1 / 4), (2, 1 / 2), (1, 7 / 8))
"""As above: sums of such numbers. Of noise each zero more halves how many end in them."""


class Measure:
    """The state of one file, and of the tensor that is being read."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        del limits, beside
        self.artifact = artifact
        self.leaving = Leaving(artifact, "serial")

    def begin(self, view: TensorView) -> None:
        """Start a tensor."""
        import numpy as np

        self.view = view
        self.wanted = view.dtype == "float32" and view.elements >= WINDOW
        if not self.wanted and view.dtype.startswith("float"):
            self.leaving.add("small" if view.dtype == "float32" else "type", view.name, view.nbytes)
        self.waiting = self.rest = np.empty(0, np.uint32)
        self.words = self.gridded = self.slipped = self.exact = 0
        self.slip = -1
        self.total = np.zeros((2, len(PLANES), len(LAGS) + 1))
        self.best: dict[bool, tuple[float, int, int, int, int]] = {}
        """Of lags (True) and of the spread: deviation, plane, lag, numbers of the window, first number."""
        self.repeating: dict[int, Repeating] = {}

    def take(self, chunk: "Chunk") -> None:
        """Look at whole windows; what is left waits for the next piece."""
        import numpy as np

        if not self.wanted:
            return
        words, self.waiting = _whole(self.waiting, _fine(chunk.raw.view("<u4"), OF_16_BITS))
        grid, exact = on_grid(words, WINDOW)
        if grid.any():
            self.exact += WINDOW * int(np.count_nonzero(exact))
            self._grid(words.reshape(-1, WINDOW)[grid].reshape(-1), chunk.at // 4 + WINDOW * int(np.argmax(grid)))
            words = words.reshape(-1, WINDOW)[~grid].reshape(-1)
        words, self.rest = _whole(self.rest, _fine(words, SUMS))
        if len(words):
            self._windows(words, chunk.at // 4)
            self._repeats(words, chunk.at // 4)
            self.words += len(words)

    def _grid(self, words: "NDArray[uint32]", first: int) -> None:
        import numpy as np

        self.gridded += len(words)
        found = np.flatnonzero(slips(words))
        self.slipped += len(found)
        if len(found) and self.slip < 0:
            self.slip = first + STRETCH * int(found[0])

    def _repeats(self, words: "NDArray[uint32]", first: int) -> None:
        import numpy as np

        lowest = np.ascontiguousarray(words.view(np.uint8)[::4])
        for bits in BITS:
            found = repeats(words, lowest, bits, TOLD_FROM)
            before = self.repeating.get(bits, Repeating(0.0, 0, 0, 0))
            best = max(before, found._replace(first=found.first + first))
            self.repeating[bits] = best._replace(windows=before.windows + found.windows)

    def _windows(self, words: "NDArray[uint32]", first: int) -> None:
        """Add up what windows show, of each plane and lag: the difference from what is expected, and its variance."""
        import numpy as np

        lowest = [np.ascontiguousarray(words.view(np.uint8)[byte::4]) for byte in range(2)]
        bits = [np.packbits(lowest[plane >> 3] & np.uint8(1 << (plane & 7)), bitorder="little") for plane in PLANES]
        figures = np.stack([figures_of(one) for one in bits], axis=2)
        self.total += figures.sum(axis=1)
        for size in WINDOWS:
            count = figures.shape[1] // size
            if count:
                joined = figures[:, : count * size].reshape(2, count, size, len(PLANES), -1).sum(axis=2)
                self._best(joined, size * WINDOW, first)

    def _best(self, figures: "Figures", size: int, first: int) -> None:
        import numpy as np

        found = np.abs(figures[0]) / np.sqrt(np.maximum(figures[1], 1.0))
        found[:, 0, -1] = 0  # the lowest bits of folded norms have another share of ones in each channel
        for lagged, part in ((True, found[..., :-1]), (False, found[..., -1:])):
            at = int(np.argmax(part))
            if part.flat[at] > self.best.get(lagged, (0.0,))[0]:
                number, plane, lag = (int(one) for one in np.unravel_index(at, part.shape))
                place = first + number * size
                self.best[lagged] = float(part.flat[at]), PLANES[plane], LAGS[lag] if lagged else 0, size, place

    def end(self) -> Iterator[Fact]:
        """State the windows that depend most, and spread most."""
        if not self.wanted:
            return
        if self.gridded:
            self.leaving.add("grid", self.view.name, min(4 * self.gridded, self.view.nbytes))
            # Where most of it slips, training went on from there.
            exact = min(self.exact, self.gridded - STRETCH * self.slipped)
            if self.slipped and exact > SOME * (self.gridded + self.words):
                yield GridSlips(
                    where=self.artifact.at(self.view.start, self.view.nbytes), tensor=printable(self.view.name, 300),
                    role=self.view.role, numbers=STRETCH * self.slipped, of=self.gridded, first=self.slip,
                )  # fmt: skip
        elif not self.words:
            self.leaving.add("coarse", self.view.name, self.view.nbytes)
        if self.words:
            yield from self._found()

    def _found(self) -> Iterator[Fact]:
        self._best(self.total[:, None], self.words, 0)
        for deviation, plane, lag, size, first in self.best.values():
            if deviation > TOLD_FROM:
                yield LowBitsDepend(
                    where=self.artifact.at(self.view.start, self.view.nbytes), tensor=printable(self.view.name, 300),
                    role=self.view.role, plane=plane, lag=lag, deviation=round(deviation, 1), window=size, first=first,
                    numbers=self.words,
                )  # fmt: skip
        bits, most = max(self.repeating.items(), key=lambda one: one[1].deviation)
        if most.deviation > TOLD_FROM:
            yield LowBytesRepeat(
                where=self.artifact.at(self.view.start, self.view.nbytes), tensor=printable(self.view.name, 300),
                role=self.view.role, bits=bits, deviation=round(most.deviation, 1), window=most.window,
                first=most.first, windows=most.windows,
            )  # fmt: skip

    def close(self) -> Iterator[Fact]:
        """Say what was left."""
        yield from self.leaving.facts()


def _fine(words: "NDArray[uint32]", bounds: tuple[tuple[int, float], ...]) -> "NDArray[uint32]":
    """Leave out numbers that end in zeros where there are many."""
    import numpy as np

    for bits, share in bounds:
        low = np.uint32((1 << bits) - 1)
        some = words[::5]  # all of them only where it is worth it
        if np.count_nonzero((some & low) == 0) > len(some) * share:
            words = words[(words & low) != 0]
    return words


def _whole(before: "NDArray[uint32]", words: "NDArray[uint32]") -> "tuple[NDArray[uint32], NDArray[uint32]]":
    """Put together what was left and what comes, and part it into whole windows and what is left of that."""
    import numpy as np

    words = np.concatenate((before, words)) if len(before) else words
    whole = len(words) - len(words) % WINDOW
    return words[:whole], words[whole:].copy()
