"""A Parquet file's columns of texts and whole numbers, row group by row group, all of them or a stated sample."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from scanner.format import MalformedError
from scanner.formats.arrow.pages import VALUES, UnreadError, decompress, hybrid, plain, values
from scanner.formats.arrow.thrift import Compact, Field
from scanner.streams import read_at

ROWS = 200_000
GROUP_NBYTES = 256 << 20
"""Rows, and compressed bytes of columns of texts, that are read of one file."""

COLUMNS = 200
HEADER_NBYTES = 1 << 16
WIDTHS = {1: 4, 2: 8, 6: 0}
"""Physical types that are read, INT32, INT64 and BYTE_ARRAY, and the bytes of a number of each."""

REPEATED, REQUIRED = 2, 0
TEXT_NBYTES = 1 << 20
_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column of texts or whole numbers: its name, its place among all columns, and its levels at most.

    `width`: the bytes of a number, 0 for texts.
    """

    name: str
    number: int
    repetition: int
    definition: int
    width: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where the pages of a column lie in one row group."""

    start: int
    size: int
    codec: int
    count: int


def leaves(footer: Compact, schema: Field) -> list[Leaf]:
    """List the columns of texts and whole numbers; the schema is a tree written from the root down."""
    elements = [{one.number: one for one in footer.fields(at)} for at in footer.items(schema)]
    found: list[Leaf] = []
    open_: list[tuple[int, str, int, int]] = []
    number = 0
    for position, element in enumerate(elements):
        name = footer.binary(element[4]).decode("utf-8", "replace")[:100] if 4 in element else ""  # noqa: PLR2004
        count, path, repetition, definition = 0, name, 0, 0
        if open_:
            left, above, repetition, definition = open_.pop()
            if left > 1:
                open_.append((left - 1, above, repetition, definition))
            path = f"{above}/{name}" if above else name
            kind = element[3].value if 3 in element else REQUIRED  # noqa: PLR2004 - repetition_type
            repetition += kind == REPEATED
            definition += kind != REQUIRED
        count = max(0, element[5].value) if 5 in element else 0  # noqa: PLR2004 - num_children
        if count:
            open_.append((count, path if position else "", repetition, definition))
        elif position:
            width = WIDTHS.get(element[1].value if 1 in element else -1)
            if width is not None:
                found.append(Leaf(path.replace("/list/element", "/*"), number, repetition, definition, width))
            number += 1
    return found[:COLUMNS]


def groups(footer: Compact, listed: Field) -> list[tuple[int, dict[int, Chunk]]]:
    """List the rows of each row group and where its columns lie, by the place of the column."""
    found = []
    for at in footer.items(listed):
        group = {one.number: one for one in footer.fields(at)}
        chunks = {}
        for number, column in enumerate(footer.items(group[1]) if 1 in group else ()):
            outer = {one.number: one for one in footer.fields(column)}
            if 3 in outer and 1 not in outer:  # noqa: PLR2004 - meta_data; 1 is a path to another file
                chunks[number] = _chunk({one.number: one.value for one in footer.fields(outer[3].start)})
        found.append((max(0, group[3].value) if 3 in group else 0, chunks))  # noqa: PLR2004 - num_rows
    return found


def _chunk(found: dict[int, int]) -> Chunk:
    data, dictionary = found.get(9, 0), found.get(11, 0)
    start = dictionary if 0 < dictionary < data else data
    return Chunk(start, found.get(7, 0), found.get(4, 0), found.get(5, 0))


def chosen(rows: list[int], seed: int) -> list[int]:
    """Choose row groups, in their order, until they hold enough rows."""
    order = list(range(len(rows)))
    if sum(rows) > ROWS:
        random.Random(seed).shuffle(order)  # noqa: S311 - a sample, no secret
    taken, total = [], 0
    for number in order:
        if total >= ROWS:
            break
        taken.append(number)
        total += rows[number]
    return sorted(taken)


def texts(stream: BinaryIO, size: int, chunk: Chunk, leaf: Leaf) -> Iterator[tuple[int, str]]:
    """Yield the row, from 0 in its group, and the text of each value. Raises `UnreadError` and `MalformedError`."""
    row = -1
    for page in _pages(stream, size, chunk, leaf):
        held = iter(page.texts)
        for number in range(page.count):
            row += not page.starts or not page.starts[number]
            if row >= ROWS:
                return
            if not page.present or page.present[number]:
                text = next(held, None)
                if text is None:
                    break
                yield row, text[:TEXT_NBYTES].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Page:
    """One data page: `count` values, of which those are null that are not `present`; the rest are the texts in order.

    A value begins a row where its level in `starts` is 0. Both are empty where there are no such levels.
    """

    count: int
    starts: Sequence[int]
    present: Sequence[bool]
    texts: Sequence[bytes]


def _pages(stream: BinaryIO, size: int, chunk: Chunk, leaf: Leaf) -> Iterator[Page]:
    at, end = chunk.start, min(chunk.start + chunk.size, size)
    if not 4 <= at < end:  # noqa: PLR2004 - behind the magic
        message = "a column lies outside the file"
        raise MalformedError(message)
    dictionary: Sequence[bytes] = ()
    seen = 0
    while at < end and seen < chunk.count:
        header, at = _header(stream, at, end)
        packed, kind = header.get(3, 0), header.get(1, -1)
        if not 0 <= packed <= end - at:
            message = f"a page of {packed} bytes, {end - at} remain"
            raise MalformedError(message)
        raw = read_at(stream, at, packed)
        at += packed
        if kind == _DICTIONARY:
            body = decompress(raw, chunk.codec, header.get(2, 0))
            dictionary = plain(body, min(header.get(71, 0), VALUES), leaf.width)
        elif kind in (_DATA, _DATA_2):
            page = _page(raw, header, chunk.codec, leaf, dictionary)
            seen += max(1, page.count)
            yield page


def _header(stream: BinaryIO, at: int, end: int) -> tuple[dict[int, int], int]:
    """Read a page header; fields of its structs 5, 7 and 8 get their numbers behind that digit (51, 71, 81)."""
    header = Compact(read_at(stream, at, min(HEADER_NBYTES, end - at)))
    found: dict[int, int] = {}
    length = 0
    for field in header.fields(0):
        length = field.start
        if field.number in (5, 7, 8):
            found |= {field.number * 10 + inner.number: inner.value for inner in header.fields(field.start)}
        elif field.number:
            found[field.number] = field.value
    return found, at + length


def _page(raw: bytes, header: dict[int, int], codec: int, leaf: Leaf, dictionary: Sequence[bytes]) -> Page:
    """Split a page into repetition levels, what is there, and values."""
    top, size = leaf.definition, header.get(2, 0)
    count = header.get(51 if header[1] == _DATA else 81, 0)
    if not 0 <= count <= VALUES:
        message = f"a page of {count} values"
        raise UnreadError(message)
    if header[1] == _DATA:
        encoding = header.get(52, 0)
        starts, body = _levels(decompress(raw, codec, size), leaf.repetition, count)
        defined, body = _levels(body, top, count)
    else:
        encoding, long, short = header.get(84, 0), header.get(86, 0), header.get(85, 0)
        if not 0 <= long + short <= len(raw) or min(long, short) < 0:
            message = "levels longer than their page"
            raise MalformedError(message)
        starts = hybrid(raw[:long], leaf.repetition.bit_length(), count) if leaf.repetition else []
        defined = hybrid(raw[long : long + short], top.bit_length(), count) if top else []
        body = raw[long + short :]
        if header.get(87, 1):
            body = decompress(body, codec, max(0, size - long - short))
    if (leaf.repetition and len(starts) < count) or (top and len(defined) < count):
        message = "fewer levels than values"
        raise MalformedError(message)
    present = [one == top for one in defined]
    found = values(body, encoding, sum(present) if present else count, dictionary, leaf.width)
    return Page(count, starts, present, found)


def _levels(body: bytes, top: int, count: int) -> tuple[list[int], bytes]:
    if not top:
        return [], body
    size = int.from_bytes(body[:4], "little")
    if size > len(body) - 4:
        message = "levels longer than their page"
        raise MalformedError(message)
    return hybrid(body[4 : 4 + size], top.bit_length(), count), body[4 + size :]
