"""Programs, archives and scripts in the bytes of tensors and in the low bits of their numbers, at every bit.

What it cannot see: anything compressed without a header, encrypted, or spread over more than the low bits in a row.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.weights import FileCarved
from scanner.inside import kind_inside
from scanner.limits import Limits
from scanner.measures.chunks import turned
from scanner.measures.leaving import Leaving
from scanner.measures.needles import WORD, Entry, Table, table
from scanner.measures.planes import BYTE, PLANES, RAW, packed, unpacked
from scanner.measures.validate import BACK_NBYTES, CONTENT_NBYTES, pe, validated
from scanner.measures.views import Beside, TensorView, content
from scanner.text import printable

if TYPE_CHECKING:
    from numpy import uint8, uint16
    from numpy.typing import NDArray

    from scanner.measures.chunks import Chunk

PROFILES = ("full",)

CANDIDATES: Final = 4096
"""Places in one tensor that are looked at closely: chance gives one in a terabyte."""

TOLD: Final = 8
"""Facts of one tensor."""

_HEAD_NBYTES: Final = 512
NEAR: Final = 32
"""Bits within which one kind starts once."""

_TEXTS: Final = frozenset(("python", "script"))
_OPEN: Final = frozenset(("python",))
"""Kinds that tensors of bytes hold openly: not told where they stand as they are."""


class _Stream:
    """One stream of a tensor: a table to search it by, and the words that wait for their neighbours."""

    __slots__ = ("base", "known", "plane", "tail")

    def __init__(self, plane: int) -> None:
        import numpy as np

        self.plane = plane
        self.known: Table = table(plane or BYTE)
        self.tail: NDArray[uint16] = np.zeros(1, np.uint16)
        self.base = -1
        """Which word of the stream the tail starts with."""

    def search(self, words: "NDArray[uint16]") -> Iterator[tuple[int, Entry]]:
        """Yield where needles may start, in bits of the stream."""
        import numpy as np

        joined = np.concatenate((self.tail, words))
        known = self.known
        at = np.flatnonzero(np.take(known.marked, joined[1:-1], mode="clip")) + 1
        for layer in known.layers:
            number = np.take(layer, np.take(joined, at), mode="clip")
            if layer is not known.layers[0]:
                there = np.flatnonzero(number)
                at, number = np.take(at, there), np.take(number, there)
            if not len(at):
                break
            mask, value = (np.take(side, number, mode="clip") for side in known.before)
            fits = np.flatnonzero((np.take(joined, at - 1) & mask) == value)
            near, number = np.take(at, fits), np.take(number, fits)
            mask, value = (np.take(side, number, mode="clip") for side in known.after)
            fits = np.flatnonzero((np.take(joined, near + 1) & mask) == value)
            for index, which in zip(near[fits].tolist(), number[fits].tolist(), strict=True):
                entry = known.entries[which]
                yield (self.base + index) * WORD - entry.lead, entry
        self.base += len(joined) - 2
        self.tail = joined[-2:].copy()


class Measure:
    """The state of one file, and of the tensor that is being read."""

    def __init__(self, artifact: Artifact, limits: Limits, beside: Beside) -> None:
        """Start with a file."""
        del limits, beside
        self.artifact = artifact
        self.leaving = Leaving(artifact, "carving")

    def begin(self, view: TensorView) -> None:
        """Start a tensor."""
        import numpy as np

        self.view = view
        planes = PLANES.get(view.dtype, ())
        self.width = view.unit[1] if planes else 1
        self.streams = [_Stream(plane) for plane in (RAW, *planes)]
        self.rest: NDArray[uint8] = np.empty(0, np.uint8)
        self.stored_rest = self.rest
        self.found: list[FileCarved] = []
        self.places: dict[tuple[int, str], int] = {}
        self.candidates = 0

    def take(self, chunk: "Chunk") -> None:
        """Search a piece. Numbers that fill no whole word of a stream wait for the next one."""
        import numpy as np

        raw = np.concatenate((self.rest, chunk.raw)) if len(self.rest) else chunk.raw
        whole = len(raw) - len(raw) % (self.width * WORD)
        stored = raw
        if self.view.big:
            stored = np.concatenate((self.stored_rest, chunk.stored))
            self.stored_rest = stored[whole:].copy()
        self.rest = raw[whole:].copy()
        if whole:
            self._search(raw[:whole], stored[:whole])

    def end(self) -> Iterator[Fact]:
        """Search what still waits, and say what was found."""
        import numpy as np

        last = np.zeros((2, self.width * WORD * 2), np.uint8)
        last[0, : len(self.rest)] = self.rest
        last[1, : len(self.rest)] = self.stored_rest if self.view.big else self.rest
        self._search(last[0], last[1])
        yield from self.found
        if self.candidates > CANDIDATES:
            where = self.artifact.at(self.view.start, self.view.nbytes)
            yield LimitReached(where=where, limit="carving", bound=CANDIDATES, unit="places")

    def close(self) -> Iterator[Fact]:
        """Say what was found beyond what is told."""
        yield from self.leaving.facts()

    def _search(self, numbers: "NDArray[uint8]", stored: "NDArray[uint8]") -> None:
        import numpy as np

        if self.candidates > CANDIDATES:
            return
        low = np.ascontiguousarray(numbers[:: self.width])
        for stream in self.streams:
            for start, entry in stream.search(packed(numbers if stream.plane else stored, low, stream.plane)):
                self.candidates += 1
                if self.candidates > CANDIDATES:
                    return
                if start >= 0 and len(self.found) < TOLD:
                    self._look(stream.plane, start, entry)
                elif start >= 0:
                    self.leaving.add("told", self.view.name, 0)

    def _look(self, plane: int, start: int, entry: Entry) -> None:
        """Take out what starts at a bit of a stream, and keep it where it is what it seems."""
        back = BACK_NBYTES if entry.kind == "pe" else entry.before
        back = min(back, start // BYTE)
        begin = start - back * BYTE
        read = self._read(plane, begin, entry, back + CONTENT_NBYTES)
        if entry.kind == "pe":
            detail, at = pe(read, back)
        else:
            detail, at = (validated(entry.kind, read), 0) if back == entry.before else ("", 0)
        begin += max(0, at) * BYTE
        if not detail or self._known(plane, begin, entry, read) or self._again(plane, begin, entry.kind):
            return
        number, phase = divmod(begin, plane or BYTE)
        size = self.width if plane else 1
        self.found.append(
            FileCarved(
                where=self.artifact.at(self.view.start + number * size, self.view.nbytes - number * size),
                kind=entry.kind,
                tensor=printable(self.view.name, 300),
                role=self.view.role,
                plane=plane,
                order=f"{entry.value}-{entry.byte}",
                phase=phase,
                index=number,
                detail=printable(detail),
            )
        )

    def _read(self, plane: int, begin: int, entry: Entry, nbytes: int) -> bytes:
        import numpy as np

        bits = plane or BYTE
        size = self.width if plane else 1
        number, skip = divmod(begin, bits)
        count = -(-(skip + nbytes * BYTE) // bits)
        raw = content(self.artifact, self.view, number * size, count * size)
        raw = raw[: len(raw) - len(raw) % size]
        numbers = np.frombuffer(raw, np.uint8)
        if plane and self.view.big:
            numbers = turned(numbers, size)
        return unpacked(numbers, size, plane, entry.value, entry.byte, skip)[:nbytes]

    def _again(self, plane: int, begin: int, kind: str) -> bool:
        """Say whether this goes on with what was found: the next line of a text, or the same bits in another order.

        Bytes below 128 read the same from a bit earlier in one order and a bit later in the other.
        """
        before = self.places.get((plane, kind))
        near = CONTENT_NBYTES * BYTE if kind in _TEXTS else NEAR
        again = before is not None and abs(begin - before) <= near
        if not again or kind in _TEXTS:
            self.places[plane, kind] = begin
        return again

    @staticmethod
    def _known(plane: int, begin: int, entry: Entry, read: bytes) -> bool:
        """Leave out what readers of formats tell already: what stands as it is where a tensor starts."""
        if plane or entry.byte != "big" or begin % BYTE:
            return False
        return entry.kind in _OPEN or (begin == 0 and kind_inside(read[:_HEAD_NBYTES]) == entry.kind)
