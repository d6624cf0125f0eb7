"""Do the low bits of 32-bit numbers depend on the bits before them?

Low bits of trained weights are noise: a bit says nothing of the next one. Programs and texts that were written over
them do. Each plane of bits is compared with itself some numbers further on, against what its own share of ones lets
expect, in windows; and how the ones of blocks spread is compared with chance. What it cannot see: what is compressed
well or encrypted is noise as well.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.weights import LowBitsDepend
from scanner.limits import Limits
from scanner.measures.leaving import Leaving
from scanner.measures.views import Beside, TensorView
from scanner.text import printable

if TYPE_CHECKING:
    from typing import Any

    from numpy import uint8, uint32, uint64
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

    Figures = NDArray[Any]

PROFILES = ("full",)

PLANES: Final = (0, 1, 3, 6, 7)
"""Low bits that are looked at, of 23: the highest that each number of bits fills, and some between."""

LAGS: Final = (1, 2, 4, 8)
WINDOW: Final = 4096
"""Numbers of the smallest window."""

WINDOWS: Final = (1, 2, 16, 64)
"""Smallest windows that make one, beside all of the tensor."""

BLOCK: Final = 64
"""Numbers whose ones are counted together: their counts spread as chance has it."""

TOLD_FROM: Final = 8.0
"""Standard deviations from which a tensor is told."""

COARSE: Final = 13
"""Numbers with so many low bits at zero come from 16 bits, and are left out where they are many."""

_MANY: Final = 1 / 1024


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
        self.rest: NDArray[uint32] = np.empty(0, np.uint32)
        self.taken = self.words = 0
        self.total = np.zeros((2, len(PLANES), len(LAGS) + 1))
        self.best: dict[bool, tuple[float, int, int, int, int]] = {}
        """Of lags (True) and of the spread: deviation, plane, lag, numbers of the window, first number."""

    def take(self, chunk: "Chunk") -> None:
        """Look at whole windows; what is left waits for the next piece."""
        import numpy as np

        if not self.wanted:
            return
        words = chunk.raw.view("<u4")
        coarse = (words & np.uint32((1 << COARSE) - 1)) == 0
        if np.count_nonzero(coarse) > len(words) * _MANY:
            words = words[~coarse]
        words = np.concatenate((self.rest, words)) if len(self.rest) else words
        whole = len(words) - len(words) % WINDOW
        self.rest = words[whole:].copy()
        if whole:
            self._windows(words[:whole], chunk.at // 4)
            self.words += whole

    def _windows(self, words: "NDArray[uint32]", first: int) -> None:
        """Add up what windows show, of each plane and lag: the difference from what is expected, and its variance."""
        import numpy as np

        lowest = [np.ascontiguousarray(words.view(np.uint8)[byte::4]) for byte in range(2)]
        bits = [np.packbits(lowest[plane >> 3] & np.uint8(1 << (plane & 7)), bitorder="little") for plane in PLANES]
        figures = np.stack([_figures(one) for one in bits], axis=2)
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
        if not self.words:
            self.leaving.add("coarse", self.view.name, self.view.nbytes)
            return
        self._best(self.total[:, None], self.words, 0)
        for deviation, plane, lag, size, first in self.best.values():
            if deviation > TOLD_FROM:
                yield LowBitsDepend(
                    where=self.artifact.at(self.view.start, self.view.nbytes), tensor=printable(self.view.name, 300),
                    role=self.view.role, plane=plane, lag=lag, deviation=round(deviation, 1), window=size, first=first,
                    numbers=self.words,
                )  # fmt: skip

    def close(self) -> Iterator[Fact]:
        """Say what was left."""
        yield from self.leaving.facts()


def _figures(packed: "NDArray[uint8]") -> "Figures":
    """Return (2, windows, lags + 1) of one plane: what is observed less what is expected, and its variance.

    Of lags: pairs inside a block that differ; given how many ones it has, each order of its bits is as likely as any
    other. Behind them: how the ones of blocks spread around their mean in the window.
    """
    import numpy as np

    bits = packed.view("<u8").reshape(-1, WINDOW // BLOCK)
    ones = _ones(bits).astype(np.float32)
    differ = ones * (BLOCK - ones) * np.float32(2 / (BLOCK * (BLOCK - 1)))
    expected = differ.sum(axis=1)
    variance = expected - np.einsum("ij,ij->i", differ, differ)
    made = np.zeros((2, len(bits), len(LAGS) + 1))
    for number, lag in enumerate(LAGS):
        pairs = BLOCK - lag
        apart = (bits ^ bits >> np.uint64(lag)) & np.uint64((1 << pairs) - 1)
        made[0, :, number] = _ones(apart).sum(axis=1) - pairs * expected
        made[1, :, number] = pairs * variance
    share = ones.mean(axis=1, dtype=np.float64) / BLOCK
    spread = ((ones - BLOCK * share[:, None]) ** 2).sum(axis=1) / np.maximum(BLOCK * share * (1 - share), 1e-9)
    made[0, :, -1] = spread - (bits.shape[1] - 1)
    made[1, :, -1] = 2 * (bits.shape[1] - 1)
    return made


def _ones(bits: "NDArray[uint64]") -> "Figures":
    """Count the ones of each word."""
    import numpy as np

    if hasattr(np, "bitwise_count"):  # numpy 2
        counted: Figures = np.bitwise_count(bits).astype(np.int32)
    else:
        counted = np.unpackbits(bits.view(np.uint8).reshape(*bits.shape, 8), axis=-1).sum(axis=-1, dtype=np.int32)
    return counted
