"""A program of ExecuTorch: its methods, and the blocks of data that they refer to."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from scanner.flatbuffer import Flat, Table
from scanner.format import MalformedError
from scanner.formats.executorch.plan import NAME_NBYTES, Plan, read
from scanner.tensors import Span

VERSION, PLANS, CONSTANTS, INLINE, SEGMENTS, CONSTANT_SEGMENT, MUTABLE_SEGMENTS, NAMED = range(8)
"""Fields of Program."""

OFFSETS = 1 << 20
"""Offsets of tensors in one segment that are looked at."""

_MAGIC = b"eh00"
_HEADER, _LENGTH, _BASE = 8, 12, 24
_HEADER_NBYTES = 24
"""The extended header at byte 8: magic, its length, bytes of the program, where segments start (extended_header.h)."""


class FullError(Exception):
    """The program has more entries than are read."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program: `named` holds keys of data and the segments they lie in, `tables` the offsets of tensors in segments.

    A table is (segment, highest offset).
    """

    version: int
    plans: list[Plan]
    segments: list[Span]
    inline: list[Span]
    constants: list[Span]
    named: list[tuple[str, int]]
    tables: list[tuple[int, int]]


class _Budget:
    """Counts entries of all methods together."""

    def __init__(self, entries: int) -> None:
        self._left = entries

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise FullError

    def over(self, tables: Iterator[Table]) -> Iterator[Table]:
        for one in tables:
            self.spend()
            yield one


def program_of(root: Table, entries: int) -> Program:
    """Read a program. Raises `MalformedError`, and `FullError` where it has more than `entries` entries."""
    budget = _Budget(entries)
    base = _base(root.flat)
    segments = []
    for number, one in enumerate(budget.over(root.tables(SEGMENTS))):
        start = base + one.number(0, 8)
        segments.append(Span(start, start + one.number(1, 8), f"segment {number}"))
    inline, constants = (
        [
            Span(start, start + size, f"{name} {number}")
            for number, (start, size) in enumerate(one.vector(0, 1) for one in budget.over(root.tables(field)))
        ]
        for field, name in ((INLINE, "delegate data"), (CONSTANTS, "buffer"))
    )
    constant = root.table(CONSTANT_SEGMENT)
    return Program(
        version=root.number(VERSION, 4),
        plans=[read(table, budget.spend) for table in root.tables(PLANS)],
        segments=segments,
        inline=inline,
        constants=constants,
        named=[(one.text(0, NAME_NBYTES), one.number(1, 4)) for one in budget.over(root.tables(NAMED))],
        tables=[_offsets(one) for one in (*([constant] if constant else []), *root.tables(MUTABLE_SEGMENTS))],
    )


def _base(flat: Flat) -> int:
    """Return where segments start: 0 where there is no extended header, and then no segments either."""
    if flat.size < _HEADER + _HEADER_NBYTES or flat.read(_HEADER, 4) != _MAGIC:
        return 0
    length = flat.u32(_LENGTH)
    if length < _HEADER_NBYTES:
        message = f"an extended header of {length} bytes"
        raise MalformedError(message, _LENGTH)
    return int.from_bytes(flat.read(_BASE, 8), "little")


def _offsets(table: Table) -> tuple[int, int]:
    start, count = table.vector(1, 8)
    count = min(count, OFFSETS)
    highest = max(Struct(f"<{count}Q").unpack(table.flat.read(start, 8 * count)), default=0) if count else 0
    return table.number(0, 4), highest


def whole(program: Program, size: int) -> Plan:
    """Check what belongs to no method: segments against the file's `size`, names and tensors against segments."""
    plan, count = Plan(""), len(program.segments)
    for span in program.segments:
        if span.end > size:
            plan.wrong.setdefault("segment-range", (span.end, size))
    for _, index in program.named:
        plan.check("segment", index, count)
    for index, highest in program.tables:
        if highest and plan.check("segment", index, count):
            span = program.segments[index]
            plan.check("data-offset", highest, span.end - span.start + 1)
    for one in program.plans:
        for _, inline, index in one.delegates:
            one.check("delegate-data", index, len(program.inline) if inline else count)
    return plan
