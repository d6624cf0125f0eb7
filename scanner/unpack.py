"""Decompression within bounds: a member or a stream becomes bytes, a size that is true, and the reason it stopped."""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scanner.codec import Codec, Decoder
from scanner.format import MalformedError
from scanner.limits import DEFLATE_RATIO, Limits
from scanner.streams import Opener, Positioned, held

INPUT_NBYTES = 16_384
OUTPUT_NBYTES = 262_144


@dataclass(slots=True, eq=False, repr=False)
class Room:
    """What one container may still expand to, in bytes. Shared by its members.

    `free`: output for which no ratio is asked. It halves at every member that passes the ratio, so that
    a container of many bombs (the overlapping files of a "better zip bomb") costs little more than one.
    `promised`: output for which a declared size stands instead; all members draw on it.
    """

    total: int
    memory: int
    ratio: int
    free: int
    promised: int = 0

    @classmethod
    def of(cls, limits: Limits, depth: int) -> "Room":
        """Take the bounds of `limits`; memory and promises halve with every container around, so all fit together."""
        memory = limits.member_memory_nbytes >> min(depth, 32)
        return cls(
            total=limits.expanded_nbytes,
            memory=memory,
            ratio=limits.expansion_ratio,
            free=limits.expansion_free_nbytes,
            promised=limits.expanded_nbytes >> min(depth, 32),
        )

    def promise(self, declared: int, packed: int) -> int:
        """Take a member at its directory's word: return the size up to which no ratio is asked, 0 for none.

        A matrix of zeros is as large as it says, and nothing beyond that is unpacked unasked. Sizes in bytes.
        """
        if declared <= self.free or declared > min(self.promised, self.total, packed * DEFLATE_RATIO):
            return 0
        self.promised -= declared
        return declared


@dataclass(slots=True, eq=False, repr=False)
class Unpacked:
    """What came out. `stopped`: "" at the end, else the bound ("ratio", "expanded"); `broken`: the error, or "".

    `end`: packed bytes up to the end mark. `open` yields the same `size` bytes again.
    """

    open: Opener
    size: int
    crc: int
    stopped: str
    broken: str
    end: int


class Run:
    """One pass over packed bytes. `fed`, `end` and `broken` tell how far it went and why it stopped."""

    def __init__(self, source: BinaryIO, codec: Codec) -> None:
        """Read from the source's position on."""
        self._source = source
        self._codec = codec
        self.fed = 0
        self.end = 0
        self.broken = ""

    def pieces(self) -> Iterator[bytes]:
        """Yield output piece by piece, members one after another, until the end mark, the end or an error."""
        data = b""
        more = True
        while more:
            decoder = self._codec.new()
            yield from self._member(decoder, data)
            if not decoder.eof:
                return
            data = decoder.unused_data or b""
            self.end = self.fed - len(data)
            if self._codec.follows and len(data) < 8:  # noqa: PLR2004 - no magic is longer
                data += self._feed()
            more = bool(self._codec.follows) and data.startswith(self._codec.follows)

    def _member(self, decoder: Decoder, data: bytes) -> Iterator[bytes]:
        errors = self._codec.errors
        while not decoder.eof:
            if not data and decoder.needs_input:
                data = self._feed()
                if not data:
                    self.broken = "the stream ends before its end mark"
                    return
            try:
                piece = decoder.decompress(data, OUTPUT_NBYTES)
            except errors as error:
                self.broken = " ".join(str(error).split())[:120] or type(error).__name__
                return
            data = b""
            if piece:
                yield piece

    def _feed(self) -> bytes:
        data = self._source.read(INPUT_NBYTES)
        self.fed += len(data)
        return data


def unpack(source: Opener, codec: Codec, room: Room, promised: int = 0) -> Unpacked:
    """Decompress once, counting; keep the bytes where they fit in memory, else decompress again when opened.

    `promised`: bytes of output for which no ratio is asked, as `Room.promise` gives them.
    """
    kept: list[bytes] | None = []
    size = crc = 0
    stopped = ""
    with source() as stream:
        run = Run(stream, codec)
        for piece in run.pieces():
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            if kept is not None:
                kept.append(piece)
                if size > room.memory:
                    kept = None
            stopped = _stop(size, run.fed, room, promised)
            if stopped:
                break
    room.total -= size
    open_ = held(b"".join(kept)) if kept is not None else again(source, codec, size)
    return Unpacked(open=open_, size=size, crc=crc, stopped=stopped, broken=run.broken, end=run.end)


SMALL_NBYTES = 65_536
"""Deflated members up to this size are inflated in one call: most members of most archives."""


def inflate(packed: bytes, room: Room) -> Unpacked | None:
    """Inflate a small member at once; None where it meets a bound or an error, which `unpack` then tells apart."""
    bound = max(0, min(room.memory, room.total, room.free))
    decoder = zlib.decompressobj(-15)
    try:
        content = decoder.decompress(packed, bound + 1)
    except zlib.error:
        return None
    if not decoder.eof or len(content) > bound:
        return None
    room.total -= len(content)
    end = len(packed) - len(decoder.unused_data)
    return Unpacked(open=held(content), size=len(content), crc=zlib.crc32(content), stopped="", broken="", end=end)


def stop_bound(stopped: str, limits: Limits) -> tuple[str, int, str]:
    """Return limit, bound and unit of what stopped an unpacking, as `LimitReached` wants them."""
    if stopped == "ratio":
        return "expansion ratio", limits.expansion_ratio, "to 1"
    return "expansion", limits.expanded_nbytes, "bytes"


def _stop(size: int, fed: int, room: Room, promised: int) -> str:
    if size > room.total:
        return "expanded"
    if size > max(room.free, promised) and size > fed * room.ratio:
        room.free = max(room.free >> 1, OUTPUT_NBYTES)
        return "ratio"
    return ""


def again(source: Opener, codec: Codec, size: int) -> Opener:
    """Return an opener of `size` decompressed bytes that are not held."""
    return lambda: io.BufferedReader(Unpacking(source, codec, size), OUTPUT_NBYTES)


REWINDS = 64
"""Times one stream may go back to its start before that is an error."""


class Unpacking(Positioned):
    """A seekable stream of decompressed bytes: forward by reading, backward by starting over."""

    def __init__(self, source: Opener, codec: Codec, size: int) -> None:
        """Decompress nothing yet."""
        super().__init__(size)
        self._source = source
        self._codec = codec
        self._rewinds = 0
        self._start()

    def _start(self) -> None:
        self._stream = self._source()
        self._pieces = Run(self._stream, self._codec).pieces()
        self._piece = memoryview(b"")
        self._reached = 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io hands over a memoryview
        """Read on from the position.

        Raises:
            MalformedError: the stream went back to its start more than `REWINDS` times.
        """
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        self._reach()
        content = self._piece[:wanted]
        buffer[: len(content)] = content
        self._piece = self._piece[len(content) :]
        self._reached += len(content)
        self._position = self._reached
        return len(content)

    def _reach(self) -> None:
        """Drop output up to the position; afterwards the current piece starts there."""
        if self._reached > self._position:
            self._rewinds += 1
            if self._rewinds > REWINDS:
                message = f"reading goes back more than {REWINDS} times in a stream too large to hold"
                raise MalformedError(message, offset=self._position)
            self._stream.close()
            self._start()
        while self._reached + len(self._piece) <= self._position:
            self._reached += len(self._piece)
            self._piece = memoryview(next(self._pieces, b""))
            if not self._piece:
                return
        self._piece = self._piece[self._position - self._reached :]
        self._reached = self._position

    def close(self) -> None:
        """Close the packed stream as well."""
        if not self.closed:
            self._stream.close()
        super().close()
